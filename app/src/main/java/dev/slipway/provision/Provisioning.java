package dev.slipway.provision;

import dev.slipway.db.Database;
import dev.slipway.db.Dialect;
import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The door of this package: makes databases be there, or not, on the server that an administrator's
 * DSN leads to. Immutable.
 *
 * <p>Each call looks first and changes only what is missing. Two that do the same at once come into
 * each other's way in the server's catalog; the one that loses looks again.
 */
public final class Provisioning {
  private static final int TRIES_MAX = 10;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Somebody else made or changed the same a moment ago: the database, a role, a row of the catalog
   * (which PostgreSQL calls an internal error), or the template is being copied.
   */
  private static final Set<String> OVERTAKEN = Set.of("42P04", "42710", "23505", "XX000", "55006");

  private final Dsn admin;
  private final Duration wait;
  private final Duration timeout;
  private final Consumer<String> story;

  private Provisioning(Dsn admin, Duration wait, Duration timeout, Consumer<String> story) {
    this.admin = admin;
    this.wait = wait;
    this.timeout = timeout;
    this.story = story;
  }

  /**
   * Nothing is connected yet.
   *
   * @param wait how long to wait for the server to come up
   * @param timeout how long one statement may run
   * @param story told what is waited for
   */
  public static Provisioning by(
      Dsn admin, Duration wait, Duration timeout, Consumer<String> story) {
    return new Provisioning(admin, wait, timeout, story);
  }

  /**
   * Makes the database, its logins and their rights be there.
   *
   * @param done told in the end what has become of each, also when the rest failed
   * @throws Fault (usage) when it cannot be so; nothing is changed then, but for what an earlier
   *     part of the same call has created
   */
  public void create(Wanted wanted, Consumer<Change> done) {
    ServerKind server = server();
    server.check(wanted);
    insist(
        "create database " + wanted.name(),
        changes -> server.create(wanted, changes.of(wanted.name())),
        done);
  }

  /**
   * Refuses what cannot be dropped, without looking at the server.
   *
   * @throws Fault (usage) in words
   */
  public void check(Unwanted unwanted) {
    server().check(unwanted);
  }

  /**
   * Makes the databases not be there, and the logins neither.
   *
   * @param done as above
   * @throws Fault (retry) while one is in use, (usage) when one may not be dropped; nothing is
   *     dropped then
   */
  public void drop(Unwanted unwanted, Consumer<Change> done) {
    ServerKind server = server();
    server.check(unwanted);
    insist(
        "drop " + String.join(", ", unwanted.names()),
        changes -> server.drop(unwanted, changes),
        done);
  }

  /**
   * Waits until the DSN's own database lets us in.
   *
   * @throws Fault (retry) when the time is over, (usage) at once when the password or the name of
   *     the database is wrong
   */
  public void await() {
    if (admin.memory() || awaitsNoFile()) {
      return;
    }
    try (Connection connection = come()) {
      if (!connection.isValid((int) LOCK_TIMEOUT.toSeconds())) {
        throw Fault.of(ExitCode.RETRY, admin.target() + " takes a connection, but no question");
      }
    } catch (SQLException e) {
      throw fault("cannot ask " + admin.target(), e);
    }
  }

  private Connection come() {
    try {
      return connection(admin);
    } catch (Fault e) {
      throw e.code() == ExitCode.RETRY
          ? e.hint(
              "check host and port in the DSN, and that the server runs; --timeout 5m waits"
                  + " longer")
          : e;
    }
  }

  /** Connecting would make a SQLite file that is not there yet; its folder is enough. */
  private boolean awaitsNoFile() {
    return admin.sqliteFile().isPresent()
        && Files.isWritable(folder())
        && !Files.exists(admin.sqliteFile().get());
  }

  /**
   * Makes the folder of SQLite's file.
   *
   * @return whether it was missing
   */
  public boolean createFolder() {
    try {
      boolean missing = !Files.isDirectory(folder());
      Files.createDirectories(folder());
      return missing;
    } catch (IOException e) {
      throw Fault.usage(
              "cannot create the folder "
                  + folder()
                  + " of the SQLite file: "
                  + e.getClass().getSimpleName())
          .hint("check that the user who runs slipway may write the folder above it")
          .cause(e);
    }
  }

  private Path folder() {
    return admin.sqliteFile().orElseThrow().toAbsolutePath().getParent();
  }

  private ServerKind server() {
    return switch (admin.dialect().kind()) {
      case POSTGRES, COCKROACH -> new PostgresServer(admin, this::open);
      case MYSQL -> new MysqlServer(admin, this::open);
      case SQLITE ->
          throw Fault.usage("SQLite has no server that databases could be created or dropped on")
              .hint(
                  "its database is the file in the DSN; there are no logins but the file's owner");
    };
  }

  private Link open(Dsn dsn) {
    return new Link(connection(dsn));
  }

  private Connection connection(Dsn dsn) {
    return Database.connect(
        dsn, new Database.Session("slipway database", LOCK_TIMEOUT, timeout), wait, story);
  }

  private interface Attempt {
    void run(Changes changes) throws SQLException;
  }

  private void insist(String what, Attempt attempt, Consumer<Change> done) {
    Changes changes = Changes.none();
    try {
      Duration pause = FIRST_PAUSE;
      for (int tries = 1; !succeeds(attempt, changes, what, tries); tries++) {
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Fault.of(ExitCode.RETRY, "stopped by a signal").cause(e);
    } finally {
      changes.list().forEach(done);
    }
  }

  /** Whether it did; not, when somebody else came into its way, and it may be tried again. */
  private boolean succeeds(Attempt attempt, Changes changes, String what, int tries) {
    try {
      attempt.run(changes);
      return true;
    } catch (SQLException e) {
      if (tries == TRIES_MAX || !overtaken(e)) {
        throw fault("cannot " + what, e);
      }
      return false;
    }
  }

  private boolean overtaken(SQLException e) {
    return admin.dialect().rolledBack(e) || OVERTAKEN.contains(String.valueOf(e.getSQLState()));
  }

  private Fault fault(String what, SQLException e) {
    String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    Fault fault =
        Fault.of(
                admin.dialect().exitCode(e),
                what
                    + " on "
                    + admin.server()
                    + ": "
                    + admin.scrub(why)
                    + (e.getSQLState() == null ? "" : " (SQLSTATE " + e.getSQLState() + ")"))
            .cause(e);
    return Dialect.forbidden(e)
        ? fault.hint(
            switch (admin.dialect().kind()) {
              case POSTGRES, COCKROACH ->
                  "the user of the DSN needs CREATEDB and CREATEROLE, and"
                      + " for roles and databases of others what their owners may";
              case MYSQL ->
                  "the user of the DSN needs CREATE, DROP and CREATE USER, all that it"
                      + " grants WITH GRANT OPTION, and SELECT on mysql.user";
              case SQLITE -> "";
            })
        : fault;
  }
}
