package dev.slipway.cli;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule.Severity;
import dev.slipway.error.ExitCode;
import dev.slipway.lint.GitChanges;
import dev.slipway.lint.Linter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code slipway migrate sql lint}: words to one call of {@link Linter}, and back to words. */
final class LintCommand extends BaseCommand {
  private static final String GITHUB = "github";
  private static final String SARIF = "sarif";

  LintCommand(CommandContext context) {
    super(
        context,
        "lint",
        "Reads migration files, without a database, for what stops a service"
            + " that is running meanwhile, and for what cannot run.");
    argument("DSN", "0..1", "The database whose kind the files are read for; it is not asked.");
    flag(
        "Read the DSN from the environment, as is done anyway without the argument.",
        "-e",
        "--read-from-env");
    options(
        "DATABASE",
        "Read them for this database: postgres, mysql, cockroach or sqlite3;"
            + " several for several. Without it the DSN says it, or else the names of the files.",
        "--dialect");
    option(
        "VERSION",
        "Judge this version and newer ones; older files only say what there is.",
        "--from");
    option(
        "REF",
        "Judge the files that are new or changed since this revision of git; the others only"
            + " define the schema.",
        "--since");
    flag("End with 2 for warnings too.", "--strict");
    formatOption(GITHUB, SARIF);
    settings(
        Setting.DSN,
        Setting.DSN_FILE,
        Setting.MIGRATE_PATH,
        Setting.MIGRATE_EXCLUDE,
        Setting.MIGRATE_FILE_FORMAT,
        Setting.MIGRATE_RECURSIVE,
        Setting.MIGRATE_PLACEHOLDERS);
    examples(
        "slipway migrate sql lint --path ./migrations",
        "slipway migrate sql lint --path ./migrations --dialect postgres --from 20260401000000",
        "slipway migrate sql lint --path ./migrations --since origin/main",
        "slipway migrate sql lint --path ./migrations --format github --strict");
  }

  @Override
  ExitCode run() {
    Settings settings = settings(argument(0));
    Settings.Migrate migrate = settings.migrate();
    List<DatabaseDriver> dialects = dialects(settings);
    Linter.Result result = Linter.check(migrate, dialects, scope(migrate));
    result.notes().forEach(context.terminal()::log);
    if (context.document().requested()) {
      context.document().list("findings", result.flaws().stream().map(LintReport::object).toList());
    } else {
      out().print(report(result));
    }
    long errors = result.count(Severity.ERROR);
    long warnings = result.count(Severity.WARNING);
    context
        .terminal()
        .log(
            count(errors, "error")
                + ", "
                + count(warnings, "warning")
                + ", "
                + result.accepted()
                + " accepted, in "
                + count(result.files(), "file")
                + " for "
                + dialects.stream().map(DatabaseDriver::name).collect(Collectors.joining(", ")));
    return errors > 0 || (has("--strict") && warnings > 0) ? ExitCode.USAGE : ExitCode.DONE;
  }

  private List<DatabaseDriver> dialects(Settings settings) {
    List<DatabaseDriver> said =
        values("--dialect").stream().distinct().map(Drivers::require).toList();
    if (!said.isEmpty()) {
      return said;
    }
    return settings.namesDatabase()
        ? List.of(Drivers.of(Drivers.parse(settings.database())))
        : Linter.dialects(settings.migrate());
  }

  private Linter.Scope scope(Settings.Migrate migrate) {
    Optional<String> since = value("--since");
    if (since.isPresent() && migrate.paths().isEmpty()) {
      throw usageError("--since needs --path: the bundled migrations are in no repository");
    }
    return new Linter.Scope(
        value("--from").map(text -> version("--from " + text, text)),
        since.map(revision -> GitChanges.since(revision, migrate.paths())));
  }

  private String report(Linter.Result result) {
    return switch (value("--format").orElse("")) {
      case GITHUB -> LintReport.annotations(result.flaws());
      case SARIF -> SarifReport.of(result);
      default -> LintReport.text(result.flaws());
    };
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
