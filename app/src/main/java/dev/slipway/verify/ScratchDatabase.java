package dev.slipway.verify;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.driver.Connections;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.ScratchServer;
import dev.slipway.driver.ScratchServer.ProvidedObject;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQueries;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A database for one run: created on the server of the live one under a name of its own and dropped
 * at the end, for SQLite a file in a folder that is deleted; or one that was given, which has to be
 * empty and is emptied at the end. Abandoned databases of killed runs are removed first. Of one
 * thread.
 */
final class ScratchDatabase implements AutoCloseable {
  private static final Duration DROP_WAIT = Duration.ofSeconds(10);

  private final Dsn server;
  private final Dsn dsn;
  private final Settings.Migrate settings;
  private final Consumer<String> story;
  private final Optional<String> name;
  private Optional<AbandonedScratchDatabases.LockedFolder> folder = Optional.empty();
  private Optional<FileChannel> fileLock = Optional.empty();
  private Optional<ScratchMarker> mark = Optional.empty();
  private final List<ProvidedObject> provided = new ArrayList<>();
  private @Nullable Connection admin;
  private @Nullable Connection connection;

  private ScratchDatabase(
      Dsn server,
      Dsn dsn,
      Settings.Migrate settings,
      Consumer<String> story,
      Optional<String> name) {
    this.server = server;
    this.dsn = dsn;
    this.settings = settings;
    this.story = story;
    this.name = name;
  }

  /**
   * The one that is given, or else a new one on the server of a DSN.
   *
   * @param settingsSql SQL that gives an empty database the settings of the live one
   * @param init what runs there first
   * @param files all that will run there
   * @param story told when it cannot be dropped in the end
   * @throws SlipwayException (usage) if the login may not make one, or the given one is not empty
   *     or of another kind, (retry) if the server is unavailable or another run uses the given one
   */
  static ScratchDatabase open(
      Dsn dsn,
      Optional<Dsn> given,
      List<String> settingsSql,
      Optional<ScratchInit> init,
      List<SqlFile> files,
      Settings.Migrate settings,
      Consumer<String> story) {
    ScratchDatabase scratch =
        given
            .map(there -> given(there, Drivers.of(dsn), settingsSql, files, settings, story))
            .orElseGet(() -> create(dsn, settingsSql, files, settings, story));
    init.ifPresent(scratch::initialize);
    return scratch;
  }

  /** Another connection, whose session the caller may change, and which the caller closes. */
  Connection newConnection() {
    return open(dsn, settings.waitForDatabase());
  }

  private void initialize(ScratchInit init) {
    try (Connection session = newConnection()) {
      init.run(session, dsn);
    } catch (SQLException | SlipwayException e) {
      close();
      throw e instanceof SlipwayException failure
          ? failure
          : fault((SQLException) e, "cannot initialize the scratch database");
    }
  }

  private static ScratchDatabase create(
      Dsn dsn,
      List<String> settingsSql,
      List<SqlFile> files,
      Settings.Migrate settings,
      Consumer<String> story) {
    if (Drivers.of(dsn).scratchServer().isEmpty()) {
      AbandonedScratchDatabases.deleteFolders()
          .forEach(path -> story.accept("deleted the scratch folder " + path + " of a killed run"));
      AbandonedScratchDatabases.LockedFolder folder = temporaryFolder();
      ScratchDatabase scratch =
          new ScratchDatabase(
              dsn,
              Drivers.parse(
                  DatabaseConfig.file(
                      Drivers.of(dsn).name(), folder.path().resolve("scratch.db").toString())),
              settings,
              story,
              Optional.empty());
      scratch.folder = Optional.of(folder);
      scratch.applySettings(settingsSql);
      return scratch;
    }
    String name = AbandonedScratchDatabases.newName();
    ScratchDatabase scratch =
        new ScratchDatabase(
            dsn,
            Drivers.of(dsn).withDatabase(Drivers.of(dsn).withSchemaInSearchPath(dsn), name),
            settings,
            story,
            Optional.of(name));
    scratch.create(files);
    return scratch;
  }

