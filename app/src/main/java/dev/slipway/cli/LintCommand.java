package dev.slipway.cli;

import dev.slipway.audit.Lint;
import dev.slipway.audit.Rule.Severity;
import dev.slipway.cli.Reports.Format;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.db.Dialect;
import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.migrate.Version;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code slipway migrate sql lint}: words to one call of {@link Lint}, and back to words. */
final class LintCommand extends Verb {
  private static final String GITHUB = "github";

  LintCommand(Context context) {
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
    flag("End with 2 for warnings too.", "--strict");
    option(
        "FORMAT",
        "table (the default), json, json-pretty, yaml, or github for annotations.",
        "--format");
    settings(Setting.DSN, Setting.DSN_FILE, Setting.MIGRATE_PATH, Setting.MIGRATE_PLACEHOLDERS);
    examples(
        "slipway migrate sql lint --path ./migrations",
        "slipway migrate sql lint --path ./migrations --dialect postgres --from 20260401000000",
        "slipway migrate sql lint --path ./migrations --format github --strict");
  }

  @Override
  ExitCode run() {
    Settings settings = settings(argument(0));
    Settings.Migrate migrate = settings.migrate();
    List<Dialect> dialects = dialects(settings);
    Lint.Result result = Lint.check(migrate.paths(), migrate.placeholders(), dialects, from());
    context.terminal().out().print(report(result));
    long errors = result.count(Severity.ERROR);
    long warnings = result.count(Severity.WARNING);
    context
        .terminal()
        .story(
            count(errors, "error")
                + ", "
                + count(warnings, "warning")
                + ", "
                + result.accepted()
                + " accepted, in "
                + count(result.files(), "file")
                + " for "
                + dialects.stream().map(Dialect::name).collect(Collectors.joining(", ")));
    return errors > 0 || has("--strict") && warnings > 0 ? ExitCode.USAGE : ExitCode.DONE;
  }

  private List<Dialect> dialects(Settings settings) {
    List<Dialect> said = values("--dialect").stream().distinct().map(Dialect::of).toList();
    if (!said.isEmpty()) {
      return said;
    }
    return settings.namesDatabase()
        ? List.of(Dsn.parse(settings.dsnText().reveal()).dialect())
        : Lint.dialects(settings.migrate().paths());
  }

  private Optional<Version> from() {
    return value("--from").map(text -> version("--from " + text, text));
  }

  private String report(Lint.Result result) {
    String word = value("--format").orElse("table");
    if (word.equals(GITHUB)) {
      return Findings.annotations(result.flaws());
    }
    return Findings.text(
        result.flaws(),
        Format.of(word)
            .orElseThrow(
                () ->
                    misuse(
                        "--format "
                            + word
                            + ": it must be table, json, json-pretty, yaml or github")));
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
