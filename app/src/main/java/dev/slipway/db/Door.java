package dev.slipway.db;

import dev.slipway.config.Secret;
import dev.slipway.fault.Fault;
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
 * <p>A new text is taken over when a connection with it comes about; one that cannot be read, is
 * refused or leads nowhere leaves the old one in use, is logged once, counted, and tried again.
 * Nobody who needs a connection waits for that. Thread-safe.
 */
final class Door implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.slipway.db");

  /** How often somebody looks whether the DSN's text has changed. */
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** How often a changed DSN that does not work is tried again. */
  private static final Duration BETWEEN_TRIALS = Duration.ofSeconds(2);

  private final Supplier<Secret> text;
  private final String applicationName;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile Known known;
  private volatile Optional<Failure> failure = Optional.empty();
  private long answeredNanos = System.nanoTime();
  private Optional<Secret> refused = Optional.empty();
  private long refusedNanos;

  /** A DSN that connections are made with. */
  record Known(Secret text, Dsn dsn) {}

  /**
   * A try to connect that was refused, or that nobody has answered yet.
   *
   * @param nanos when it was refused, or last without an answer
   * @param silentSince since when no try was answered or refused; empty when this one was refused
   */
  record Failure(SQLException why, long nanos, OptionalLong silentSince, Known with) {}

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

  /**
   * Follows the text from now on, on a thread of its own and until closed.
   *
   * @param replace makes the pool let go of all connections, as soon as their work is done
   */
  void follow(Runnable replace) {
    Thread.ofVirtual().name("dsn").start(() -> watch(replace));
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

  /** The last try to connect, if it failed. What an earlier DSN led to no longer counts. */
  Optional<Failure> failure() {
    return failure.filter(last -> last.with() == known);
  }

  /** A new connection with the DSN of now, in one try that an interrupt ends. */
  Connection connection() throws SQLException {
    while (true) {
      Known now = known;
      Connection connection = tried(now);
      if (now == known) {
        answered();
        return connection;
      }
      // The DSN has changed meanwhile, and the pool has replaced all the others.
      closeQuietly(connection);
    }
  }

  /** Somebody tries since then in vain: that counts as a failure until it is one or not. */
  void unanswered(long begun) {
    silent(begun, known);
  }

  private Connection tried(Known with) throws SQLException {
    long begun = System.nanoTime();
    try {
      return open(with.dsn());
    } catch (SQLException e) {
      throw Thread.currentThread().isInterrupted() ? silent(begun, with) : refused(e, with);
    } catch (RuntimeException e) {
      throw refused(new SQLException("the driver failed: " + e, e), with);
    }
  }

  private synchronized void answered() {
    answeredNanos = System.nanoTime();
    failure = Optional.empty();
  }

  private synchronized SQLException refused(SQLException why, Known with) {
    failure = Optional.of(new Failure(why, System.nanoTime(), OptionalLong.empty(), with));
    return why;
  }

  /** A silence ends with an answer, not with another try that has none either. */
  private synchronized SQLException silent(long begun, Known with) {
    SQLException why = noAnswer();
    long since = begun - answeredNanos > 0 ? begun : answeredNanos;
    OptionalLong before = failure().map(Failure::silentSince).orElse(OptionalLong.empty());
    if (before.isPresent() && before.getAsLong() - since < 0) {
      since = before.getAsLong();
    }
    failure = Optional.of(new Failure(why, System.nanoTime(), OptionalLong.of(since), with));
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

  private void watch(Runnable replace) {
    try {
      boolean again = false;
      while (!closed.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
        if (again) {
          // The pool may have been taking in a connection that was made just before.
          replace.run();
        }
        again = changed();
        if (again) {
          replace.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes a changed text over if it works; whether it did. */
  private boolean changed() {
    Secret now = null;
    try {
      now = text.get();
      if (now.equals(known.text())) {
        refused = Optional.empty();
        return false;
      }
      if (refused.equals(Optional.of(now))
          && System.nanoTime() - refusedNanos < BETWEEN_TRIALS.toNanos()) {
        return false;
      }
      Dsn dsn = Dsn.parse(now.reveal());
      if (!dsn.dialect().equals(known.dsn().dialect()) || dsn.memory()) {
        throw Fault.usage(
            "it names another kind of database ("
                + dsn.dialect().name()
                + " in place of "
                + known.dsn().dialect().name()
                + "), which needs a restart");
      }
      closeQuietly(open(dsn));
      known = new Known(now, dsn);
      refused = Optional.empty();
      changes.incrementAndGet();
      LOG.log(Level.INFO, "the DSN has changed: connecting to {0}", dsn.target());
      return true;
    } catch (SQLException e) {
      refuse(now, Dsn.parse(now.reveal()).scrub(Failures.why(e)));
    } catch (Fault e) {
      refuse(now, e.getMessage());
    } catch (RuntimeException e) {
      // Of a driver; its words may quote what it was given, and the look must go on.
      refuse(now, e.getClass().getName());
    }
    return false;
  }

  private void refuse(Secret now, String why) {
    Optional<Secret> refusal = Optional.of(now == null ? Secret.of("") : now);
    refusedNanos = System.nanoTime();
    if (!refusal.equals(refused)) {
      refused = refusal;
      failures.incrementAndGet();
      LOG.log(Level.WARNING, "the changed DSN is not used, the old one stays: {0}", why);
    }
  }

  private Connection open(Dsn dsn) throws SQLException {
    return switch (dsn.dialect().kind()) {
      case POSTGRES, COCKROACH -> Postgres.pooled(dsn, applicationName);
      case MYSQL -> Mysql.pooled(dsn, applicationName);
      case SQLITE -> sqlite(dsn);
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
