package dev.slipway.cli;

import dev.slipway.config.Durations;
import dev.slipway.config.IoErrors;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.HealthClient;
import dev.slipway.http.HealthClient.Answer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code slipway health}: asks the server that runs with the same settings. */
final class HealthCommand extends BaseCommand {
  private static final String TIMEOUT = "3s";
  private static final Duration PAUSE = Duration.ofMillis(500);

  HealthCommand(CommandContext context) {
    super(context, "health", "Asks the running server for its health and prints what it says.");
    argument("alive|ready", "0..1", "What to ask for (default: ready).");
    option(
        "DURATION",
        "How long to wait for the whole answer (default: " + TIMEOUT + ").",
        "--timeout");
    option(
        "DURATION",
        "How long to ask again while the answer is no, or none (default: not).",
        "--wait");
    settings(Setting.SERVE_ADMIN_HOST, Setting.SERVE_ADMIN_PORT);
    spec.usageMessage().exitCodeListHeading("%nExit codes:%n");
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "the server is alive, or ready");
    codes.put("1", "the server answers that it is not");
    codes.put("2", "wrong usage or configuration");
    codes.put("5", "no answer: it is not there, or took too long");
    spec.usageMessage().exitCodeList(codes);
    examples(
        "slipway health                  ready for requests?",
        "slipway health alive --timeout 1s",
        "slipway health --wait 1m        as soon as it is ready");
  }

  @Override
  ExitCode run() {
    String timeout = value("--timeout").orElse(TIMEOUT);
    Duration limit = Durations.parse(timeout);
    URI server = address(settings(Optional.empty()).http());
    String asked = argument(0).orElse("ready");
    String path =
        switch (asked) {
          case "alive" -> "/health/alive";
          case "ready" -> "/health/ready";
          default -> throw usageError("no question `" + asked + "`: ask for alive or ready");
        };
    long end =
        System.nanoTime() + value("--wait").map(Durations::parse).orElse(Duration.ZERO).toNanos();
    while (true) {
      // The pause is a part of the wait, so the last question is asked in time.
      boolean last = System.nanoTime() + PAUSE.toNanos() - end > 0;
      try {
        Answer answer = HealthClient.get(server, path, limit);
        boolean yes = answer.status() == 200;
        if (yes || last) {
          context.terminal().out().println(answer.body());
          return yes ? ExitCode.DONE : ExitCode.FAULT;
        }
      } catch (IOException e) {
        if (last) {
          throw unreachable(server, why(e, timeout), e);
        }
      }
      pause();
    }
  }

  private static String why(IOException e, String timeout) {
    return switch (e) {
      case SocketTimeoutException _ -> "no answer within " + timeout;
      case UnknownHostException _ -> "the name is not known";
      default -> IoErrors.describe(e);
    };
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SlipwayException.of(ExitCode.RETRY, "interrupted while it waited").cause(e);
    }
  }

  private static SlipwayException unreachable(URI server, String why, IOException cause) {
    return SlipwayException.of(ExitCode.RETRY, "no server answers at " + server + ": " + why)
        .hint("the server logs its address when it starts; --host and --port name another")
        .cause(cause);
  }

  /** What a server listens on for everybody is reached from here through the loopback. */
  private static URI address(Settings.Http http) {
    String host =
        switch (http.host()) {
          case "", "0.0.0.0" -> "127.0.0.1";
          case "::", "[::]" -> "[::1]";
          case String other when other.contains(":") && !other.startsWith("[") -> "[" + other + "]";
          case String other -> other;
        };
    return URI.create("http://" + host + ":" + http.port());
  }
}
