package dev.slipway.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;
import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Settings;
import dev.slipway.driver.Connections;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;

/** The server's connection pool. Follows a DSN that changes. Thread-safe. */
public final class ConnectionPool implements AutoCloseable {
  /** Longer than the longest pause between two tries to connect. */
  private static final Duration NEXT_ATTEMPT_LIMIT = Duration.ofMillis(1200);

  /** Once nobody got a connection for so long and new ones are refused, nobody waits for one. */
  private static final Duration REFUSED_LIMIT = Duration.ofSeconds(1);

  /**
   * The same when nobody says anything. On a busy machine a single try may well take a second while
   * everything works, so this is more; and less than what work waits for a connection.
   */
  private static final Duration UNRESPONSIVE_LIMIT = Duration.ofMillis(2500);

  private final DsnWatcher watcher;
  private final DatabaseDriver driver;
  private final ReloadingDataSource source;
  private final HikariPool pool;
  private final int poolMax;
  private final Duration acquireTimeout;
  private final long acquireTimeoutNanos;
  private final DoubleConsumer acquireTimes;
  private final LongAdder timeouts = new LongAdder();
  private volatile long lastAcquiredNanos = System.nanoTime();
  private volatile boolean closed;

  private ConnectionPool(
      DsnWatcher door,
      ReloadingDataSource source,
      HikariConfig pooling,
      Duration acquireTimeout,
      DoubleConsumer waited) {
    this.watcher = door;
    this.driver = Drivers.of(door.dsn());
    this.source = source;
    this.pool = HikariConfigFactory.start(pooling);
    this.poolMax = pooling.getMaximumPoolSize();
    this.acquireTimeout = acquireTimeout;
    // Less half a slice: the pool's clock is not ours.
    this.acquireTimeoutNanos =
        acquireTimeout.toNanos() - HikariConfigFactory.waitSlice(acquireTimeout).toNanos() / 2;
    this.acquireTimes = waited;
    door.start(pool::softEvictConnections);
  }

  /**
   * Starts the server's pool, whether the database answers or not; nothing is waited for.
   *
   * @param config reads the current settings of the database; called again every second
   * @param schema that a setting names, see {@link dev.slipway.driver.DatabaseDriver#withSchema}
   * @param settings of the pool; what the DSN says beats them
   * @param applicationName what the server shows, unless the DSN names one
   * @param waited told of each connection given out, how long it was waited for, in seconds
   * @throws SlipwayException (usage) when the DSN is wrong, or pool settings do not go together
   */
  public static ConnectionPool open(
      Supplier<DatabaseConfig> config,
      Optional<String> schema,
      Settings.Pool settings,
      String applicationName,
      DoubleConsumer waited) {
    DsnWatcher door = new DsnWatcher(config, schema, applicationName);
    ReloadingDataSource source = new ReloadingDataSource(door);
    HikariConfig pooling = HikariConfigFactory.create(door.dsn(), source.dataSource(), settings);
    return new ConnectionPool(door, source, pooling, settings.acquireTimeout(), waited);
  }

  /** The same with nobody who is told how long connections were waited for. */
  public static ConnectionPool open(
      Supplier<DatabaseConfig> config, Settings.Pool settings, String applicationName) {
    return open(config, Optional.empty(), settings, applicationName, seconds -> {});
  }

  /**
   * Borrows a connection, in autocommit; closing it gives it back. It waits as long as {@code
   * pool.acquire_timeout} says, for the next try or about a second when the database refuses
   * connections, three when it says nothing. For SQLite foreign keys are on unless the DSN says
   * otherwise.
   *
   * @throws SQLException when none was free or could be made in time; {@link #describeFailure} has
   *     its words
   */
  public Connection connection() throws SQLException {
    long start = System.nanoTime();
    if (closed) {
      throw new SQLException("the pool was closed", "08003");
    }
    do {
      Optional<DsnWatcher.ConnectFailure> away = outage();
      if (away.isPresent() && olderThan(start, away.get())) {
        awaitAttempt(start);
        away = outage();
      }
      if (away.isPresent()) {
        timeouts.increment();
        throw PoolException.unavailable(away.get().cause());
      }
      try {
        Connection connection = pool.getConnection();
        lastAcquiredNanos = System.nanoTime();
        acquireTimes.accept((lastAcquiredNanos - start) / 1e9);
        return connection;
      } catch (SQLTransientConnectionException e) {
        // One slice of the timeout has expired.
      }
    } while (System.nanoTime() - start < acquireTimeoutNanos);
    timeouts.increment();
    Optional<DsnWatcher.ConnectFailure> failure = watcher.failure();
    throw failure.isPresent()
        ? PoolException.unavailable(failure.get().cause())
        : PoolException.exhausted(acquireTimeout, statistics());
  }

