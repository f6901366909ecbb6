package dev.slipway.db;

import dev.slipway.config.Secret;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Where the pool gets its connections. A pool's own URL and password are fixed once it has started;
 * this one asks for the DSN's text before each connection, so that a changed secret counts without
 * a restart. A new text is taken over when a connection with it comes about; one that cannot be
 * read or is refused leaves the old one in use, is logged once, counted, and tried again next time.
 * Thread-safe.
 */
final class Door {
  private static final System.Logger LOG = System.getLogger("dev.slipway.db");

  private final Supplier<Secret> text;
  private final String applicationName;
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile Known known;
  private volatile Runnable afterChange = () -> {};
  private Optional<Secret> refused = Optional.empty();

  private record Known(Secret text, Dsn dsn) {}

  /**
   * @param text gives the DSN's text of now
   * @throws Fault (usage) when the text of now cannot be read or understood
   */
  Door(Supplier<Secret> text, String applicationName) {
    this.text = text;
    this.applicationName = applicationName;
    Secret now = text.get();
    known = new Known(now, Dsn.parse(now.reveal()));
  }

  /** What is to happen once a changed DSN works: the connections made with the old one go. */
  void afterChange(Runnable action) {
    afterChange = action;
  }

  Dsn dsn() {
    return known.dsn();
  }

  long changes() {
    return changes.get();
  }

  long failures() {
    return failures.get();
  }

  /** Looks whether the text has changed, without anybody needing a connection. */
  void look() {
    changed().ifPresent(Door::closeQuietly);
  }

  /** A new connection with the DSN of now. */
  Connection connection() throws SQLException {
    Optional<Connection> changed = changed();
    return changed.isPresent() ? changed.get() : open(known.dsn());
  }

  /**
   * The same in the form that the pool wants. The pool asks for connections and sets a timeout,
   * which is the DSN's to say; it uses nothing else.
   */
  DataSource dataSource() {
    return (DataSource)
        Proxy.newProxyInstance(
            Door.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getConnection" -> connection();
                  case "getLoginTimeout", "hashCode" -> 0;
                  case "equals" -> proxy == arguments[0];
                  case "toString" -> known.dsn().toString();
                  case "setLoginTimeout", "setLogWriter", "getLogWriter" -> null;
                  case "isWrapperFor" -> false;
                  default -> throw new SQLFeatureNotSupportedException(method.getName());
                });
  }

  /** A first connection with the changed DSN, when it has changed and works. */
  private synchronized Optional<Connection> changed() {
    Secret now = null;
    try {
      now = text.get();
      if (now.equals(known.text())) {
        refused = Optional.empty();
        return Optional.empty();
      }
      Dsn dsn = Dsn.parse(now.reveal());
      if (!dsn.dialect().equals(known.dsn().dialect()) || dsn.memory()) {
        throw Fault.usage(
            "it names another kind of database (" + dsn.dialect().name() + " in place of "
                + known.dsn().dialect().name() + "), which needs a restart");
      }
      Connection connection = open(dsn);
      known = new Known(now, dsn);
      refused = Optional.empty();
      changes.incrementAndGet();
      LOG.log(Level.INFO, "the DSN has changed: connecting to {0}", dsn.target());
      afterChange.run();
      return Optional.of(connection);
    } catch (SQLException e) {
      // A database that is away decides nothing; the old DSN will say the same.
      if (known.dsn().dialect().exitCode(e) != ExitCode.RETRY) {
        refuse(now, Dsn.parse(now.reveal()).scrub(Failures.why(e)));
      }
    } catch (Fault e) {
      refuse(now, e.getMessage());
    }
    return Optional.empty();
  }

  private void refuse(Secret now, String why) {
    Optional<Secret> refusal = Optional.of(now == null ? Secret.of("") : now);
    if (!refusal.equals(refused)) {
      refused = refusal;
      failures.incrementAndGet();
      LOG.log(Level.WARNING, "the changed DSN is not used, the old one stays: {0}", why);
    }
  }

  private Connection open(Dsn dsn) throws SQLException {
    return switch (dsn.dialect()) {
      case Postgres _, Cockroach _ -> Postgres.pooled(dsn, applicationName);
      case Mysql _ -> Mysql.pooled(dsn, applicationName);
      case Sqlite _ -> sqlite(dsn);
    };
  }

  /** The pool knows SQLExceptions only. */
  private static Connection sqlite(Dsn dsn) throws SQLException {
    try {
      return Sqlite.pooled(dsn);
    } catch (Fault e) {
      throw new SQLException(e.getMessage(), "08001", 14, e);
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "a connection that was only a try did not close", e);
    }
  }
}
