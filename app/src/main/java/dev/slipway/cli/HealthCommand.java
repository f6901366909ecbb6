package dev.slipway.cli;

import dev.slipway.config.Durations;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
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
final class HealthCommand extends Verb {
  private static final String TIMEOUT = "3s";

  HealthCommand(Context context) {
    super(context, "health", "Asks the running server for its health and prints what it says.");
    argument("alive|ready", "0..1", "What to ask for (default: ready).");
    option("DURATION", "How long to wait for the whole answer (default: " + TIMEOUT + ").",
        "--timeout");
    settings(Setting.SERVE_ADMIN_HOST, Setting.SERVE_ADMIN_PORT);
    spec.usageMessage().exitCodeListHeading("%nExit codes:%n");
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "the server is alive, or ready");
    codes.put("1", "the server answers that it is not");
    codes.put("2", "wrong usage or configuration");
    codes.put("5", "no answer: it is not there, or took too long");
    spec.usageMessage().exitCodeList(codes);
    examples("slipway health                  ready for requests?",
        "slipway health alive --timeout 1s");
  }

  @Override
  ExitCode run() {
    String timeout = value("--timeout").orElse(TIMEOUT);
    Duration limit = Durations.parse(timeout);
    URI server = address(settings(Optional.empty()).http());
    String path = switch (argument(0).orElse("ready")) {
      case "alive" -> "/health/alive";
      case "ready" -> "/health/ready";
      case String other -> throw misuse("no question `" + other + "`: ask for alive or ready");
    };
    try {
      Answer answer = HealthClient.get(server, path, limit);
      context.terminal().out().println(answer.body());
      return answer.status() == 200 ? ExitCode.DONE : ExitCode.FAULT;
    } catch (SocketTimeoutException e) {
      throw unreachable(server, "no answer within " + timeout, e);
    } catch (UnknownHostException e) {
      throw unreachable(server, "the name is not known", e);
    } catch (IOException e) {
      throw unreachable(server, e.getMessage(), e);
    }
  }

  private static Fault unreachable(URI server, String why, IOException cause) {
    return Fault.of(ExitCode.RETRY, "no server answers at " + server + ": " + why)
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
