package dev.slipway.driver;

import dev.slipway.config.Backoff;
import dev.slipway.config.Durations;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Opens migrators' connections, and describes connections that failed. */
public final class Connections {
  private static final Duration MIN_BACKOFF = Duration.ofMillis(100);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(1);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  /** For a login that is about to succeed when the wait ends. */
  private static final Duration GRACE = Duration.ofMillis(400);

  private Connections() {}

  /**
   * Opens a connection for a migrator, and retries while the database is unavailable. A wrong
   * password or a missing database fails at once.
   *
   * @param wait zero tries once
   * @param log receives what is waited for, at the start, then every ten seconds
   * @throws SlipwayException (retry or usage) if there is no connection in time
   */
  public static MigratorConnection connectMigrator(
      Dsn dsn, SessionOptions session, Duration wait, Consumer<String> log) {
    long start = System.nanoTime();
    long nextLog = 0;
    Backoff backoff = new Backoff(MIN_BACKOFF, MAX_BACKOFF);
    while (true) {
      SQLException failure;
      try {
        return attempt(dsn, session, wait.minusNanos(System.nanoTime() - start));
      } catch (SQLException e) {
        failure = e;
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      Duration left = wait.minus(waited);
      if (Drivers.of(dsn).exitCode(failure) != ExitCode.RETRY
          || Drivers.of(dsn).isDiskFull(failure)
          || !left.isPositive()) {
        throw connectionFailure(dsn, failure, wait.isZero() ? Duration.ZERO : waited);
      }
      if (waited.toNanos() >= nextLog) {
        log.accept(
            "waiting for "
                + dsn.target()
                + " ("
                + Durations.format(Duration.ofSeconds(left.toSeconds()))
                + " left): "
                + dsn.redact(SqlExceptions.message(failure)));
        nextLog = waited.plus(LOG_INTERVAL).toNanos();
      }
      try {
        Duration pause = backoff.next();
        Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw connectionFailure(dsn, failure, waited);
      }
    }
  }

  /**
   * One attempt, which ends with the wait although the server does not respond to the login.
   *
   * @param left of the wait; without one, the timeouts of the DSN and the JDBC driver apply
   */
  private static MigratorConnection attempt(Dsn dsn, SessionOptions session, Duration left)
      throws SQLException {
    if (!left.isPositive()) {
      return Drivers.of(dsn).connectMigrator(dsn, session);
    }
    CompletableFuture<MigratorConnection> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("slipway-connect")
        .start(
            () -> {
              try {
                MigratorConnection opened = Drivers.of(dsn).connectMigrator(dsn, session);
                if (!result.complete(opened)) {
                  opened.connection().close();
                }
              } catch (SQLException | RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
            });
    try {
      return result.get(left.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      result.cancel(false);
      throw new SQLTimeoutException("no answer to the login", "08001", e);
    } catch (InterruptedException e) {
      result.cancel(false);
      Thread.currentThread().interrupt();
      throw new SQLTimeoutException("interrupted", "08001", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case SQLException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** Opens the same connection for work that needs no session of its own. */
  public static Connection connect(
      Dsn dsn, SessionOptions session, Duration wait, Consumer<String> log) {
    return connectMigrator(dsn, session, wait, log).connection();
  }

  /** Describes a connection that failed. */
  public static SlipwayException connectionFailure(Dsn dsn, SQLException e, Duration waited) {
    ExitCode code = Drivers.of(dsn).exitCode(e);
    String after =
        waited.toSeconds() == 0
            ? ""
            : " after " + Durations.format(Duration.ofSeconds(waited.toSeconds()));
    String what = code == ExitCode.RETRY ? "cannot reach " : "cannot connect to ";
    return SlipwayException.of(
            // A connection that fails to open has changed nothing: no migration has failed.
            code == ExitCode.MIGRATION ? ExitCode.USAGE : code,
            what
                + dsn.target()
                + after
                + ": "
                + dsn.redact(SqlExceptions.message(e))
                + SqlExceptions.details(Drivers.of(dsn).diagnostics(e), dsn))
        .hint(Drivers.of(dsn).connectHint(dsn, e))
        .cause(e);
  }

  /** Closes a connection that has nothing left to lose. */
  public static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      System.getLogger(Connections.class.getName()).log(System.Logger.Level.DEBUG, "close", e);
    }
  }
}
