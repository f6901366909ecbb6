package dev.slipway.driver.postgres;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

/**
 * Detects a pooler, such as PgBouncer, between the connections of one DSN and a server that speaks
 * PostgreSQL's protocol. Behind a transaction pooler a session of the server is another
 * connection's after each transaction, so nothing that belongs to a session can be relied on: a
 * named prepared statement may be another client's.
 *
 * <p>A pooler is known by what it does, not by its name or port: the process ID of the login is not
 * that of the session, or two open connections have the same session, or a session does not know a
 * statement that was prepared on its connection. What was detected stays so for this DSN.
 * Thread-safe.
 */
public final class PoolerDetector {
  private static final System.Logger LOG = System.getLogger("dev.slipway.driver");

  /** No such named statement; PostgreSQL and CockroachDB. */
  static final String UNKNOWN_STATEMENT = "26000";

  private final String target;
  private final String serverStartSql;
  private final Runnable replaceConnections;
  private final Map<Connection, Session> sessions = new HashMap<>();
  private volatile boolean detected;

  /**
   * A session of the server.
   *
   * @param server when it started, which tells servers apart: process IDs repeat between two hosts
   *     of a DSN, and after a restart in a container
   */
  private record Session(int processId, String server) {}

  /**
   * @param target where the connections lead, for the log
   * @param serverStartSql an expression that differs between two servers, or two starts of one
   * @param replaceConnections makes the pool replace all connections after their current work
   */
  public PoolerDetector(String target, String serverStartSql, Runnable replaceConnections) {
    this.target = target;
    this.serverStartSql = serverStartSql;
    this.replaceConnections = replaceConnections;
  }

  /** Whether a pooler was seen. */
  public boolean detected() {
    return detected;
  }

  /**
   * Inspects a new connection, with two round trips.
   *
   * @return whether a pooler was seen, here or before
   * @throws StatementPoolingException when the session changes within a transaction
   * @throws SQLException when the transaction fails; the connection is closed then
   */
  boolean inspect(PgConnection connection) throws SQLException {
    boolean done = false;
    connection.setAutoCommit(false);
    try {
      compare(connection);
      if (connection.getTransactionState() != TransactionState.OPEN) {
        throw new StatementPoolingException("BEGIN and the next statement ran in two sessions");
      }
      connection.rollback();
      connection.setAutoCommit(true);
      done = true;
    } finally {
      if (!done) {
        connection.abort(Runnable::run);
      }
    }
    return detected;
  }

  /** Inspects the session that a connection has now, with one round trip. */
  void compare(PgConnection connection) throws SQLException {
    Session session = session(connection);
    if (connection.getBackendPID() != session.processId()) {
      report("the process ID of the login is not the session's");
    }
    if (shared(connection, session)) {
      report("two connections share a session");
    }
  }

  /** Draws the conclusion from a statement that failed. */
  public void observe(SQLException e) {
    if (UNKNOWN_STATEMENT.equals(e.getSQLState())) {
      report("a session does not know the statement that was prepared on its connection");
    }
  }

  private Session session(PgConnection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid(), " + serverStartSql)) {
      row.next();
      // CockroachDB has it as an unsigned number.
      return new Session((int) row.getLong(1), row.getString(2));
    }
  }

  private synchronized boolean shared(Connection connection, Session session) throws SQLException {
    for (var each = sessions.keySet().iterator(); each.hasNext(); ) {
      if (each.next().isClosed()) {
        each.remove();
      }
    }
    sessions.remove(connection);
    boolean shared = sessions.containsValue(session);
    sessions.put(connection, session);
    return shared;
  }

  private void report(String sign) {
    synchronized (this) {
      if (detected) {
        return;
      }
      detected = true;
    }
    LOG.log(
        Level.INFO,
        "a pooler such as PgBouncer stands before {0} ({1}): named prepared statements are off",
        target,
        sign);
    // Named statements of those that are open stay in use for as long as they are.
    replaceConnections.run();
  }
}
