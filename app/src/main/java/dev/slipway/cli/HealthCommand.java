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
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway health}: asks the server that runs with the same settings. */
@Command(
    name = "health",
    description = "Asks the running server for its health and prints what it says.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the server is alive, or ready",
      "1:the server answers that it is not",
      "2:wrong usage or configuration",
      "5:no answer: it is not there, or took too long"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  slipway health                  ready for requests?",
      "  slipway health alive --timeout 1s"
    })
final class HealthCommand implements Callable<Integer> {
  /** What can be asked for. */
  enum Question {
    ALIVE,
    READY
  }

  private final Context context;
  private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "alive|ready",
      defaultValue = "ready",
      description = "What to ask for (default: ${DEFAULT-VALUE}).")
  private Question question;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "3s",
      description = "How long to wait for the whole answer (default: ${DEFAULT-VALUE}).")
  private String timeout;

  HealthCommand(Context context) {
    this.context = context;
  }

  @Spec
  void declare(CommandSpec spec) {
    this.spec = spec;
    Context.declare(spec, Setting.SERVE_ADMIN_HOST, Setting.SERVE_ADMIN_PORT);
  }

  @Override
  public Integer call() {
    Duration limit = Durations.parse(timeout);
    URI server = address(context.settings(spec, null).http());
    String path = "/health/" + question.name().toLowerCase(Locale.ROOT);
    try {
      Answer answer = HealthClient.get(server, path, limit);
      context.terminal().out().println(answer.body());
      return (answer.status() == 200 ? ExitCode.DONE : ExitCode.FAULT).number();
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
