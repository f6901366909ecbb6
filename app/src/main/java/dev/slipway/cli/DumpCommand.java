package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.migration.CancellationToken;
import dev.slipway.verify.SchemaDump;
import dev.slipway.verify.SchemaDump.Format;

/** {@code slipway migrate sql dump}: words to one call of {@link SchemaDump}, and a file. */
final class DumpCommand extends BaseCommand {
  DumpCommand(CommandContext context) {
    super(
        context,
        "dump",
        "Writes the schema that the migrations create to a file, as SQL. The migrations run on a"
            + " scratch database, and the SQL is loaded into a second one and compared.");
    argument("FILE", "1", "The file, such as schema.sql; - is standard output.");
    serverArgument();
    databaseSource();
    flag("Write the schema of the database itself, which is only read.", "--live");
    option("FORMAT", "sql (the default), or model, for `verify --expect`.", "--format");
    flag("Write nothing, and end with 3 if FILE is not what would be written.", "--check");
    scratchOptions();
    replaySettings();
    examples(
        "slipway migrate sql dump schema.sql -e --path ./migrations",
        "slipway migrate sql dump schema.sql -e --path ./migrations --check",
        "slipway migrate sql dump - -e --live --path ./migrations");
  }

  @Override
  ExitCode run() {
    String file = argument(0).orElseThrow();
    if (file.contains("://")) {
      throw usageError("missing required parameter: 'FILE'")
          .hint("slipway migrate sql dump FILE DSN");
    }
    Format format = format(value("--format").orElse("sql"));
    Settings settings = settings(argument(1));
    CancellationToken stop = new CancellationToken(settings.migrate().timeout());
    String text =
        new DeadlineRunner(stop, context.signals().get())
            .run(
                () ->
                    SchemaDump.run(
                        writableDatabase(settings, !has("--live")),
                        new SchemaDump.Options(scratch(), has("--live"), format),
                        settings.migrate(),
                        stop,
                        context.terminal()::log));
    SchemaFile target = new SchemaFile(file);
    if (has("--check")) {
      return target.check(text, context.terminal());
    }
    target.write(text, context.terminal());
    return ExitCode.DONE;
  }

  private Format format(String word) {
    return switch (word) {
      case "sql" -> Format.SQL;
      case "model" -> Format.MODEL;
      default -> throw usageError("--format " + word + ": it must be sql or model");
    };
  }
}
