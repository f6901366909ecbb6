package dev.slipway.db;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.slipway.config.Durations;
import dev.slipway.config.Secret;
import dev.slipway.config.Settings;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Connections: the migrator's plain one, and the server's pool, which is an instance of this class.
 * Thread-safe.
 */
public final class Database implements AutoCloseable {
  /** After this long without an answer a connection of the pool is given up. */
  static final Duration SILENCE = Duration.ofMinutes(1);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_STORIES = Duration.ofSeconds(10);

  /** How often a borrower looks whether the DSN's file has changed. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  private final Door door;
  private final HikariDataSource pool;
  private final AtomicLong nextLook = new AtomicLong(System.nanoTime());

  private Database(Door door, HikariDataSource pool) {
    this.door = door;
    this.pool = pool;
  }

  /**
   * Starts the server's pool, whether the database answers or not; nothing is waited for.
   *
   * @param text gives the DSN's text of now; it is asked again before each new connection, and
   * every     few seconds while connections are asked for
   * @param settings of the pool; what the DSN says beats them
   * @param applicationName what the server shows, unless the DSN names one
   * @throws Fault (usage) when the DSN is wrong, or pool settings do not go together
   */
  public static Database open(
      Supplier<Secret> text, Settings.Pool settings, String applicationName) {
    Door door = new Door(text, applicationName);
    HikariDataSource pool = new HikariDataSource(Pooling.configuration(door, settings));
    door.afterChange(() -> pool.getHikariPoolMXBean().softEvictConnections());
    return new Database(door, pool);
  }

  /**
   * Borrows a connection, in autocommit; closing it gives it back. It waits as long as
   * {@code pool.acquire_timeout} says. For SQLite foreign keys are on unless the DSN says
   * otherwise.
   *
   * @throws SQLException when none was free or could be made in time; {@link #fault} has its words
   */
  public Connection connection() throws SQLException {
    long now = System.nanoTime();
    long next = nextLook.get();
    if (now - next >= 0 && nextLook.compareAndSet(next, now + BETWEEN_LOOKS.toNanos())) {
      door.look();
    }
    return pool.getConnection();
  }

  /**
   * A connection beside the pool, made and closed for one question, so that a pool used up by work
   * does not look like a database that is away. In memory it is the pool's: there is no other.
   *
   * @throws SQLException as the driver has it; {@link #fault} has its words
   */
  public Connection unpooled() throws SQLException {
    return door.dsn().memory() ? pool.getConnection() : door.connection();
  }

  /** The DSN that new connections are made with. */
  public Dsn dsn() {
    return door.dsn();
  }

  /** The database's kind, which never changes. */
  public Dialect dialect() {
    return door.dsn().dialect();
  }

  /** A failure of one of these connections in words without secrets. */
  public Fault fault(SQLException e) {
    return unreachable(door.dsn(), e, Duration.ZERO);
  }

  /** Why a statement failed, in one line without secrets. */
  String why(SQLException e) {
    return door.dsn().scrub(Failures.why(e));
  }

  /** How the pool is doing now. */
  public Gauges gauges() {
    HikariPoolMXBean bean = pool.getHikariPoolMXBean();
    return new Gauges(
        pool.getMaximumPoolSize(),
        bean.getTotalConnections(),
        bean.getActiveConnections(),
        bean.getIdleConnections(),
        bean.getThreadsAwaitingConnection(),
        door.changes(),
        door.failures());
  }

  /** Closes all connections; work that still holds one fails. */
  @Override
  public void close() {
    pool.close();
  }

  /**
   * The pool in numbers.
   *
   * @param max connections that may be open
   * @param open connections that are
   * @param active of them in use
   * @param idle of them not in use
   * @param waiting borrowers that wait for one
   * @param dsnChanges how often a changed DSN was taken over
   * @param dsnFailures how often a changed DSN could not be read or was refused
   */
  public record Gauges(
      int max, int open, int active, int idle, int waiting, long dsnChanges, long dsnFailures) {}

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
            "waiting for " + dsn.target() + " ("
                + Durations.text(Duration.ofSeconds(left.toSeconds()))
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
