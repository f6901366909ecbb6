package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.migration.CancellationToken;
import dev.slipway.verify.SchemaGeneration;
import dev.slipway.verify.ScratchOptions;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** {@code slipway migrate sql generate}: words to one call of {@link SchemaGeneration}. */
final class GenerateCommand extends BaseCommand {
  private static final String TO = "--to";
  private static final String TO_DATABASE = "--to-database";

  GenerateCommand(CommandContext context) {
    super(
        context,
        "generate",
        "Writes the migrations, up and down, that lead to the schema of a file or a database, and"
            + " prints where they are. They are proven on scratch databases first.");
    argument("NAME", "1", "What the migrations do, as in add_email.");
    serverArgument();
    databaseSource();
    option(
        "FILE",
        "SQL that creates the target schema in an empty database, such as a file of `dump`, or of"
            + " the database's own dump program.",
        TO);
    option(
        "DSN",
        "A database with the target schema, such as one that an ORM has created. It is only read."
            + " Objects that ORMs do not create are kept.",
        TO_DATABASE);
    options(
        "OLD=NEW",
        "Rename a table, or a column (table.old=table.new), instead of dropping it.",
        "--rename");
    flag("Allow migrations that delete tables, columns, or values.", "--allow-drop");
    flag("Write nothing, and end with 3 if the schemas differ.", "--check");
    options(
        "DSN",
        "Empty databases to use instead of new ones on the DSN's server: give two.",
        "--scratch");
    scratchContent();
    replaySettings();
    examples(
        "slipway migrate sql generate add_email -e --path ./migrations --to schema.sql",
        "slipway migrate sql generate add_email -e --path ./migrations --to schema.sql --rename"
            + " users.mail=users.email",
        "slipway migrate sql generate from_orm -e --path ./migrations --to-database"
            + " postgres://localhost/orm",
        "slipway migrate sql generate check -e --path ./migrations --to schema.sql --check");
  }

  @Override
  ExitCode run() {
    Optional<String> file = value(TO);
    Optional<String> database = value(TO_DATABASE);
    if (file.isPresent() == database.isPresent()) {
      throw usageError("give the target: --to FILE, or --to-database DSN");
    }
    List<Dsn> scratch = values("--scratch").stream().map(Drivers::parse).toList();
    if (scratch.size() > 2) {
      throw usageError("--scratch: two databases are enough");
    }
    Settings settings = settings(argument(1));
    if (settings.migrate().paths().size() != 1) {
      throw usageError("say into which folder: --path, once");
    }
    SchemaGeneration.Options options =
        new SchemaGeneration.Options(
            new ScratchOptions(scratch.stream().findFirst(), has("--disposable"), scratchInit()),
            scratch.stream().skip(1).findFirst(),
            file.map(Path::of),
            database.map(Drivers::parse),
            values("--rename"),
            has("--allow-drop"),
            has("--check"));
    CancellationToken stop = new CancellationToken(settings.migrate().timeout());
    SchemaGeneration.Result result =
        new DeadlineRunner(stop, context.signals().get())
            .run(
                () ->
                    SchemaGeneration.run(
                        writableDatabase(settings, true),
                        argument(0).orElseThrow(),
                        options,
                        settings.migrate(),
                        stop,
                        context.terminal()::log,
                        LocalDateTime.now(ZoneOffset.UTC)));
    return report(result);
  }

  private ExitCode report(SchemaGeneration.Result result) {
    result.kept().forEach(key -> context.terminal().log("kept: " + key));
    result
        .unproven()
        .forEach(table -> context.terminal().log("warning: proven without rows: " + table));
    if (result.equal()) {
      context.terminal().out().println("no change");
      return ExitCode.DONE;
    }
    if (has("--check")) {
      result.statements().forEach(sql -> context.terminal().out().println(sql + ";"));
      result.rejected().forEach(text -> context.terminal().out().println("-- " + text));
      context.terminal().log("the migrations do not create the target schema");
      return ExitCode.PENDING;
    }
    result.files().forEach(context.terminal().out()::println);
    return ExitCode.DONE;
  }
}
