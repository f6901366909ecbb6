package dev.slipway.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.PoolParameters;
import dev.slipway.error.SlipwayException;
import java.lang.reflect.Field;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** Every property of the pool that we rely on, with its reason. */
final class HikariConfigFactory {
  /** For connections beyond {@code max_idle_conns} when nobody says how long they may idle. */
  private static final Duration IDLE_TIME = Duration.ofMinutes(1);

  private static final Duration KEEPALIVE = Duration.ofMinutes(2);

  /** The longest wait inside the pool, from which nobody can be called back. */
  private static final Duration WAIT_SLICE = Duration.ofSeconds(1);

  private HikariConfigFactory() {}

  /**
   * How long a borrower waits inside the pool before it checks the database: its timeout in equal
   * parts, so that it detects within a second that the database is unavailable.
   */
  static Duration waitSlice(Duration acquireTimeout) {
    long millis = acquireTimeout.toMillis();
    return Duration.ofMillis(millis / Math.ceilDiv(millis, WAIT_SLICE.toMillis()));
  }

  static HikariConfig create(Dsn dsn, DataSource source, Settings.Pool settings) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("slipway");
    config.setDataSource(source);
    // The server starts while the database is down, and turns ready when it comes.
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(waitSlice(settings.acquireTimeout()).toMillis());
    // A borrower also waits for the validation of an idle connection.
    config.setValidationTimeout(waitSlice(settings.acquireTimeout()).toMillis());
    config.setAutoCommit(true);
    config.setRegisterMbeans(false);
    // A process that is told to end does not wait for the pool's threads.
    config.setThreadFactory(work -> Thread.ofPlatform().daemon().name("pool").unstarted(work));
    if (dsn.inMemory()) {
      configureInMemory(config, settings);
    } else {
      configureServer(config, dsn, settings);
    }
    config.validate();
    return config;
  }

  /**
   * Starts it. Its public face, HikariDataSource, would copy the configuration by reflection: 11
   * ms.
   *
   * <p>It asks its first connection for the isolation level, to set another one on the rest only if
   * it is told to. When that connection breaks at this very moment it takes the question for
   * answered, by level 0, which differs from "none was asked for": it would set level -1 on each
   * later connection, which no driver takes, and never have one again (HikariCP's issue 1944, open
   * in 7.1). So what it believes until it is answered is level -1.
   */
  static HikariPool start(HikariConfig config) {
    HikariPool pool = new HikariPool(config);
    try {
      Field level =
          HikariPool.class.getSuperclass().getDeclaredField("defaultTransactionIsolation");
      level.setAccessible(true);
      level.setInt(pool, -1);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the pool is not the one that this was written for", e);
    }
    return pool;
  }

  /** The connection is the database: it must neither be replaced nor joined by another. */
  private static void configureInMemory(HikariConfig config, Settings.Pool settings) {
    boolean one = settings.maxConns().orElse(1) == 1 && settings.maxIdleConns().orElse(1) == 1;
    boolean limits =
        settings.maxConnLifetime().filter(each -> !each.isZero()).isPresent()
            || settings.maxConnIdleTime().filter(each -> !each.isZero()).isPresent();
    if (!one || limits) {
      throw SlipwayException.usageError(
              "a database in memory is one connection that lives as long as the process")
          .hint(
              "leave pool.max_conns, pool.max_idle_conns, pool.max_conn_lifetime and"
                  + " pool.max_conn_idle_time out of the settings");
    }
    config.setMaximumPoolSize(1);
    config.setMinimumIdle(1);
    config.setMaxLifetime(0);
    config.setIdleTimeout(0);
    config.setKeepaliveTime(0);
    config.setExceptionOverride(new NeverEvict());
  }

  /** No failure makes the pool give a connection up. */
  private static final class NeverEvict implements SQLExceptionOverride {
    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException e) {
      return SQLExceptionOverride.Override.DO_NOT_EVICT;
    }
  }

  private static void configureServer(HikariConfig config, Dsn whole, Settings.Pool settings) {
    PoolParameters dsn = whole.pool();
    int cpus = Runtime.getRuntime().availableProcessors();
    int least = Drivers.of(whole).minPoolSize();
    int max = dsn.maxConns().orElse(settings.maxConns().orElse(Math.max(2 * cpus, least)));
    int idle = dsn.maxIdleConns().orElse(settings.maxIdleConns().orElse(Math.min(cpus, max)));
    if (idle > max) {
      throw SlipwayException.usageError(
          "max_idle_conns (" + idle + ") must not be more than max_conns (" + max + ")");
    }
    Duration lifetime = dsn.lifetime().or(settings::maxConnLifetime).orElse(Duration.ZERO);
    Duration idleTime = dsn.idleTime().or(settings::maxConnIdleTime).orElse(IDLE_TIME);
    config.setMaximumPoolSize(max);
    // The pool has no upper limit for idle connections: it keeps this many, and closes the others
    // once they were idle for the time below.
    config.setMinimumIdle(idle);
    config.setMaxLifetime(lifetime.toMillis());
    config.setIdleTimeout(idle == max ? 0 : idleTime.toMillis());
    // Firewalls forget connections that say nothing. The pool wants it shorter than a lifetime.
    boolean keepalive = lifetime.isZero() || lifetime.compareTo(KEEPALIVE) > 0;
    config.setKeepaliveTime(keepalive ? KEEPALIVE.toMillis() : 0);
  }
}
