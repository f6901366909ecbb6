package dev.slipway.migrate;

import dev.slipway.config.Settings;
import dev.slipway.db.Database;
import dev.slipway.db.Dialect;
import dev.slipway.db.Dsn;
import dev.slipway.db.Postgres;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * A migrator's one plain connection, and what bounds the work on it: the run's deadline, the wish
 * to stop, and a second pair of eyes that cancels a message and learns who blocks it. Not a pool: a
 * pool would replace a broken connection by one without the lock, silently. Used by one thread.
 */
final class Session implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int WORDS_MAX = 500;
  private static final Duration LOOK_AFTER_MAX = Duration.ofMillis(500);

  private final Dsn dsn;
  private final Settings.Migrate settings;
  private final StopSignal stop;
  private final Reporter reporter;
  private final Deadline deadline;
  private final boolean borrowed;
  private final Blockers blockers;
  private final Duration lookAfter;
  private final Thread watch;
  private Connection connection;
  private History history;
  private Optional<String> blocker = Optional.empty();
  private volatile Message message;
  private volatile boolean closed;

  /** What is under way on the connection. */
  private record Message(Statement statement, boolean cancellable, long start) {}

  private Session(
      Dsn dsn, Settings.Migrate settings, StopSignal stop, Reporter reporter, Connection borrowed) {
    this.dsn = dsn;
    this.settings = settings;
    this.stop = stop;
    this.reporter = reporter;
    this.deadline = Deadline.in(settings.timeout());
    this.borrowed = borrowed != null;
    this.connection = borrowed;
    this.blockers = new Blockers(dsn);
    // Early enough to open a connection and to ask before the server gives up waiting for locks.
    Duration part = Duration.ofNanos(settings.ddlLockTimeout().toNanos() / 4);
    this.lookAfter = part.isZero() || part.compareTo(LOOK_AFTER_MAX) > 0 ? LOOK_AFTER_MAX : part;
    this.watch = new Thread(this::watch, "slipway-watch");
    watch.setDaemon(true);
  }

  /** Opens a connection, waiting for the database as long as the settings say. */
  static Session connect(Dsn dsn, Settings.Migrate settings, StopSignal stop, Reporter reporter) {
    Session session = new Session(dsn, settings, stop, reporter, null);
    session.reconnect();
    return session;
  }

  /** Works on a connection that stays its owner's: SQLite's in-memory database has only one. */
  static Session on(
      Connection connection,
      Dsn dsn,
      Settings.Migrate settings,
      StopSignal stop,
      Reporter reporter) {
    Session session = new Session(dsn, settings, stop, reporter, connection);
    session.open();
    return session;
  }

  /** Connects again after {@link #disconnect}. */
  void reconnect() {
    Duration wait = deadline.remaining(settings.waitForDatabase());
    connection =
        Database.connect(
            dsn,
            new Database.Session(
                "slipway migrate", settings.ddlLockTimeout(), settings.statementTimeout()),
            wait,
            reporter::story);
    open();
  }

  private void open() {
    try {
      history = History.open(connection, dsn.dialect(), settings.table());
    } catch (SQLException e) {
      close();
      throw fault(e, "cannot read the state of " + dsn.target());
    }
  }

  /** Gives the connection back to the server while a person thinks. */
  void disconnect() {
    if (!borrowed) {
      closeQuietly();
    }
  }

  /** Starts to watch over the messages. */
  void guardFrom(Lock lock) {
    blockers.keep(lock);
    if (watch.getState() == Thread.State.NEW) {
      watch.start();
    }
  }

  private void watch() {
    Duration round = lookAfter.compareTo(LOOK) < 0 ? lookAfter : LOOK;
    while (!closed) {
      Message current = message;
      if (current != null && (deadline.passed() || current.cancellable() && stop.requested())) {
        cancel(current);
      }
      if (current != null && System.nanoTime() - current.start() > lookAfter.toNanos()) {
        blockers.look(history.server().session());
      }
      blockers.beat();
      try {
        Thread.sleep(round);
      } catch (InterruptedException e) {
        return;
      }
    }
    blockers.close();
  }

  private static void cancel(Message current) {
    try {
      current.statement().cancel();
    } catch (SQLException e) {
      // The statement has just ended, or the connection is gone: both end the message anyway.
      System.getLogger(Session.class.getName()).log(System.Logger.Level.DEBUG, "cancel", e);
    }
  }

  /**
   * Sends a text of one or many statements and reads all answers.
   *
   * @param cancellable whether a signal breaks it off; otherwise it is waited for. The end of the
   *     run's time breaks off either.
   * @throws Fault (retry) if the run has to end; then nothing is sent
   */
  void run(String sql, boolean cancellable) throws SQLException {
    run(sql, cancellable, _ -> {});
  }

  /** The same, handing out the times that the text asks for ({@link Sql#TIME_COLUMN}). */
  void run(String sql, boolean cancellable, IntConsumer times) throws SQLException {
    refuseWhenOver();
    talk(sql, cancellable, times);
  }

  /** Sends a text even when the run has to end: what has been begun outside a transaction. */
  void send(String sql) throws SQLException {
    send(sql, false);
  }

  /** The same, which a signal may break off. */
  void send(String sql, boolean cancellable) throws SQLException {
    if (!sql.isEmpty()) {
      talk(sql, cancellable, _ -> {});
    }
  }

  private void talk(String sql, boolean cancellable, IntConsumer times) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      blockers.forget();
      message = new Message(statement, cancellable, System.nanoTime());
      Sql.run(statement, dsn.dialect(), sql, times);
    } catch (SQLException e) {
      blocker = blockers.seen();
      throw e;
    } finally {
      message = null;
    }
  }

  /** Sends rows to PostgreSQL's COPY. */
  void copy(String sql, String rows) throws SQLException {
    refuseWhenOver();
    Postgres.copyIn(connection, sql, rows);
  }

  /** Whether PostgreSQL knows an index of this name that is not valid. */
  boolean invalidIndex(String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(?)")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** Waits between two tries, at most until the run has to end. */
  void rest(Duration duration) {
    stop.pause(deadline.remaining(duration));
  }

  /** The same where nothing is left to be tidied up: the end of the run ends it. */
  void pause(Duration duration) {
    rest(duration);
    refuseWhenOver();
  }

  /** Whether nothing more may be sent. */
  boolean over() {
    return stop.requested() || deadline.passed();
  }

  void refuseWhenOver() {
    if (over()) {
      throw ended();
    }
  }

  /** Why nothing more is sent. */
  Fault ended() {
    return stop.requested()
        ? Fault.of(ExitCode.RETRY, "stopped by a signal")
            .hint("run it again: it goes on where this run ended")
        : Fault.of(
                ExitCode.RETRY,
                "the time is over (--timeout, "
                    + settings.timeout().toMillis()
                    + " ms)"
                    + blocker.map(who -> "; the last step was blocked by " + who).orElse(""))
            .hint("run it again: it goes on where this run ended; or give it more time");
  }

  /** A database error outside of any migration, in words. */
  Fault fault(SQLException e, String what) {
    if (over()) {
      return ended().cause(e);
    }
    return Fault.of(dsn.dialect().exitCode(e), what + ": " + words(e)).cause(e);
  }

  /** The server's own words with the code that one can look up, without any secret of the DSN. */
  String words(SQLException e) {
    String message = String.valueOf(e.getMessage()).strip();
    String line =
        message
            .lines()
            .filter(one -> !one.startsWith("  Position:"))
            .map(String::strip)
            .collect(Collectors.joining(" "));
    String code =
        e.getSQLState() != null
            ? " (SQLSTATE " + e.getSQLState() + ")"
            : e.getErrorCode() > 0 ? " (code " + e.getErrorCode() + ")" : "";
    return dsn.scrub(line.length() <= WORDS_MAX ? line : line.substring(0, WORDS_MAX) + "...")
        + code;
  }

  Connection connection() {
    return connection;
  }

  Dsn dsn() {
    return dsn;
  }

  Dialect dialect() {
    return dsn.dialect();
  }

  History history() {
    return history;
  }

  Settings.Migrate settings() {
    return settings;
  }

  Deadline deadline() {
    return deadline;
  }

  Reporter reporter() {
    return reporter;
  }

  /** Who stood in the way of the last message that failed, as far as it could be seen. */
  Optional<String> blocker() {
    return blocker;
  }

  @Override
  public void close() {
    closed = true;
    watch.interrupt();
    disconnect();
  }

  private void closeQuietly() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // Nothing is lost with it: what counts has been committed, or will be rolled back.
      System.getLogger(Session.class.getName()).log(System.Logger.Level.DEBUG, "close", e);
    }
  }
}
