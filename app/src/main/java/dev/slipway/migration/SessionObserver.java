package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.MigrationLock;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlQueries;
import dev.slipway.dsn.Dsn;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Observes the migrator's session on a second connection, on a thread of its own: who blocks it,
 * whether its statement still runs, and what a long message has committed. Renews a lock that is a
 * row. The second connection is opened only when a message takes long. A failed query is no failure
 * of the run: it only leaves nothing to report. Thread-safe.
 */
final class SessionObserver {
  private static final System.Logger LOG = System.getLogger(SessionObserver.class.getName());
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration AWAITED_INTERVAL = Duration.ofMillis(300);

  /** The login may lack the privilege, or the server has no connection left. */
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(30);

  private final Dsn dsn;
  private final DatabaseDriver driver;
  private final Duration delay;
  private final Thread thread;
  private volatile Optional<String> blockers = Optional.empty();
  private volatile long session;
  private volatile long messageNanos;
  private volatile boolean pending;
  private volatile boolean awaited;
  private volatile long runningNanos;
  private volatile boolean running;
  private volatile @Nullable MigrationLock lock;
  private volatile @Nullable ProgressQuery progress;
  private volatile boolean closed;
  private @Nullable Connection connection;

  /** A query about the progress of a message, on the observer's connection. */
  interface ProgressQuery {
    void run(Connection connection) throws SQLException;
  }

  /**
   * @param delay the age of a message from which on the session is observed
   */
  SessionObserver(Dsn dsn, Duration delay) {
    this.dsn = dsn;
    this.driver = Drivers.of(dsn);
    this.delay = delay;
    this.thread = new Thread(this::observe, "slipway-observer");
    thread.setDaemon(true);
  }

  /** Observes long messages from now on, and renews this lock. */
  void start(MigrationLock held) {
    lock = held;
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /** A message is under way in this session; what was seen of the last one does not apply to it. */
  void begin(long session) {
    this.session = session;
    blockers = Optional.empty();
    running = false;
    messageNanos = System.nanoTime();
    pending = true;
  }

  void end() {
    pending = false;
    awaited = false;
  }

  /** Asks about the progress of long messages from now on; no query ends that. */
  void observeProgress(Optional<ProgressQuery> query) {
    progress = query.orElse(null);
  }

  /** The sessions that block the message, or blocked the last one. */
  Optional<String> blockers() {
    return blockers;
  }

  /** Asks from now on whether the statement runs, until the end of the message. */
  void awaitStatement() {
    awaited = true;
  }

  /** Whether the statement ran within this time, as the second connection shows. */
  boolean showsRunning(Duration within) {
    return running && System.nanoTime() - runningNanos < within.toNanos();
  }

  private void observe() {
    long next = System.nanoTime();
    while (!closed) {
      try {
        MigrationLock kept = lock;
        if (kept != null && kept.renewalDue()) {
          kept.renew(connected());
        }
        boolean old = System.nanoTime() - messageNanos > delay.toNanos();
        if (pending && (awaited || (old && System.nanoTime() - next >= 0))) {
          next = System.nanoTime() + INTERVAL.toNanos();
          query();
        }
        Thread.sleep(awaited ? AWAITED_INTERVAL : ROUND);
      } catch (SQLException e) {
        // Each message checks the lock, so a lock that could not be renewed is noticed there.
        LOG.log(Level.DEBUG, "cannot observe the session", e);
        close(connection);
        connection = null;
        next = System.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
      } catch (InterruptedException e) {
        break;
      }
    }
    close(connection);
  }

  private void query() throws SQLException {
    long observed = session;
    Optional<String> runs = driver.runningStatementQuery(observed);
    if (runs.isPresent()) {
      running = SqlQueries.first(connected(), runs.get()).isPresent();
      runningNanos = System.nanoTime();
    }
    Optional<String> blocking = driver.blockingSessionsQuery(observed);
    if (blocking.isPresent() && !awaited) {
      List<String> names = SqlQueries.strings(connected(), blocking.get());
      if (!names.isEmpty() && pending) {
        blockers = Optional.of(String.join("; ", names));
      }
    }
    ProgressQuery asked = progress;
    if (asked != null && pending && !awaited) {
      asked.run(connected());
    }
  }

  private Connection connected() throws SQLException {
    if (connection == null || connection.isClosed()) {
      Connection opened =
          driver.connect(dsn, new SessionOptions("slipway migrate (watch)", TIMEOUT, TIMEOUT));
      opened.setNetworkTimeout(Runnable::run, (int) TIMEOUT.toMillis());
      connection = opened;
    }
    return connection;
  }

  void close() {
    closed = true;
    thread.interrupt();
  }

  private static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "close", e);
    }
  }
}