  private static ScratchDatabase given(
      Dsn dsn,
      DatabaseDriver dialect,
      List<String> settingsSql,
      List<SqlFile> files,
      Settings.Migrate settings,
      Consumer<String> story) {
    if (dsn.inMemory() || !Drivers.of(dsn).equals(dialect)) {
      throw SlipwayException.usageError(
          "--scratch names a database of "
              + dsn.driver()
              + ", and the migrations are for "
              + dialect.name());
    }
    ScratchDatabase scratch = new ScratchDatabase(dsn, dsn, settings, story, Optional.empty());
    try {
      scratch.prepare(settingsSql, ScratchMarker.names(files, settings.table()));
      return scratch;
    } catch (SQLException | IOException | SlipwayException e) {
      scratch.close();
      throw switch (e) {
        case SlipwayException fault -> fault;
        case SQLException failure -> scratch.fault(failure, "cannot look into " + dsn.target());
        default ->
            SlipwayException.usageError("cannot lock " + dsn.target() + ": " + e.getMessage())
                .cause(e);
      };
    }
  }

  /** Empties a given database of what an earlier run left, and marks it. */
  private void prepare(List<String> settingsSql, Set<String> names)
      throws SQLException, IOException {
    // The connection comes first: it creates a SQLite file, and its folder has to exist.
    Connection there = connection();
    if (dsn.file().isPresent()) {
      fileLock = AbandonedScratchDatabases.lockFile(dsn.file().get());
    }
    if ((dsn.file().isPresent() && fileLock.isEmpty())
        || (dsn.file().isEmpty() && !scratchServer().lockCurrent(there))) {
      throw SlipwayException.of(
              ExitCode.RETRY, "another run uses the scratch database " + dsn.target())
          .hint("wait until it has ended; or give each run a database of its own");
    }
    ScratchMarker found = ScratchMarker.read(there, Drivers.of(dsn));
    List<ScratchMarker.DatabaseObject> others = found.others(there);
    if (!others.isEmpty()) {
      ScratchMarker.DatabaseObject first =
          others.stream()
              .filter(one -> !one.name().equals(settings.table()))
              .findFirst()
              .orElse(others.getFirst());
      throw SlipwayException.usageError(
              "--scratch has to name an empty database: " + dsn.target() + " has " + first.name())
          .hint("give one that nothing else uses");
    }
    int removed = found.clear(there);
    if (removed > 0) {
      story.accept(
          "removed what a killed run left in "
              + dsn.target()
              + ": "
              + removed
              + (removed == 1 ? " object" : " objects"));
    }
    applySettings(settingsSql);
    ScratchMarker fresh = ScratchMarker.read(there, Drivers.of(dsn));
    fresh.write(there, names);
    mark = Optional.of(fresh);
  }

  private void applySettings(List<String> settingsSql) {
    try {
      for (String sql : settingsSql) {
        SqlQueries.execute(connection(), sql);
      }
    } catch (SQLException e) {
      SlipwayException failure =
          fault(e, "cannot give the scratch database the settings of the live one");
      close();
      throw failure;
    }
  }

  private ScratchServer scratchServer() {
    return Drivers.of(server).scratchServer().orElseThrow();
  }

  private static AbandonedScratchDatabases.LockedFolder temporaryFolder() {
    try {
      return AbandonedScratchDatabases.newFolder();
    } catch (IOException e) {
      throw SlipwayException.usageError(
              "cannot make a folder for a scratch database in "
                  + System.getProperty("java.io.tmpdir")
                  + ": "
                  + IoErrors.describe(e))
          .hint("name an empty database that can be written: --scratch sqlite:///path/file.db")
          .cause(e);
    }
  }

