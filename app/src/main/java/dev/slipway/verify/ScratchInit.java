package dev.slipway.verify;

import dev.slipway.config.IoErrors;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.sql.SqlFile;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file of {@code --scratch-init}: what a database has before its first migration, such as the
 * objects that an administrator provides, or the tables on which {@code baseline} started a
 * history. It runs first in every scratch database.
 */
final class ScratchInit {
  private final SqlFile file;

  private ScratchInit(SqlFile file) {
    this.file = file;
  }

  /**
   * Reads the file.
   *
   * @throws SlipwayException (usage) if it cannot be read, or has something that no server runs
   */
  static Optional<ScratchInit> read(ScratchOptions options, DatabaseDriver driver) {
    return options.init().map(path -> new ScratchInit(new SqlFile(path, script(path, driver))));
  }

  private static SqlScript script(Path path, DatabaseDriver driver) {
    SqlScript script;
    try {
      script = SqlScript.parse(Files.readString(path), driver.syntax());
    } catch (IOException e) {
      throw SlipwayException.usageErrorIn(path, "cannot be read: " + IoErrors.describe(e)).cause(e);
    }
    for (Statement statement : script.statements()) {
      if (statement.kind() == StatementKind.SHELL || statement.kind() == StatementKind.COPY) {
        throw SlipwayException.usageErrorAt(
                path,
                script.position(statement.start()).line(),
                "cannot run here: " + script.excerpt(statement))
            .hint("use statements of SQL only, with INSERT for rows");
      }
    }
    return script;
  }

  /** Everything that runs in a scratch database. */
  static List<SqlFile> files(Optional<ScratchInit> init, List<MigrationStep> steps) {
    List<SqlFile> files = new ArrayList<>();
    init.ifPresent(first -> files.add(first.file));
    steps.forEach(step -> files.add(new SqlFile(step.file().path(), step.script())));
    return files;
  }

  /**
   * Runs the file, each statement by itself.
   *
   * @param connection a new connection to the scratch database, whose session may change
   * @throws SlipwayException (migration) naming the statement that fails
   */
  void run(Connection connection, Dsn dsn) {
    SqlScript script = file.script();
    for (Statement statement : script.statements()) {
      try (java.sql.Statement jdbc = connection.createStatement()) {
        jdbc.setEscapeProcessing(false);
        jdbc.execute(script.sql(statement));
      } catch (SQLException e) {
        throw SlipwayException.of(
                ExitCode.MIGRATION,
                file.path()
                    + ":"
                    + script.position(statement.start()).line()
                    + ": "
                    + SqlExceptions.describe(e, dsn)
                    + "\n"
                    + script.excerpt(statement))
            .hint("correct the file of --scratch-init")
            .cause(e);
      }
    }
  }

  /** Starts a history before the first migration: the schema is not empty. */
  static void startHistory(MigrationService migrations) {
    migrations.baseline(MigrationVersion.of("0"));
  }
}