  /** A refusal from before says nothing about now: the database may be back since. */
  private static boolean olderThan(long nanos, DsnWatcher.ConnectFailure failure) {
    return failure.unansweredSince().isEmpty() && failure.startNanos() - nanos < 0;
  }

  private void awaitAttempt(long sinceNanos) {
    try {
      watcher.awaitAttempt(sinceNanos, NEXT_ATTEMPT_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Why waiting is in vain: since a connection was last given out, new ones are refused or not
   * answered, and none is idle. Where connections are in use, that has to be so for a while, and
   * they hang too: a server that only refuses more of them, or a changed password, does not stop
   * the work of those there are. Silence has to last longer, and with every try that is made: one
   * that only takes long stops nobody.
   */
  private Optional<DsnWatcher.ConnectFailure> outage() {
    return watcher
        .failure()
        .filter(last -> last.nanos() - lastAcquiredNanos >= 0)
        .filter(last -> pool.getIdleConnections() == 0)
        .filter(
            last ->
                last.unansweredSince().isPresent()
                    ? isUnresponsive(last.unansweredSince().getAsLong())
                    : isRefusing());
  }

  private boolean isRefusing() {
    return pool.getTotalConnections() == 0
        ? source.isRetrying()
        : System.nanoTime() - lastAcquiredNanos > REFUSED_LIMIT.toNanos();
  }

  private boolean isUnresponsive(long sinceNanos) {
    long answered = sinceNanos - lastAcquiredNanos > 0 ? sinceNanos : lastAcquiredNanos;
    return System.nanoTime() - answered > UNRESPONSIVE_LIMIT.toNanos();
  }

  /**
   * An unpooled connection for one query, so that an exhausted pool does not look like an
   * unavailable database. For a database in memory, it is the pool's only connection.
   *
   * @throws SQLException as the driver has it; {@link #describeFailure} has its words
   */
  public Connection openUnpooled() throws SQLException {
    return watcher.dsn().inMemory() ? connection() : watcher.connection();
  }

  /** The DSN that new connections are made with. */
  public Dsn dsn() {
    return watcher.dsn();
  }

  /** The database's kind, which never changes. */
  public DatabaseDriver driver() {
    return driver;
  }

  /** Describes a failure of one of these connections, without secrets. */
  public SlipwayException describeFailure(SQLException e) {
    if (driver.isDiskFull(e)) {
      return SlipwayException.of(
              ExitCode.RETRY,
              "the disk of " + watcher.dsn().target() + " is full: " + errorMessage(e))
          .hint("free disk space")
          .cause(e);
    }
    return e instanceof PoolException none
        ? none.toSlipwayException(watcher.dsn())
        : Connections.connectionFailure(watcher.dsn(), e, Duration.ZERO);
  }

  /**
   * Whether a borrowed connection answers, in one round trip. On PostgreSQL and CockroachDB, the
   * answer also shows whether a pooler stands between it and the server.
   *
   * @throws SQLException when a statement fails
   */
  public boolean isAlive(Connection connection, Duration within) throws SQLException {
    return watcher.connector().isAlive(connection, within);
  }

  /**
   * Puts a borrowed connection into a transaction with the DSN's settings, if it has some and a
   * pooler stands between: the settings of the login may have been dropped there, and those of a
   * session would be another client's. Closing the connection ends the transaction.
   */
  public void applySettings(Connection connection) throws SQLException {
    Optional<String> settings = transactionSettings();
    if (settings.isPresent()) {
      connection.setAutoCommit(false);
      apply(settings.get(), connection);
    }
  }

  /** SQL for the start of each transaction; empty without a pooler. */
  Optional<String> transactionSettings() {
    return watcher.connector().transactionSettings();
  }

  static void apply(String settings, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(settings);
    }
  }

  /** Learns from a statement that failed whether there is a pooler. */
  void recordError(SQLException e) {
    watcher.connector().recordError(e);
  }

  /** Why a statement failed, in one line without secrets. */
  String errorMessage(SQLException e) {
    return watcher.dsn().redact(SqlExceptions.message(e));
  }

  /** How the pool is doing now. */
  public Statistics statistics() {
    return new Statistics(
        poolMax,
        pool.getTotalConnections(),
        pool.getActiveConnections(),
        pool.getIdleConnections(),
        pool.getThreadsAwaitingConnection(),
        timeouts.sum(),
        watcher.changes(),
        watcher.failures());
  }

  /** Closes all connections; work that still holds one fails. */
  @Override
  public void close() {
    closed = true;
    watcher.close();
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
  public record Statistics(
      int max,
      int open,
      int active,
      int idle,
      int waiting,
      long timeouts,
      long dsnChanges,
      long dsnFailures) {}
}
