package dev.slipway.pool;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.PooledConnector;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Where connections come from: the DSN of now. A pool's own URL and password are fixed once it has
 * started; this one follows the DSN's text, so that a changed secret counts without a restart.
 *
 * <p>The watcher switches to a new DSN once a connection with it succeeds. If the new DSN is
 * unreadable, invalid, or rejected, the old one stays in use; the failure is logged once and
 * counted, and the new DSN is tried again. No request for a connection waits for that. Thread-safe.
 */
final class DsnWatcher implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.slipway.pool");

  /** How often the DSN is checked for changes. */
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  /** How often a changed DSN that does not work is tried again. */
  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(2);

  private final Supplier<DatabaseConfig> config;
  private final Optional<String> schema;
  private final String applicationName;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile ActiveDsn current;
  private volatile Runnable replace = () -> {};
  private volatile Optional<ConnectFailure> failure = Optional.empty();
  private long lastAnswerNanos = System.nanoTime();
  private Optional<DatabaseConfig> rejected = Optional.empty();
  private long rejectedNanos;

  /**
   * A DSN that connections are made with.
   *
   * @param connector opens connections with it
   */
  record ActiveDsn(DatabaseConfig config, Dsn dsn, PooledConnector connector) {}

  /**
   * A try to connect that was refused, or that nobody has answered yet.
   *
   * @param startNanos when it began
   * @param nanos when it was refused, or last without an answer
   * @param unansweredSince since when no try was answered or refused; empty when this one was
   *     refused
   */
  record ConnectFailure(
      SQLException cause,
      long startNanos,
      long nanos,
      OptionalLong unansweredSince,
      ActiveDsn dsn) {}

  /**
   * @param config reads the current settings of the database
   * @param schema that a setting names, see {@link dev.slipway.driver.DatabaseDriver#withSchema}
   * @throws SlipwayException (usage) when the settings cannot be read, or their DSN is wrong
   */
  DsnWatcher(Supplier<DatabaseConfig> config, Optional<String> schema, String applicationName) {
    this.config = config;
    this.schema = schema;
    this.applicationName = applicationName;
    DatabaseConfig now = config.get();
    current = known(now, parse(now));
  }

  private ActiveDsn known(DatabaseConfig from, Dsn dsn) {
    return new ActiveDsn(
        from, dsn, Drivers.of(dsn).pooledConnector(dsn, applicationName, () -> replace.run()));
  }

  /**
   * Follows the text from now on, on a thread of its own and until closed.
   *
   * @param replace makes the pool evict all connections as soon as they are idle
   */
  void start(Runnable replace) {
    this.replace = replace;
    Thread.ofVirtual().name("dsn").start(this::watch);
  }

  Dsn dsn() {
    return current.dsn();
  }

  PooledConnector connector() {
    return current.connector();
  }

  long changes() {
    return changes.get();
  }

  long failures() {
    return failures.get();
  }

  /** The last try to connect, if it failed. What an earlier DSN led to no longer counts. */
  Optional<ConnectFailure> failure() {
    return failure.filter(last -> last.dsn().equals(current));
  }

  /** A new connection with the DSN of now, in one try that an interrupt ends. */
  Connection connection() throws SQLException {
    while (true) {
      ActiveDsn now = current;
      Connection connection = attempt(now);
      if (now.equals(current)) {
        recordSuccess();
        return connection;
      }
      // The DSN has changed meanwhile, and the pool has replaced all the others.
      closeQuietly(connection);
    }
  }

  /**
   * Records a connection attempt that is pending since then. It counts as a failure until it ends.
   */
  void recordUnanswered(long begun) {
    recordTimeout(begun, current);
  }

  private Connection attempt(ActiveDsn with) throws SQLException {
    long begun = System.nanoTime();
    try {
      return with.connector().open();
    } catch (SQLException e) {
      throw Thread.currentThread().isInterrupted()
          ? recordTimeout(begun, with)
          : recordRefusal(e, begun, with);
    } catch (RuntimeException e) {
      throw recordRefusal(new SQLException("the driver failed: " + e, e), begun, with);
    }
  }

  private synchronized void recordSuccess() {
    lastAnswerNanos = System.nanoTime();
    failure = Optional.empty();
    notifyAll();
  }

  private synchronized SQLException recordRefusal(SQLException why, long begun, ActiveDsn with) {
    // A refusal is an answer too: no silence lasts from before it.
    lastAnswerNanos = System.nanoTime();
    failure =
        Optional.of(new ConnectFailure(why, begun, System.nanoTime(), OptionalLong.empty(), with));
    notifyAll();
    return why;
  }

  /**
   * Waits for the end of a try that began after this moment, unless the last one has succeeded.
   *
   * @throws InterruptedException when the waiting thread is interrupted
   */
  synchronized void awaitAttempt(long sinceNanos, Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (failure().filter(last -> last.startNanos() - sinceNanos < 0).isPresent()) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /** A silence ends with an answer, not with another try that has none either. */
  private synchronized SQLException recordTimeout(long begun, ActiveDsn with) {
    SQLException why = noAnswer();
    long since = begun - lastAnswerNanos > 0 ? begun : lastAnswerNanos;
    OptionalLong before =
        failure().map(ConnectFailure::unansweredSince).orElse(OptionalLong.empty());
    if (before.isPresent() && before.getAsLong() - since < 0) {
      since = before.getAsLong();
    }
    failure =
        Optional.of(
            new ConnectFailure(why, begun, System.nanoTime(), OptionalLong.of(since), with));
    notifyAll();
    return why;
  }

  private static SQLException noAnswer() {
    return new SQLTransientConnectionException("no answer in time", "08001");
  }

  /** Ends the following. */
  @Override
  public void close() {
    closed.countDown();
  }

  private void watch() {
    try {
      boolean again = false;
      while (!closed.await(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        if (again) {
          // The pool may have been taking in a connection that was made just before.
          replace.run();
        }
        again = reload();
        if (again) {
          replace.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes a changed text over if it works; whether it did. */
  private boolean reload() {
    DatabaseConfig now = DatabaseConfig.of("");
    try {
      now = config.get();
      if (now.equals(current.config())) {
        rejected = Optional.empty();
        return false;
      }
      if (rejected.equals(Optional.of(now))
          && System.nanoTime() - rejectedNanos < RETRY_INTERVAL.toNanos()) {
        return false;
      }
      Dsn dsn = parse(now);
      if (!dsn.driver().equals(current.dsn().driver()) || dsn.inMemory()) {
        throw SlipwayException.usageError(
            "it names another kind of database ("
                + dsn.driver()
                + " in place of "
                + current.dsn().driver()
                + "), which needs a restart");
      }
      ActiveDsn next = known(now, dsn);
      closeQuietly(next.connector().open());
      current = next;
      rejected = Optional.empty();
      changes.incrementAndGet();
      LOG.log(Level.INFO, "the DSN has changed: connecting to {0}", dsn.target());
      return true;
    } catch (SQLException e) {
      rejectChange(now, Drivers.parse(now).redact(SqlExceptions.message(e)));
    } catch (SlipwayException e) {
      rejectChange(now, e.getMessage());
    } catch (RuntimeException e) {
      // Of a driver; its words may quote what it was given, and the look must go on.
      rejectChange(now, e.getClass().getName());
    }
    return false;
  }

  private void rejectChange(DatabaseConfig now, String why) {
    Optional<DatabaseConfig> refusal = Optional.of(now);
    rejectedNanos = System.nanoTime();
    if (!refusal.equals(rejected)) {
      rejected = refusal;
      failures.incrementAndGet();
      LOG.log(Level.WARNING, "the changed DSN is not used, the old one stays: {0}", why);
    }
  }

  private Dsn parse(DatabaseConfig now) {
    return Drivers.parse(now, schema);
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "a connection that was only a try did not close", e);
    }
  }
}
