package dev.slipway.audit;

import dev.slipway.config.Settings;
import dev.slipway.db.Database;
import dev.slipway.db.Dialect;
import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A database for one run, beside the one that the DSN names, which is not touched: made on the same
 * server under a name of its own and dropped at the end; for SQLite a file in a folder that goes.
 * Or one that somebody names, which has to be empty. Of one thread.
 */
final class Scratch implements AutoCloseable {
  /** What the databases are called whose run was killed before it could drop them. */
  static final String PREFIX = "slipway_scratch_";

  private static final Duration DROP_WAIT = Duration.ofSeconds(10);

  private final Dsn server;
  private final Dsn dsn;
  private final Settings.Migrate settings;
  private final Consumer<String> story;
  private final Optional<Path> folder;
  private final Optional<String> name;
  private Connection connection;

  private Scratch(
      Dsn server,
      Dsn dsn,
      Settings.Migrate settings,
      Consumer<String> story,
      Optional<Path> folder,
      Optional<String> name) {
    this.server = server;
    this.dsn = dsn;
    this.settings = settings;
    this.story = story;
    this.folder = folder;
    this.name = name;
  }

  /**
   * The one that is given, or else a new one on the server of a DSN.
   *
   * @param story told when it cannot be dropped in the end
   * @throws Fault (usage) if the login may not make one, or the given one is not empty or of
   *     another kind, (retry) if the server is away
   */
  static Scratch open(
      Dsn dsn, Optional<Dsn> given, Settings.Migrate settings, Consumer<String> story) {
    return given
        .map(there -> given(there, dsn.dialect(), settings, story))
        .orElseGet(() -> beside(dsn, settings, story));
  }

  private static Scratch beside(Dsn dsn, Settings.Migrate settings, Consumer<String> story) {
    if (dsn.dialect().kind() == Dialect.Kind.SQLITE) {
      Path folder = temporaryFolder();
      return new Scratch(
          dsn,
          Dsn.parse("sqlite://" + folder.resolve("scratch.sqlite")),
          settings,
          story,
          Optional.of(folder),
          Optional.empty());
    }
    byte[] random = new byte[6];
    new SecureRandom().nextBytes(random);
    String name = PREFIX + HexFormat.of().formatHex(random);
    Dsn there = dsn.database(name);
    Scratch scratch = new Scratch(dsn, there, settings, story, Optional.empty(), Optional.of(name));
    scratch.create();
    return scratch;
  }

  private static Scratch given(
      Dsn dsn, Dialect dialect, Settings.Migrate settings, Consumer<String> story) {
    if (dsn.memory() || dsn.dialect() != dialect) {
      throw Fault.usage(
          "--scratch names a database of "
              + dsn.dialect().name()
              + ", and the migrations are for "
              + dialect.name());
    }
    Scratch scratch = new Scratch(dsn, dsn, settings, story, Optional.empty(), Optional.empty());
    try {
      Snapshot found = Snapshot.take(scratch.connection(), dialect, settings.table());
      if (!found.tables().isEmpty()) {
        throw Fault.usage(
                "--scratch has to name an empty database: "
                    + dsn.target()
                    + " has "
                    + found.tables().getFirst())
            .hint("give one that nothing else uses");
      }
      return scratch;
    } catch (SQLException | Fault e) {
      scratch.close();
      throw e instanceof Fault fault
          ? fault
          : scratch.fault((SQLException) e, "cannot look into " + dsn.target());
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory(PREFIX);
    } catch (IOException e) {
      throw Fault.usage(
              "cannot make a folder for a scratch database in "
                  + System.getProperty("java.io.tmpdir")
                  + ": "
                  + e.getMessage())
          .hint("name an empty database that can be written: --scratch sqlite:///path/file.db")
          .cause(e);
    }
  }

  private void create() {
    String charset = "";
    try (Connection admin = open(server, settings.waitForDatabase());
        Statement statement = admin.createStatement()) {
      if (server.dialect().kind() == Dialect.Kind.MYSQL) {
        charset =
            text(
                statement,
                "SELECT CONCAT(' CHARACTER SET ', @@character_set_database,"
                    + " ' COLLATE ', @@collation_database)");
      }
      statement.executeUpdate("CREATE DATABASE " + name.orElseThrow() + charset);
    } catch (SQLException e) {
      throw Dialect.forbidden(e)
          ? Fault.usage(
                  "the login may not create a scratch database on "
                      + server.server()
                      + ": "
                      + why(e))
              .hint(
                  "let it (CREATEDB on PostgreSQL and CockroachDB, CREATE and DROP on `slipway\\_"
                      + "scratch\\_%`.* on MySQL), or name an empty database: --scratch DSN")
              .cause(e)
          : fault(e, "cannot create a scratch database on " + server.server());
    }
    try {
      createSchemas();
    } catch (SQLException | Fault e) {
      close();
      throw e instanceof Fault fault
          ? fault
          : fault((SQLException) e, "cannot prepare the scratch database");
    }
  }

  /** The DSN may say a search path: its schemas are there in the database that it names. */
  private void createSchemas() throws SQLException {
    if (server.dialect().kind() != Dialect.Kind.POSTGRES
        && server.dialect().kind() != Dialect.Kind.COCKROACH) {
      return;
    }
    try (Statement statement = connection().createStatement()) {
      for (String part : text(statement, "SHOW search_path").split(",")) {
        String schema = part.strip();
        if (!schema.isEmpty() && !schema.contains("$user")) {
          statement.executeUpdate(
              "CREATE SCHEMA IF NOT EXISTS "
                  + (schema.startsWith("\"") ? schema : '"' + schema + '"'));
        }
      }
    }
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** The way to it. */
  Dsn dsn() {
    return dsn;
  }

  /** A connection to look at it, made anew when the server has ended it meanwhile. */
  Connection connection() throws SQLException {
    if (connection == null || !connection.isValid((int) DROP_WAIT.toSeconds())) {
      connection = open(dsn, settings.waitForDatabase());
    }
    return connection;
  }

  private Connection open(Dsn where, Duration wait) {
    return Database.connect(
        where,
        new Database.Session(
            "slipway scratch", settings.ddlLockTimeout(), settings.statementTimeout()),
        wait,
        story);
  }

  /** A failure of the database, in words. */
  Fault fault(SQLException e, String what) {
    return Fault.of(server.dialect().exitCode(e), what + ": " + why(e)).cause(e);
  }

  private String why(SQLException e) {
    return server.scrub(String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip());
  }

  /** Drops it. What somebody named stays. */
  @Override
  public void close() {
    try {
      if (connection != null) {
        connection.close();
      }
      folder.ifPresent(Scratch::delete);
      if (name.isPresent()) {
        drop(name.get());
      }
    } catch (SQLException | Fault e) {
      story.accept(
          "warning: the scratch database "
              + name.orElse("")
              + " on "
              + server.server()
              + " is left: "
              + server.scrub(String.valueOf(e.getMessage()))
              + "; drop it by hand");
    }
  }

  private void drop(String database) throws SQLException {
    try (Connection admin = open(server, DROP_WAIT);
        Statement statement = admin.createStatement()) {
      statement.executeUpdate(
          "DROP DATABASE IF EXISTS "
              + database
              + (server.dialect().kind() == Dialect.Kind.POSTGRES ? " WITH (FORCE)" : ""));
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw Fault.of(ExitCode.FAULT, "cannot delete " + folder + ": " + e.getMessage()).cause(e);
    }
  }
}
