package dev.slipway.db;

import dev.slipway.fault.ExitCode;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
   * After so long without an answer another try is made beside the one that waits, and whoever
   * waits for a connection learns of it; so it is less than their slice of time.
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

  /**
   * In the form that the pool wants. The pool asks for connections and sets a timeout, which is the
   * DSN's to say; it uses nothing else. When it closes it waits for the thread that connects as
   * long as the timeout it reads, in seconds.
   */
  DataSource dataSource() {
    return (DataSource)
        Proxy.newProxyInstance(
            PoolSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getConnection" -> connection();
                  case "getLoginTimeout" -> 1;
                  case "hashCode" -> 0;
                  case "equals" -> proxy == arguments[0];
                  case "toString" -> door.dsn().toString();
                  case "setLoginTimeout", "setLogWriter", "getLogWriter" -> null;
                  case "isWrapperFor" -> false;
                  default -> throw new SQLFeatureNotSupportedException(method.getName());
                });
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
  private Connection connection() throws SQLException {
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
          door.unanswered();
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
    return Thread.ofVirtual().name("connect").start(() -> {
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
}
