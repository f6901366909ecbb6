package dev.slipway.provision;

import dev.slipway.config.Backoff;
import dev.slipway.config.Durations;
import dev.slipway.config.IoErrors;
import dev.slipway.driver.AdminConnection;
import dev.slipway.driver.Change;
import dev.slipway.driver.ChangeLog;
import dev.slipway.driver.Connections;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.DatabaseDropRequest;
import dev.slipway.driver.DatabaseSpec;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.ServerAdministration;
import dev.slipway.driver.ServerCheck;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Creates, drops, and awaits databases on the server of an administrator's DSN. Immutable.
 *
 * <p>Two simultaneous calls for the same object conflict in the server's catalog; the one that
 * fails tries again.
 */
public final class Provisioning {
  private static final int TRIES_MAX = 10;
  private static final Duration MIN_BACKOFF = Duration.ofMillis(20);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(10);
  private static final Duration MIN_LOGIN_BACKOFF = Duration.ofSeconds(1);
  private static final Duration MAX_LOGIN_BACKOFF = Duration.ofSeconds(5);
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

  private final Dsn admin;
  private final DatabaseDriver driver;
  private final Duration wait;
  private final Duration timeout;
  private final Consumer<String> story;

  private Provisioning(Dsn admin, Duration wait, Duration timeout, Consumer<String> story) {
    this.admin = admin;
    this.driver = Drivers.of(admin);
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
  public static Provisioning of(
      Dsn admin, Duration wait, Duration timeout, Consumer<String> story) {
    return new Provisioning(admin, wait, timeout, story);
  }

  /**
   * Makes the database, its logins and their rights be there.
   *
   * @param done told in the end what has become of each, also when the rest failed
   * @throws SlipwayException (usage) when it cannot be so; nothing is changed then, but for what an
   *     earlier part of the same call has created
   */
  public void create(DatabaseSpec wanted, Consumer<Change> done) {
    ServerAdministration server = server();
    server.check(wanted);
    retry(
        "create database " + wanted.name(),
        changes -> server.create(wanted, changes.of(wanted.name())),
        done);
  }

  /**
   * Refuses what cannot be dropped, without looking at the server.
   *
   * @throws SlipwayException (usage) with the reason
   */
  public void check(DatabaseDropRequest unwanted) {
    server().check(unwanted);
  }

  /**
   * Makes the databases not be there, and the logins neither.
   *
   * @param done as above
   * @throws SlipwayException (retry) while one is in use, (usage) when one may not be dropped;
   *     nothing is dropped then
   */
  public void drop(DatabaseDropRequest unwanted, Consumer<Change> done) {
    ServerAdministration server = server();
    server.check(unwanted);
    retry(
        "drop " + String.join(", ", unwanted.names()),
        changes -> server.drop(unwanted, changes),
        done);
  }

  /**
   * Waits until the DSN's own database accepts the login, and checks it as a migrator does.
   *
   * @param retryLogin whether to try again when the server rejects the login, until the wait ends
   * @throws SlipwayException (retry) when the deadline expires, (usage) at once when the password
   *     or the name of the database is wrong, unless that is tried again, when the server is of
   *     another kind, or when the schema that the DSN names does not exist
   */
  public void await(boolean retryLogin) {
    if (admin.inMemory() || awaitsNoFile()) {
      return;
    }
    try (Connection connection = retryLogin ? awaitLogin() : awaitConnection()) {
      if (!connection.isValid((int) LOCK_TIMEOUT.toSeconds())) {
        throw SlipwayException.of(
            ExitCode.RETRY, admin.target() + " takes a connection, but no question");
      }
      if (admin.schema().isPresent()) {
        ServerCheck.requireSchema(connection, driver, admin.schema().get());
      } else {
        ServerCheck.requireKind(connection, driver);
      }
    } catch (SQLException e) {
      throw failure("cannot ask " + admin.target(), e);
    }
  }

  private Connection awaitConnection() {
    try {
      return connection(admin);
    } catch (SlipwayException e) {
      throw e.exitCode() == ExitCode.RETRY
          ? e.hint(
              "check host and port in the DSN, and that the server runs; --timeout 5m waits"
                  + " longer")
          : e;
    }
  }

  private Connection awaitLogin() {
    long end = System.nanoTime() + wait.toNanos();
    Backoff backoff = new Backoff(MIN_LOGIN_BACKOFF, MAX_LOGIN_BACKOFF);
    while (true) {
      try {
        return awaitConnection();
      } catch (SlipwayException e) {
        Duration pause = backoff.next();
        boolean rejected = e.exitCode() == ExitCode.USAGE && e.getCause() instanceof SQLException;
        if (!rejected || System.nanoTime() + pause.toNanos() - end > 0) {
          throw e;
        }
        story.accept(e.getMessage() + "; trying again in " + Durations.format(pause));
        sleep(pause);
      }
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SlipwayException.of(ExitCode.RETRY, "stopped by a signal").cause(e);
    }
  }

  /** Connecting would make a SQLite file that is not there yet; its folder is enough. */
  private boolean awaitsNoFile() {
    return admin.file().isPresent()
        && Files.isWritable(folder())
        && !Files.exists(admin.file().get());
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
      throw SlipwayException.usageError(
              "cannot create the folder "
                  + folder()
                  + " of the SQLite file: "
                  + IoErrors.describe(e))
          .hint("check that the user who runs slipway may write the folder above it")
          .cause(e);
    }
  }

