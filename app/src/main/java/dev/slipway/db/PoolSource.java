package dev.slipway.db;

import dev.slipway.fault.ExitCode;
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

/**
 * What the pool asks for connections: it tries until it has one. The pool itself would pause for up
 * to 5 s between two tries, in which a database that is back goes unnoticed. Thread-safe.
 */
final class PoolSource implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.slipway.db");

  /** The pause between two tries while the database is away. */
  private static final Duration WHILE_AWAY = Duration.ofMillis(200);

  /** The same where trying cannot help, with a wrong password, say: the server logs each one. */
  private static final Duration WHILE_REFUSED = Duration.ofSeconds(1);

  /**
   * After so long without an answer another try is made beside the one that waits, and the silence
   * is told, which makes nobody give up by itself.
   */
  private static final Duration LONG_TRY = Duration.ofMillis(800);

  private final Door door;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean retrying;

  PoolSource(Door door) {
    this.door = door;
  }

  /** Whether the pool wants a connection, and the last try failed or takes long. */
  boolean retrying() {
    return retrying;
  }

  /** In the form that the pool wants. */
  DataSource dataSource() {
    return new ForPool();
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
        boolean answered = latest.join(LONG_TRY);
        if (first.isDone()) {
          return first.join();
        }
        if (!answered) {
          door.unanswered(since);
        }
        retrying = true;
        if (closed.await(pause().toMillis(), TimeUnit.MILLISECONDS)) {
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
                Connection connection = door.connection();
                if (!first.complete(connection)) {
                  connection.close();
                }
              } catch (SQLException e) {
                // The door remembers why; whoever waits for a connection is told.
                LOG.log(Level.DEBUG, "no connection", e);
              }
            });
  }

  private Duration pause() {
    return door.failure()
        .filter(last -> door.dsn().dialect().exitCode(last.why()) != ExitCode.RETRY)
        .map(refused -> WHILE_REFUSED)
        .orElse(WHILE_AWAY);
  }

  /**
   * The pool asks for connections and sets a timeout, which is the DSN's to say; it uses nothing
   * else.
   */
  private final class ForPool implements DataSource {
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
    public PrintWriter getLogWriter() {
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
      return door.dsn().toString();
    }
  }
}
