package dev.slipway.pool;

import dev.slipway.driver.Drivers;
import dev.slipway.error.ExitCode;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What the pool asks for connections: it tries until it has one. The pool itself would pause for up
 * to 5 s between two tries, in which a database that is back goes unnoticed. Thread-safe.
 */
final class ReloadingDataSource implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.slipway.pool");

  /** The pause between two tries at an unavailable database; requests wait for the next one. */
  private static final Duration UNAVAILABLE_BACKOFF = Duration.ofMillis(50);

  /** The same where trying cannot help, with a wrong password, say: the server logs each one. */
  private static final Duration REFUSED_BACKOFF = Duration.ofSeconds(1);

  /**
   * After so long without an answer another try is made beside the one that waits, and the silence
   * is told, which makes nobody give up by itself.
   */
  private static final Duration SECOND_ATTEMPT_DELAY = Duration.ofMillis(800);

  private final DsnWatcher watcher;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean retrying;

  ReloadingDataSource(DsnWatcher door) {
    this.watcher = door;
  }

  /** Whether the pool wants a connection, and the last try failed or takes long. */
  boolean isRetrying() {
    return retrying;
  }

  /** In the form that the pool wants. */
  DataSource dataSource() {
    return new DataSourceAdapter();
  }

  /** Ends what is tried. */
  @Override
  public void close() {
    closed.countDown();
  }

  /**
   * A first try has all the time that the DSN gives it. But a packet may be lost on its way to a
   * server that just comes up, so once a try takes long, others are made beside it. That is at most
   * two at a time, and the pool asks for one connection after the other: no process storms a server
   * that is back.
   */
  private Connection connect() throws SQLException {
    long since = System.nanoTime();
    var first = new CompletableFuture<Connection>();
    Thread patient = attempt(first);
    Thread latest = patient;
    try {
      while (true) {
        boolean answered = latest.join(SECOND_ATTEMPT_DELAY);
        if (first.isDone()) {
          return first.join();
        }
        if (!answered) {
          watcher.recordUnanswered(since);
        }
        retrying = true;
        if (closed.await(backoff().toMillis(), TimeUnit.MILLISECONDS)) {
          throw new SQLTransientConnectionException("the pool was closed", "08003");
        }
        if (latest != patient) {
          latest.interrupt();
        }
        latest = attempt(first);
        patient = patient.isAlive() ? patient : latest;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("interrupted", "08001", e);
    } finally {
      retrying = false;
      first.cancel(false);
      patient.interrupt();
      latest.interrupt();
    }
  }

  /** On a virtual thread, where an interrupt ends a wait for the network. */
  private Thread attempt(CompletableFuture<Connection> first) {
    return Thread.ofVirtual()
        .name("connect")
        .start(
            () -> {
              try {
                Connection connection = watcher.connection();
                if (!first.complete(connection)) {
                  connection.close();
                }
              } catch (SQLException e) {
                // The watcher records the reason, and reports it to waiting callers.
                LOG.log(Level.DEBUG, "no connection", e);
              }
            });
  }

  private Duration backoff() {
    return watcher
        .failure()
        .filter(last -> Drivers.of(watcher.dsn()).exitCode(last.cause()) != ExitCode.RETRY)
        .map(refused -> REFUSED_BACKOFF)
        .orElse(UNAVAILABLE_BACKOFF);
  }

  /**
   * The pool asks for connections and sets a timeout, which is the DSN's to say; it uses nothing
   * else.
   */
  private final class DataSourceAdapter implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
      return connect();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      throw new SQLFeatureNotSupportedException("the DSN says who connects");
    }

    /** When the pool closes it waits so many seconds for the thread that connects. */
    @Override
    public int getLoginTimeout() {
      return 1;
    }

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public @Nullable PrintWriter getLogWriter() {
      return null;
    }

    @Override
    public void setLogWriter(PrintWriter writer) {}

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
      throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLFeatureNotSupportedException("is no " + type.getName());
    }

    @Override
    public String toString() {
      return watcher.dsn().toString();
    }
  }
}
