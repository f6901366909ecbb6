package dev.slipway.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;
import dev.slipway.config.Durations;
import dev.slipway.config.Secret;
import dev.slipway.config.Settings;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;

/**
 * Connections: the migrator's plain one, and the server's pool, which is an instance of this class.
 * Thread-safe.
 */
public final class Database implements AutoCloseable {
  /** Loggers of drivers that say at length what our own messages say in words. */
  public static final List<String> SILENCED_LOGGERS = List.of(Sqlite.LOADER);

  /** After this long without an answer a connection of the pool is given up. */
  static final Duration SILENCE = Duration.ofMinutes(1);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_STORIES = Duration.ofSeconds(10);

  /** Once nobody got a connection for so long and new ones are refused, nobody waits for one. */
  private static final Duration DROUGHT = Duration.ofSeconds(1);

  /**
   * The same when nobody says anything. On a busy machine a single try may well take a second while
   * everything works, so this is more; and less than what work waits for a connection.
   */
  private static final Duration SILENT = Duration.ofMillis(2500);

  private final Door door;
  private final PoolSource source;
  private final HikariPool pool;
  private final int poolMax;
  private final Duration acquireTimeout;
  private final long patienceNanos;
  private final DoubleConsumer waited;
  private final LongAdder timeouts = new LongAdder();
  private volatile long givenNanos = System.nanoTime();
  private volatile boolean closed;

  private Database(
      Door door,
      PoolSource source,
      HikariConfig pooling,
      Duration acquireTimeout,
      DoubleConsumer waited) {
    this.door = door;
    this.source = source;
    this.pool = Pooling.start(pooling);
    this.poolMax = pooling.getMaximumPoolSize();
    this.acquireTimeout = acquireTimeout;
    // Less half a slice: the pool's clock is not ours.
    this.patienceNanos = acquireTimeout.toNanos() - Pooling.slice(acquireTimeout).toNanos() / 2;
    this.waited = waited;
    door.follow(pool::softEvictConnections);
  }

  /**
   * Starts the server's pool, whether the database answers or not; nothing is waited for.
   *
   * @param text gives the DSN's text of now; it is asked again every second
   * @param settings of the pool; what the DSN says beats them
   * @param applicationName what the server shows, unless the DSN names one
   * @param waited told of each connection given out, how long it was waited for, in seconds
   * @throws Fault (usage) when the DSN is wrong, or pool settings do not go together
   */
  public static Database open(
      Supplier<Secret> text,
      Settings.Pool settings,
      String applicationName,
      DoubleConsumer waited) {
    Door door = new Door(text, applicationName);
    PoolSource source = new PoolSource(door);
    HikariConfig pooling = Pooling.configuration(door.dsn(), source.dataSource(), settings);
    return new Database(door, source, pooling, settings.acquireTimeout(), waited);
  }

  /** The same with nobody who is told how long connections were waited for. */
  public static Database open(
      Supplier<Secret> text, Settings.Pool settings, String applicationName) {
    return open(text, settings, applicationName, seconds -> {});
  }

  /**
   * Borrows a connection, in autocommit; closing it gives it back. It waits as long as {@code
   * pool.acquire_timeout} says, and not at all or for about a second when the database refuses
   * connections, three when it says nothing. For SQLite foreign keys are on unless the DSN says
   * otherwise.
   *
   * @throws SQLException when none was free or could be made in time; {@link #fault} has its words
   */
  public Connection connection() throws SQLException {
    long start = System.nanoTime();
    if (closed) {
      throw new SQLException("the pool was closed", "08003");
    }
    do {
      Optional<SQLException> away = away();
      if (away.isPresent()) {
        timeouts.increment();
        throw NoConnection.away(away.get());
      }
      try {
        Connection connection = pool.getConnection();
        givenNanos = System.nanoTime();
        waited.accept((givenNanos - start) / 1e9);
        return connection;
      } catch (SQLTransientConnectionException e) {
        // One slice of the time is over.
      }
    } while (System.nanoTime() - start < patienceNanos);
    timeouts.increment();
    Optional<Door.Failure> failure = door.failure();
    throw failure.isPresent()
        ? NoConnection.away(failure.get().why())
        : NoConnection.usedUp(acquireTimeout, gauges());
  }