  private Path folder() {
    Path file = admin.file().orElseThrow().toAbsolutePath();
    if (file.getParent() == null) {
      throw SlipwayException.usageError("the SQLite file " + file + " is a folder");
    }
    return file.getParent();
  }

  private ServerAdministration server() {
    return driver
        .administration(admin, this::open)
        .orElseThrow(
            () ->
                SlipwayException.usageError(
                        driver.productName()
                            + " has no server that databases could be created or dropped on")
                    .hint(
                        "its database is the file in the DSN; there are no logins but the file's"
                            + " owner"));
  }

  /** Whether the database has a server, on which databases and logins can be created. */
  public boolean hasServer() {
    return driver.administration(admin, this::open).isPresent();
  }

  private AdminConnection open(Dsn dsn) {
    Connection connection = connection(dsn);
    boolean accepted = false;
    try {
      // The other databases are on the same server.
      if (dsn.equals(admin)) {
        ServerCheck.requireKind(connection, driver);
      }
      accepted = true;
      return new AdminConnection(connection);
    } catch (SQLException e) {
      throw failure("cannot ask " + dsn.target(), e);
    } finally {
      if (!accepted) {
        Connections.closeQuietly(connection);
      }
    }
  }

  private Connection connection(Dsn dsn) {
    return Connections.connect(
        dsn, new SessionOptions("slipway database", LOCK_TIMEOUT, timeout), wait, story);
  }

  private interface Attempt {
    void run(ChangeLog changes) throws SQLException;
  }

  private void retry(String what, Attempt attempt, Consumer<Change> done) {
    ChangeLog changes = ChangeLog.none();
    try {
      Backoff backoff = new Backoff(MIN_BACKOFF, MAX_BACKOFF);
      for (int tries = 1; !succeeds(attempt, changes, what, tries); tries++) {
        sleep(backoff.next());
      }
    } finally {
      changes.list().forEach(done);
    }
  }

  /** Whether the attempt succeeded; false after a conflict with another client, for a retry. */
  private boolean succeeds(Attempt attempt, ChangeLog changes, String what, int tries) {
    try {
      attempt.run(changes);
      return true;
    } catch (SQLException e) {
      if (tries == TRIES_MAX || !isConcurrentChange(e)) {
        throw failure("cannot " + what, e);
      }
      return false;
    }
  }

  private boolean isConcurrentChange(SQLException e) {
    return driver.isSerializationFailure(e) || server().isConcurrentChange(e);
  }

  private SlipwayException failure(String what, SQLException e) {
    SlipwayException fault =
        SlipwayException.of(
                driver.exitCode(e),
                what
                    + " on "
                    + admin.server()
                    + ": "
                    + (driver.isDiskFull(e) ? "the disk is full: " : "")
                    + SqlExceptions.describeBriefly(e, admin))
            .cause(e);
    return driver.isPermissionDenied(e) ? fault.hint(server().privilegesHint()) : fault;
  }
}