  private void create(List<SqlFile> files) {
    try {
      // It stays open: it holds the lock by which other runs know that this one lives.
      admin = open(server, settings.waitForDatabase());
      dropLeftovers(admin);
      scratchServer().lock(admin, name.orElseThrow());
      try (Statement statement = admin.createStatement()) {
        for (String sql : scratchServer().createDatabase(admin, name.orElseThrow())) {
          statement.executeUpdate(sql);
        }
      }
    } catch (SQLException e) {
      closeQuietly(admin);
      throw Drivers.of(server).isPermissionDenied(e)
          ? SlipwayException.usageError(
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
      provide(files);
    } catch (SQLException | SlipwayException e) {
      close();
      throw e instanceof SlipwayException fault
          ? fault
          : fault((SQLException) e, "cannot prepare the scratch database");
    }
  }

  /** A leftover that cannot be dropped is not in the way of this run. */
  private void dropLeftovers(Connection admin) {
    try {
      for (String leftover : scratchServer().abandoned(admin)) {
        try {
          drop(admin, leftover);
          story.accept("dropped the scratch database " + leftover + " of a killed run");
        } catch (SQLException e) {
          story.accept(
              "warning: cannot drop the scratch database "
                  + leftover
                  + " of a killed run: "
                  + why(e));
        }
      }
    } catch (SQLException e) {
      story.accept("warning: cannot look for scratch databases of killed runs: " + why(e));
    }
  }

  private void provide(List<SqlFile> files) throws SQLException {
    Connection live = Objects.requireNonNull(admin);
    for (ProvidedObject object : scratchServer().provided(live, connection(), files)) {
      try (Statement statement = connection().createStatement()) {
        statement.executeUpdate(object.sql());
        provided.add(object);
      } catch (SQLException e) {
        if (!object.outside()) {
          throw e;
        }
        story.accept(
            "warning: the scratch database lacks "
                + object.key()
                + ", which the live database has: "
                + why(e));
      }
    }
  }

  /** What it had before the migrations, in place of those who provide it on the live server. */
  List<ProvidedObject> provided() {
    return List.copyOf(provided);
  }

  /** The keys of the objects that it had before the migrations, and that they build on. */
  Set<String> environment() {
    return provided.stream()
        .filter(object -> !object.outside())
        .map(ProvidedObject::key)
        .collect(Collectors.toSet());
  }

  /** The way to it. */
  Dsn dsn() {
    return dsn;
  }

  /** A connection to inspect it, reopened if the server has closed it. */
  Connection connection() throws SQLException {
    if (connection == null || !connection.isValid((int) DROP_WAIT.toSeconds())) {
      connection = open(dsn, settings.waitForDatabase());
    }
    return connection;
  }

  private Connection open(Dsn where, Duration wait) {
    return Connections.connect(
        where,
        new SessionOptions(
            "slipway scratch", settings.ddlLockTimeout(), settings.statementTimeout()),
        wait,
        story);
  }

  /** Describes a failure of the database. */
  SlipwayException fault(SQLException e, String what) {
    return SlipwayException.of(Drivers.of(server).exitCode(e), what + ": " + why(e)).cause(e);
  }

  private String why(SQLException e) {
    return SqlExceptions.describeBriefly(e, server);
  }

  /** Drops it; a given one is emptied. */
  @Override
  public void close() {
    try {
      if (mark.isPresent()) {
        empty(mark.get());
      }
      closeQuietly(connection);
      if (folder.isPresent()) {
        folder.get().lock().close();
        AbandonedScratchDatabases.delete(folder.get().path());
      }
      if (fileLock.isPresent()) {
        fileLock.get().close();
      }
      if (name.isPresent()) {
        if (admin == null || !admin.isValid((int) DROP_WAIT.toSeconds())) {
          closeQuietly(admin);
          admin = open(server, DROP_WAIT);
        }
        drop(admin, name.get());
      }
    } catch (SQLException | IOException | SlipwayException e) {
      story.accept(
          "warning: the scratch database "
              + name.orElse("")
              + " on "
              + server.server()
              + " is left: "
              + server.redact(String.valueOf(e.getMessage()))
              + "; the next run tries again to remove it");
    } finally {
      closeQuietly(admin);
      admin = null;
    }
  }

  private void empty(ScratchMarker made) throws SQLException {
    List<ScratchMarker.DatabaseObject> others = made.others(connection());
    if (others.isEmpty()) {
      made.clear(connection());
    } else {
      story.accept(
          "warning: "
              + dsn.target()
              + " is not emptied: it has "
              + others.getFirst()
              + ", a name that no migration file contains; drop what is in it by hand");
    }
  }

  private void drop(Connection admin, String database) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      statement.executeUpdate(scratchServer().dropDatabase(database));
    }
  }

  private static void closeQuietly(@Nullable Connection open) {
    try {
      if (open != null) {
        open.close();
      }
    } catch (SQLException e) {
      // The server ends it with its session; nothing of the run depends on it any more.
      System.getLogger(ScratchDatabase.class.getName()).log(System.Logger.Level.DEBUG, "close", e);
    }
  }
}
