package dev.slipway.migrate;

import dev.slipway.db.Database;
import dev.slipway.db.Dsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks, on a connection of its own that is opened only when a message takes long, at who blocks
 * the migrator; and keeps a lock alive that is a row. Called by the watching thread alone, but for
 * {@link #seen} and {@link #forget}. Failing to see is no failure: then nobody is named.
 */
final class Blockers {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final long LOOK_NANOS = 1_000_000_000L;

  private final Dsn dsn;
  private volatile String seen;
  private volatile Lock lock;
  private Connection connection;
  private volatile long looked;
  private boolean blind;

  Blockers(Dsn dsn) {
    this.dsn = dsn;
  }

  /** The lock to keep alive. */
  void keep(Lock lock) {
    this.lock = lock;
  }

  Optional<String> seen() {
    return Optional.ofNullable(seen);
  }

  /** A new message is under way: what was seen of the last one says nothing of it. */
  void forget() {
    seen = null;
    looked = System.nanoTime() - LOOK_NANOS;
  }

  /** Looks at who blocks the session with this number, at most once a second of a message. */
  void look(long session) {
    String question = question(session);
    if (blind || question == null || System.nanoTime() - looked < LOOK_NANOS) {
      return;
    }
    looked = System.nanoTime();
    try (Statement statement = connected().createStatement();
        ResultSet row = statement.executeQuery(question)) {
      List<String> names = new ArrayList<>();
      while (row.next()) {
        names.add(row.getString(1));
      }
      if (!names.isEmpty()) {
        seen = String.join("; ", names);
      }
    } catch (SQLException e) {
      blind = true;
      System.getLogger(Blockers.class.getName())
          .log(System.Logger.Level.DEBUG, "cannot see who blocks", e);
    }
  }

  /** Keeps a lock alive that would otherwise expire. */
  void beat() {
    Lock kept = lock;
    if (kept != null && kept.beatDue()) {
      try {
        kept.beat(connected());
      } catch (SQLException e) {
        // Each message asks whether the lock is still ours, so a lost one is noticed there.
        System.getLogger(Blockers.class.getName())
            .log(System.Logger.Level.WARNING, "cannot renew the migration lock", e);
      }
    }
  }

  private Connection connected() throws SQLException {
    if (connection == null || connection.isClosed()) {
      connection =
          Database.connect(
              dsn, new Database.Session("slipway migrate (watch)", PATIENCE, PATIENCE));
    }
    return connection;
  }

  private String question(long session) {
    return switch (dsn.dialect().kind()) {
      case POSTGRES ->
          """
          SELECT 'session ' || a.pid || ' (user ' || coalesce(a.usename, '?')
            || coalesce(', application ' || nullif(a.application_name, ''), '')
            || coalesce(' from ' || host(a.client_addr), '') || '), ' || coalesce(a.state, '?')
            || coalesce(', in a transaction since ' || to_char(a.xact_start, 'HH24:MI:SS'), '')
          FROM pg_stat_activity a WHERE a.pid = ANY(pg_blocking_pids(%d)) ORDER BY a.pid LIMIT 3"""
              .formatted(session);
      case MYSQL ->
          """
          SELECT DISTINCT CONCAT('session ', o.PROCESSLIST_ID, ' (user ', o.PROCESSLIST_USER,
            ' from ', o.PROCESSLIST_HOST, '), ', o.PROCESSLIST_COMMAND, ' for ',
            o.PROCESSLIST_TIME, ' s')
          FROM performance_schema.metadata_locks w
          JOIN performance_schema.threads t ON t.THREAD_ID = w.OWNER_THREAD_ID
          JOIN performance_schema.metadata_locks h ON h.OBJECT_TYPE = w.OBJECT_TYPE
            AND h.OBJECT_SCHEMA = w.OBJECT_SCHEMA AND h.OBJECT_NAME = w.OBJECT_NAME
            AND h.LOCK_STATUS = 'GRANTED' AND h.OWNER_THREAD_ID <> w.OWNER_THREAD_ID
          JOIN performance_schema.threads o ON o.THREAD_ID = h.OWNER_THREAD_ID
          WHERE w.LOCK_STATUS = 'PENDING' AND t.PROCESSLIST_ID = %d LIMIT 3"""
              .formatted(session);
      case COCKROACH, SQLITE -> null;
    };
  }

  void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      System.getLogger(Blockers.class.getName()).log(System.Logger.Level.DEBUG, "close", e);
    }
  }
}
