package dev.slipway.verify;

import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.driver.Connections;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQueries;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.ForeignHistory;
import dev.slipway.migration.MigrationService;
import dev.slipway.sql.SqlFile;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schema to which generated migrations lead: that of a file of SQL, which is loaded into a
 * scratch database, or that of a database, which is only read. Used once, by one thread.
 */
final class GenerationTarget implements AutoCloseable {
  private final DatabaseDriver driver;
  private final Settings.Migrate settings;
  private final Optional<SqlFile> file;
  private final Optional<Dsn> live;
  private @Nullable ScratchDatabase scratch;
  private @Nullable Connection session;
  private Set<String> excluded;

  private GenerationTarget(
      DatabaseDriver driver,
      Settings.Migrate settings,
      Optional<SqlFile> file,
      Optional<Dsn> live) {
    this.driver = driver;
    this.settings = settings;
    this.file = file;
    this.live = live;
    this.excluded = Set.of(settings.table(), MigrationService.SCRATCH_MARK);
  }

  /**
   * Reads a file, and connects to nothing.
   *
   * @throws SlipwayException (usage) if it cannot be read
   */
  static GenerationTarget file(Path path, DatabaseDriver driver, Settings.Migrate settings) {
    SqlScript script;
    try {
      script = SqlScript.parse(Files.readString(path), driver.syntax());
    } catch (IOException e) {
      throw SlipwayException.usageErrorIn(path, "cannot be read: " + IoErrors.describe(e)).cause(e);
    }
    return new GenerationTarget(
        driver, settings, Optional.of(new SqlFile(path, script)), Optional.empty());
  }

  /**
   * The schema of a database.
   *
   * @throws SlipwayException (usage) for a database of another kind, or one that does not exist
   */
  static GenerationTarget database(Dsn dsn, DatabaseDriver driver, Settings.Migrate settings) {
    if (!Drivers.of(dsn).equals(driver)) {
      throw SlipwayException.usageError(
          "--to-database names a database of "
              + dsn.driver()
              + ", and the migrations are for "
              + driver.name());
    }
    driver
        .missingDatabase(dsn)
        .ifPresent(
            what -> {
              throw SlipwayException.usageError(what + " does not exist")
                  .hint("--to-database names the database whose schema is the target");
            });
    return new GenerationTarget(driver, settings, Optional.empty(), Optional.of(dsn));
  }

  /** What it is, for comments in files, which name no host. */
  String origin() {
    return file.map(each -> each.path().getFileName().toString()).orElse("a database");
  }

  /** What it is, for messages. */
  String name() {
    return file.map(each -> each.path().getFileName().toString())
        .orElseGet(() -> "the database " + live.orElseThrow().target());
  }

  /** Whether it may lack objects that are to be kept, because an ORM does not create their kind. */
  boolean isManagedOnly() {
    return live.isPresent();
  }

  /** What runs in a scratch database. */
  List<SqlFile> scripts() {
    return file.map(List::of).orElse(List.of());
  }

  /**
   * Connects, and loads the file.
   *
   * @param server the server on which a scratch database is created
   * @param given the scratch database to use instead
   */
  void open(Dsn server, Optional<Dsn> given, Consumer<String> story) throws SQLException {
    if (live.isPresent()) {
      session =
          Connections.connect(
              live.get(),
              new SessionOptions(
                  "slipway generate",
                  settings.ddlLockTimeout(),
                  settings.statementTimeout(),
                  false),
              settings.waitForDatabase(),
              story);
      return;
    }
    scratch =
        ScratchDatabase.open(
            server, given, List.of(), Optional.empty(), scripts(), settings, story);
    try (Connection loading = scratch.newConnection()) {
      load(loading, scratch.dsn(), story);
    }
  }

  private void load(Connection loading, Dsn dsn, Consumer<String> story) {
    SqlFile sql = file.orElseThrow();
    SqlScript script = sql.script();
    for (Statement statement : script.statements()) {
      if (statement.kind() == StatementKind.COPY) {
        // Rows are no part of the schema.
        continue;
      }
      int line = script.position(statement.start()).line();
      if (statement.kind() == StatementKind.SHELL) {
        throw SlipwayException.usageErrorAt(
                sql.path(), line, "cannot run here: " + script.excerpt(statement))
            .hint("use statements of SQL only");
      }
      try {
        SqlQueries.execute(loading, script.sql(statement));
      } catch (SQLException e) {
        String problem = SqlExceptions.describe(e, dsn);
        if (script.sql(statement).regionMatches(true, 0, "SET ", 0, 4)) {
          // A dump of a newer server sets what an older one does not have.
          story.accept("warning: " + sql.path() + ":" + line + " is left out: " + problem);
          continue;
        }
        throw SlipwayException.of(
                driver.exitCode(e) == ExitCode.RETRY ? ExitCode.RETRY : ExitCode.MIGRATION,
                sql.path() + ":" + line + ": " + problem + "\n" + script.excerpt(statement))
            .hint("the file has to create the whole schema in an empty database")
            .cause(e);
      }
    }
  }

  /** A connection to read the schema. */
  Connection connection() throws SQLException {
    if (scratch != null) {
      return scratch.connection();
    }
    if (session == null) {
      throw new IllegalStateException("not open");
    }
    return session;
  }

  /** The objects. */
  SchemaContents contents() throws SQLException {
    return driver.schemaReader().read(connection(), excluded);
  }

  /** The tables that are no part of the schema. */
  Set<String> excluded() {
    return excluded;
  }

  /** SQL that gives a scratch database the settings of the database. */
  List<String> settingsSql() throws SQLException {
    return live.isPresent() ? driver.scratch().settingsSql(connection()) : List.of();
  }

  /**
   * Leaves out the tables in which other tools keep their history.
   *
   * @param start the schema of the migrations: what it has is compared
   */
  void excludeHistories(SchemaContents start) throws SQLException {
    Set<String> all = new HashSet<>(excluded);
    for (Map.Entry<String, List<String>> table : contents().tables().entrySet()) {
      String name = table.getKey().substring(table.getKey().lastIndexOf('.') + 1).replace("\"", "");
      Set<String> columns =
          table.getValue().stream()
              .map(column -> column.toLowerCase(Locale.ROOT))
              .collect(Collectors.toSet());
      if (live.isPresent()
          && !start.tables().containsKey(table.getKey())
          && ForeignHistory.toolOf(name, columns).isPresent()) {
        all.add(name);
      }
    }
    excluded = Set.copyOf(all);
  }

  @Override
  public void close() {
    if (scratch != null) {
      scratch.close();
      scratch = null;
    }
    try {
      if (session != null) {
        session.close();
        session = null;
      }
    } catch (SQLException e) {
      // Nothing was written; the server ends the session.
      System.getLogger(GenerationTarget.class.getName()).log(System.Logger.Level.DEBUG, "close", e);
    }
  }
}
