package dev.slipway.migration;

import dev.slipway.driver.Drivers;
import dev.slipway.driver.SessionOptions;
import dev.slipway.dsn.Dsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks, on a connection of its own that is opened only when a message takes long, at who blocks
 * the migrator; and keeps a lock alive that is a row. Called by the watching thread alone, but for
 * {@link #last} and {@link #reset}. Failing to see is no failure: then nobody is named.
 */
final class BlockingSessions {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final long INTERVAL_NANOS = 1_000_000_000L;

  private final Dsn dsn;
  private volatile Optional<String> last = Optional.empty();
  private volatile @Nullable HeldLock lock;
  private @Nullable Connection connection;
  private volatile long lastQueryNanos;
  private boolean unavailable;

  BlockingSessions(Dsn dsn) {
    this.dsn = dsn;
  }

  /** The lock to keep alive. */
  void keepAlive(HeldLock lock) {
    this.lock = lock;
  }

  Optional<String> last() {
    return last;
  }

  /** A new message is under way: what was seen of the last one says nothing of it. */
  void reset() {
    last = Optional.empty();
    lastQueryNanos = System.nanoTime() - INTERVAL_NANOS;
  }

  /** Looks at who blocks the session with this number, at most once a second of a message. */
  void query(long session) {
    if (unavailable || System.nanoTime() - lastQueryNanos < INTERVAL_NANOS) {
      return;
    }
    lastQueryNanos = System.nanoTime();
    Optional<String> sql = Drivers.of(dsn).blockingSessionsQuery(session);
    if (sql.isEmpty()) {
      return;
    }
    try (Statement statement = connected().createStatement();
        ResultSet row = statement.executeQuery(sql.get())) {
      List<String> names = new ArrayList<>();
      while (row.next()) {
        names.add(row.getString(1));
      }
      if (!names.isEmpty()) {
        last = Optional.of(String.join("; ", names));
      }
    } catch (SQLException e) {
      unavailable = true;
      System.getLogger(BlockingSessions.class.getName())
          .log(System.Logger.Level.DEBUG, "cannot see who blocks", e);
    }
  }

  /** Keeps a lock alive that would otherwise expire. */
  void renewLock() {
    HeldLock kept = lock;
    if (kept != null && kept.renewalDue()) {
      try {
        kept.renew(connected());
      } catch (SQLException e) {
        // Each message asks whether the lock is still ours, so a lost one is noticed there.
        System.getLogger(BlockingSessions.class.getName())
            .log(System.Logger.Level.WARNING, "cannot renew the migration lock", e);
      }
    }
  }

  private Connection connected() throws SQLException {
    if (connection == null || connection.isClosed()) {
      connection =
          Drivers.of(dsn)
              .connect(dsn, new SessionOptions("slipway migrate (watch)", TIMEOUT, TIMEOUT));
    }
    return connection;
  }

  void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      System.getLogger(BlockingSessions.class.getName()).log(System.Logger.Level.DEBUG, "close", e);
    }
  }
}
