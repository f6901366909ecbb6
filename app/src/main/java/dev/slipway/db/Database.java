package dev.slipway.db;

import dev.slipway.config.Durations;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/** Connections: the migrator's plain one, and the server's pool. Thread-safe. */
public final class Database {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_STORIES = Duration.ofSeconds(10);

  private Database() {}

  /**
   * What a migrator's connection is told at its start.
   *
   * @param applicationName what the server shows, unless the DSN names one
   * @param ddlLockTimeout how long a statement waits for a table's lock; zero is without end
   * @param statementTimeout how long a statement may run; zero is without end
   */
  public record Session(
      String applicationName, Duration ddlLockTimeout, Duration statementTimeout) {}

  /**
   * Opens one plain connection for the migrator, in autocommit; the caller closes it. A pool would
   * hand out a new one without the lock, silently.
   *
   * @throws SQLException as the driver has it; {@link Dsn#scrub} its message before printing
   * @throws Fault (usage) when a SQLite file's folder is missing
   */
  public static Connection connect(Dsn dsn, Session session) throws SQLException {
    return switch (dsn.dialect()) {
      case Postgres _ -> Postgres.migrator(dsn, session);
      case Cockroach _ -> Cockroach.migrator(dsn, session);
      case Mysql _ -> Mysql.migrator(dsn, session);
      case Sqlite _ -> Sqlite.migrator(dsn, session);
    };
  }

  /**
   * The same, trying until it succeeds or the time is over. Only a database that is away is waited
   * for; a wrong password or a missing database ends it at once.
   *
   * @param wait zero tries once
   * @param story told what is waited for, at the start, then every ten seconds
   * @throws Fault (retry or usage) in words
   */
  public static Connection connect(
      Dsn dsn, Session session, Duration wait, Consumer<String> story) {
    long start = System.nanoTime();
    long nextStory = 0;
    Duration pause = FIRST_PAUSE;
    while (true) {
      SQLException failure;
      try {
        return connect(dsn, session);
      } catch (SQLException e) {
        failure = e;
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      Duration left = wait.minus(waited);
      if (dsn.dialect().exitCode(failure) != ExitCode.RETRY || !left.isPositive()) {
        throw unreachable(dsn, failure, wait.isZero() ? Duration.ZERO : waited);
      }
      if (waited.toNanos() >= nextStory) {
        story.accept(
            "waiting for " + dsn.target() + " (" + Durations.text(Duration.ofSeconds(left.toSeconds()))
                + " left): " + dsn.scrub(Failures.why(failure)));
        nextStory = waited.plus(BETWEEN_STORIES).toNanos();
      }
      try {
        Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unreachable(dsn, failure, waited);
      }
      pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
          ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  /** A connection that failed, in words: what, where, after how long, why, and what to do. */
  static Fault unreachable(Dsn dsn, SQLException e, Duration waited) {
    ExitCode code = dsn.dialect().exitCode(e);
    String after =
        waited.isZero() ? "" : " after " + Durations.text(Duration.ofSeconds(waited.toSeconds()));
    String what = code == ExitCode.RETRY ? "cannot reach " : "cannot connect to ";
    String hint =
        switch (dsn.dialect()) {
          case Postgres _, Cockroach _ -> Postgres.hint(dsn, e);
          case Mysql _ -> Mysql.hint(e);
          case Sqlite _ -> Sqlite.hint(dsn, e);
        };
    return Fault.of(
            // A connection that does not come about has changed nothing: no migration has failed.
            code == ExitCode.MIGRATION ? ExitCode.USAGE : code,
            what + dsn.target() + after + ": " + dsn.scrub(Failures.why(e)))
        .hint(hint)
        .cause(e);
  }
}
