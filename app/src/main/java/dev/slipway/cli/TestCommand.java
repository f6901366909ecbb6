package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.migration.CancellationToken;
import dev.slipway.verify.RollbackCheck;
import java.io.PrintStream;

/**
 * {@code slipway migrate sql test}: words to one call of {@link RollbackCheck}, and back to words.
 */
final class TestCommand extends BaseCommand {
  TestCommand(CommandContext context) {
    super(
        context,
        "test",
        "Tests every down migration: each migration goes up, down and up"
            + " again on a scratch database, which is made beside the DSN's and dropped at the end.");
    serverArgument();
    databaseSource();
    option(
        "VERSION",
        "Only this version and newer ones go back; older ones are just applied.",
        "--from");
    scratchOptions();
    formatOption();
    replaySettings();
    examples(
        "slipway migrate sql test -e --path ./migrations",
        "slipway migrate sql test --from 20260401000000 postgres://app@localhost/app");
  }

  @Override
  ExitCode run() {
    Settings settings = settings(argument(0));
    CancellationToken stop = new CancellationToken(settings.migrate().timeout());
    RollbackCheck.Result result =
        new DeadlineRunner(stop, context.signals().get())
            .run(
                () ->
                    RollbackCheck.run(
                        writableDatabase(settings, true),
                        scratch(),
                        settings.migrate(),
                        value("--from").map(text -> version("--from " + text, text)),
                        stop,
                        context.terminal()::log));
    context.document().put("reverted", result.reverted());
    context.document().put("accepted", result.accepted());
    context.document().put("only_up", result.onlyUp());
    PrintStream out = out();
    out.println(
        result.reverted()
            + (result.reverted() == 1 ? " migration" : " migrations")
            + " went up, down and up again, and left the same schema each time.");
    result.accepted().forEach(difference -> out.println("accepted: " + difference));
    if (!result.onlyUp().isEmpty()) {
      out.println(
          "applied only, because there is no down migration: "
              + String.join(", ", result.onlyUp()));
    }
    return ExitCode.DONE;
  }
}
