package dev.slipway.cli;

import dev.slipway.audit.RoundTrip;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.migrate.StopSignal;

/** {@code slipway migrate sql test}: words to one call of {@link RoundTrip}, and back to words. */
final class TestCommand extends Verb {
  TestCommand(Context context) {
    super(
        context,
        "test",
        "Proves that every way back works: each migration goes up, down and up"
            + " again on a scratch database, which is made beside the DSN's and dropped at the end.");
    argument(
        "DSN",
        "0..1",
        "The server; its database itself is not touched. Without it, DSN,"
            + " DSN_FILE, DATABASE_* or the file say it.");
    flag(
        "Read the DSN from the environment, as is done anyway without the argument.",
        "-e",
        "--read-from-env");
    option(
        "VERSION",
        "Only this version and newer ones go back; older ones are just applied.",
        "--from");
    option("DSN", "An empty database to use, where the login may not create one.", "--scratch");
    settings(
        Setting.DSN,
        Setting.DSN_FILE,
        Setting.MIGRATE_PATH,
        Setting.MIGRATE_TABLE,
        Setting.MIGRATE_PLACEHOLDERS,
        Setting.MIGRATE_WAIT,
        Setting.MIGRATE_TIMEOUT,
        Setting.MIGRATE_STATEMENT_TIMEOUT);
    examples(
        "slipway migrate sql test -e --path ./migrations",
        "slipway migrate sql test --path ./migrations --from 20260401000000 "
            + "postgres://app@localhost/app");
  }

  @Override
  ExitCode run() {
    Settings settings = settings(argument(0));
    StopSignal stop = new StopSignal();
    context.signals().get().then(stop::request);
    int trips =
        RoundTrip.run(
            Dsn.parse(settings.dsnText().reveal()),
            value("--scratch").map(Dsn::parse),
            settings.migrate(),
            value("--from").map(text -> version("--from " + text, text)),
            stop,
            context.terminal()::story);
    context
        .terminal()
        .out()
        .println(
            trips
                + (trips == 1 ? " migration" : " migrations")
                + " went up, down and up again, and left the same schema each time.");
    return ExitCode.DONE;
  }
}