  /**
   * Why waiting is in vain: since a connection was last given out, new ones are refused or not
   * answered, and none is idle. Where connections are in use, that has to be so for a while, and
   * they hang too: a server that only refuses more of them, or a changed password, does not stop
   * the work of those there are. Silence has to last longer, and with every try that is made: one
   * that only takes long stops nobody.
   */
  private Optional<SQLException> away() {
    return door.failure()
        .filter(last -> last.nanos() - givenNanos >= 0)
        .filter(last -> pool.getIdleConnections() == 0)
        .filter(
            last ->
                last.silentSince().isPresent()
                    ? silent(last.silentSince().getAsLong())
                    : refusing())
        .map(Door.Failure::why);
  }

  private boolean refusing() {
    return pool.getTotalConnections() == 0
        ? source.retrying()
        : System.nanoTime() - givenNanos > DROUGHT.toNanos();
  }

  private boolean silent(long sinceNanos) {
    long answered = sinceNanos - givenNanos > 0 ? sinceNanos : givenNanos;
    return System.nanoTime() - answered > SILENT.toNanos();
  }

  /**
   * A connection beside the pool, made and closed for one question, so that a pool used up by work
   * does not look like a database that is away. In memory it is the pool's: there is no other.
   *
   * @throws SQLException as the driver has it; {@link #fault} has its words
   */
  public Connection unpooled() throws SQLException {
    return door.dsn().memory() ? connection() : door.connection();
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
    return e instanceof NoConnection none
        ? none.fault(door.dsn())
        : unreachable(door.dsn(), e, Duration.ZERO);
  }

  /** Why a statement failed, in one line without secrets. */
  String why(SQLException e) {
    return door.dsn().scrub(Failures.why(e));
  }

  /** How the pool is doing now. */
  public Gauges gauges() {
    return new Gauges(
        poolMax,
        pool.getTotalConnections(),
        pool.getActiveConnections(),
        pool.getIdleConnections(),
        pool.getThreadsAwaitingConnection(),
        timeouts.sum(),
        door.changes(),
        door.failures());
  }

  /** Closes all connections; work that still holds one fails. */
  @Override
  public void close() {
    closed = true;
    door.close();
    source.close();
    try {
      pool.shutdown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The pool in numbers.
   *
   * @param max connections that may be open
   * @param open connections that are
   * @param active of them in use
   * @param idle of them not in use
   * @param waiting borrowers that wait for one
   * @param timeouts how often a borrower got none
   * @param dsnChanges how often a changed DSN was taken over
   * @param dsnFailures how often a changed DSN could not be read or was refused
   */
  public record Gauges(
      int max,
      int open,
      int active,
      int idle,
      int waiting,
      long timeouts,
      long dsnChanges,
      long dsnFailures) {}

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
    return switch (dsn.dialect().kind()) {
      case POSTGRES -> Postgres.migrator(dsn, session);
      case COCKROACH -> Cockroach.migrator(dsn, session);
      case MYSQL -> Mysql.migrator(dsn, session);
      case SQLITE -> Sqlite.migrator(dsn, session);
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
            "waiting for "
                + dsn.target()
                + " ("
                + Durations.text(Duration.ofSeconds(left.toSeconds()))
                + " left): "
                + dsn.scrub(Failures.why(failure)));
        nextStory = waited.plus(BETWEEN_STORIES).toNanos();
      }
      try {
        Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unreachable(dsn, failure, waited);
      }
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  /** A connection that failed, in words: what, where, after how long, why, and what to do. */
  static Fault unreachable(Dsn dsn, SQLException e, Duration waited) {
    ExitCode code = dsn.dialect().exitCode(e);
    String after =
        waited.toSeconds() == 0
            ? ""
            : " after " + Durations.text(Duration.ofSeconds(waited.toSeconds()));
    String what = code == ExitCode.RETRY ? "cannot reach " : "cannot connect to ";
    String hint =
        switch (dsn.dialect().kind()) {
          case POSTGRES, COCKROACH -> Postgres.hint(dsn, e);
          case MYSQL -> Mysql.hint(e);
          case SQLITE -> Sqlite.hint(dsn, e);
        };
    return Fault.of(
            // A connection that does not come about has changed nothing: no migration has failed.
            code == ExitCode.MIGRATION ? ExitCode.USAGE : code,
            what + dsn.target() + after + ": " + dsn.scrub(Failures.why(e)))
        .hint(hint)
        .cause(e);
  }
}
