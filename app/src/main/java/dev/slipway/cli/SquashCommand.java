package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.verify.SchemaSquash;
import java.nio.file.Path;
import java.util.List;

/** {@code slipway migrate sql squash}: arguments to one call of {@link SchemaSquash}. */
final class SquashCommand extends BaseCommand {
  SquashCommand(CommandContext context) {
    super(
        context,
        "squash",
        "Replaces the migrations up to a version by one baseline migration, B<version>__squashed.sql,"
            + " with the schema and the rows that they create. It starts empty schemas. Scratch"
            + " databases prove that the result is the same.");
    serverArgument();
    option("VERSION", "The newest version that is replaced.", "--to");
    flag("Keep the files that are replaced.", "--keep");
    formatOption();
    databaseSource();
    scratchOptions();
    replaySettings();
    examples(
        "slipway migrate sql squash --to 20240101000000 -e --path ./migrations",
        "slipway migrate sql squash --to 42 --keep -e --path ./migrations");
  }

  @Override
  ExitCode run() {
    MigrationVersion version =
        value("--to")
            .map(text -> version("--to " + text, text))
            .orElseThrow(() -> usageError("--to is missing: the newest version that is replaced"));
    Settings settings = settings(argument(0));
    CancellationToken stop = new CancellationToken(settings.migrate().timeout());
    SchemaSquash.Result result =
        new DeadlineRunner(stop, context.signals().get())
            .run(
                () ->
                    SchemaSquash.run(
                        writableDatabase(settings, true),
                        new SchemaSquash.Options(scratch(), version, has("--keep")),
                        settings.migrate(),
                        stop,
                        context.terminal()::log));
    context.document().put("file", result.file().toString());
    context.document().put("migrations", result.migrations());
    context.document().put("rows", result.rows());
    context.document().put("replaced", names(result.replaced()));
    context.document().put("deleted", !has("--keep"));
    context.document().put("kept", names(result.kept()));
    out().print(report(result));
    return ExitCode.DONE;
  }

  private String report(SchemaSquash.Result result) {
    StringBuilder text = new StringBuilder();
    text.append("wrote ")
        .append(result.file())
        .append(" in place of ")
        .append(count(result.migrations(), "migration"))
        .append(", with ")
        .append(count(result.rows(), "row"))
        .append('\n');
    String verb = has("--keep") ? "replaced, and kept: " : "deleted ";
    result.replaced().forEach(path -> text.append(verb).append(path).append('\n'));
    result
        .kept()
        .forEach(path -> text.append("kept for other databases: ").append(path).append('\n'));
    return text.toString();
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private static List<String> names(List<Path> paths) {
    return paths.stream().map(Path::toString).toList();
  }
}
