package dev.slipway.migration;

import dev.slipway.config.Backoff;
import dev.slipway.config.Settings;
import dev.slipway.driver.Connections;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.MigrationBatchSql;
import dev.slipway.driver.MigrationLock;
import dev.slipway.driver.MigratorConnection;
import dev.slipway.driver.QuerySession;
import dev.slipway.driver.SessionCleaner;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQueries;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.DsnBuilder;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.Reader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * A migrator's one plain connection, whose messages a {@link StatementWatchdog} ends when the run
 * has to end. Not a pool: a pool would replace a broken connection by one without the lock,
 * silently. Used by one thread.
 */
final class MigrationSession implements AutoCloseable, QuerySession {
  private static final Duration BLOCKER_QUERY_DELAY_MAX = Duration.ofMillis(500);
  private static final Duration BLOCKED_PAUSE_MIN = Duration.ofMillis(500);
  private static final Duration BLOCKED_PAUSE_MAX = Duration.ofSeconds(20);

  private Dsn dsn;
  private final DatabaseDriver driver;
  private final Settings.Migrate settings;
  private final CancellationToken stop;
  private final ProgressReporter reporter;
  private PlaceholderMask placeholders;
  private final NoticeLog notices;
  private final boolean sharedConnection;
  private final SessionObserver observer;
  private final StatementWatchdog watchdog;
  private Optional<CancellationToken.Run> run = Optional.empty();
  private boolean createsDatabase;
  private boolean missing;
  private MigratorConnection connection;
  private Optional<SessionCleaner> cleaner = Optional.empty();
  private HistoryTable history;
  private TargetSchema schema;
  private Optional<String> blocker = Optional.empty();

  /**
   * Connects, waiting for the database as long as the settings say.
   *
   * @param borrowed a connection to use instead, which stays its owner's: SQLite's in-memory
   *     database has only one
   * @param createsDatabase whether connecting may create the database, see {@link SessionOptions}
   */
  MigrationSession(
      Dsn dsn,
      Settings.Migrate settings,
      CancellationToken stop,
      ProgressReporter reporter,
      Optional<Connection> borrowed,
      boolean createsDatabase) {
    this.dsn = withSecrets(dsn, settings.placeholders().values());
    this.createsDatabase = createsDatabase;
    this.driver = Drivers.of(dsn);
    this.settings = settings;
    this.stop = stop;
    this.reporter = reporter;
    this.placeholders = new PlaceholderMask(settings.placeholders());
    this.notices =
        new NoticeLog(driver, reporter, text -> this.placeholders.apply(this.dsn.redact(text)));
    this.sharedConnection = borrowed.isPresent();
    // Early enough to open a connection and to ask before the server gives up waiting for locks.
    Duration part = Duration.ofNanos(settings.ddlLockTimeout().toNanos() / 4);
    this.observer =
        new SessionObserver(
            dsn,
            part.isZero() || part.compareTo(BLOCKER_QUERY_DELAY_MAX) > 0
                ? BLOCKER_QUERY_DELAY_MAX
                : part);
    this.watchdog =
        new StatementWatchdog(stop, observer, driver.runningStatementQuery(0).isPresent());
    this.connection = borrowed.map(MigratorConnection::of).orElseGet(this::openConnection);
    this.history = openHistory(hasSchemas() ? dsn.schema() : Optional.empty());
    this.schema =
        TargetSchema.of(
            history.server().schema(),
            dsn.schema().isPresent(),
            driver,
            history.server().searchPath());
  }

  /** The values of placeholders are as secret as the password: messages contain neither. */
  private static Dsn withSecrets(Dsn dsn, Collection<String> values) {
    DsnBuilder builder = dsn.toBuilder();
    values.forEach(builder::secret);
    return builder.build();
  }

  /** Keeps the values of further placeholders out of messages. */
  void hide(Map<String, String> values) {
    if (!values.isEmpty()) {
      Map<String, String> all = new HashMap<>(settings.placeholders());
      all.putAll(values);
      dsn = withSecrets(dsn, values.values());
      placeholders = new PlaceholderMask(all);
    }
  }

  /** Connects again after {@link #disconnect}, to change the database. */
  void reconnect() {
    createsDatabase = true;
    cleaner = Optional.empty();
    connection = openConnection();
    // The new connection may have another search path: the run stays where it began.
    history = openHistory(Optional.of(schema.name()));
  }

  /** Connects to the database that did not exist when the session was opened, if it exists now. */
  void openMissingDatabase() {
    if (missing && driver.missingDatabase(dsn).isEmpty()) {
      Connections.closeQuietly(connection());
      cleaner = Optional.empty();
      connection = openConnection();
      history = openHistory(Optional.of(schema.name()));
    }
  }

  private MigratorConnection openConnection() {
    missing = !createsDatabase && driver.missingDatabase(dsn).isPresent();
    return Connections.connectMigrator(
        dsn,
        new SessionOptions(
            "slipway migrate",
            settings.ddlLockTimeout(),
            settings.statementTimeout(),
            createsDatabase),
        deadline().remaining(settings.waitForDatabase()),
        reporter::log);
  }

  private HistoryTable openHistory(Optional<String> wanted) {
    try {
      if (isolated()) {
        return retryWhileBlocked(
            () -> HistoryTable.open(connection(), driver, settings.table(), wanted));
      }
      beginWithSettings();
      HistoryTable opened = HistoryTable.open(connection(), driver, settings.table(), wanted);
      SqlQueries.execute(connection(), "COMMIT");
      return opened;
    } catch (SQLException e) {
      close();
      throw failure(e, "cannot read the state of " + dsn.target(), Optional.empty());
    } catch (SlipwayException e) {
      close();
      throw e;
    }
  }

  /** The server then describes the session as a migration will find it. */
  private void beginWithSettings() {
    try {
      SqlQueries.execute(connection(), "BEGIN;" + connection.settings());
    } catch (SQLException e) {
      throw Connections.connectionFailure(dsn, e, Duration.ZERO);
    }
  }

  /** Whether a database has several schemas, of which the search path chooses one. */
  boolean hasSchemas() {
    return driver.hasSchemas();
  }

  /** Follows the history in another schema than the one the connection chose. */
  void switchSchema(String other) throws SQLException {
    schema = TargetSchema.of(other, false, driver, history.server().searchPath());
    history = HistoryTable.open(connection(), driver, settings.table(), Optional.of(other));
  }

  /** Gives the connection back to the server while a person thinks. */
  void disconnect() {
    if (!sharedConnection) {
      Connections.closeQuietly(connection());
    } else {
      restore();
    }
    run.ifPresent(CancellationToken.Run::close);
    run = Optional.empty();
  }

  /** Starts to watch the messages. */
  void startWatching() {
    watchdog.start(sharedConnection ? Optional.empty() : Optional.of(connection()));
    if (run.isEmpty()) {
      run = Optional.of(stop.begin());
    }
  }

  /** Observes long messages from now on, and renews the lock. */
  void observe(MigrationLock lock) {
    observer.start(lock);
  }

  /** Makes this query on another connection, again and again, while a long message is under way. */
  void observeProgress(Optional<SessionObserver.ProgressQuery> query) {
    observer.observeProgress(query);
  }

  /** Limits the wait for the migration lock, also while the server does not respond. */
  void limitLockWait(Optional<Deadline> limit) {
    watchdog.limitLockWait(limit);
  }

  /**
   * Sends a text of one or many statements and reads all answers.
   *
   * @param cancellable whether a signal cancels it; otherwise it is waited for while it runs. The
   *     deadline of the run cancels either.
   * @throws SlipwayException (retry) if the run has to end; then nothing is sent
   */
  void execute(String sql, boolean cancellable) throws SQLException {
    execute(sql, cancellable, _ -> {});
  }

  /**
   * The same, handing out the times that the text asks for ({@link MigrationBatchSql#TIME_COLUMN}).
   */
  void execute(String sql, boolean cancellable, IntConsumer times) throws SQLException {
    requireNotOver();
    executeMessage(sql, cancellable, times);
  }

  /** Sends a text even when the run has to end: what has been begun outside a transaction. */
  void executeUnchecked(String sql) throws SQLException {
    executeUnchecked(sql, false);
  }

  /** The same, which a signal may break off. */
  void executeUnchecked(String sql, boolean cancellable) throws SQLException {
    if (!sql.isEmpty()) {
      executeMessage(sql, cancellable, _ -> {});
    }
  }

  /** Sends one large statement in UTF-8, also when the run has to end. */
  void executeLargeUnchecked(byte[] utf8, boolean cancellable) throws SQLException {
    executeMessage(cancellable, statement -> driver.executeLarge(statement, utf8, _ -> {}));
  }

  private void executeMessage(String sql, boolean cancellable, IntConsumer times)
      throws SQLException {
    executeMessage(
        cancellable,
        statement -> driver.execute(statement, sql, result -> readResult(result, times)));
  }

  /** Sends a message on a statement of the connection. */
  private interface Sender {
    void send(Statement statement) throws SQLException;
  }

  private void executeMessage(boolean cancellable, Sender sender) throws SQLException {
    try (Statement statement = connection().createStatement()) {
      statement.setEscapeProcessing(false);
      watchdog.begin(statement::cancel, cancellable, sessionNumber());
      boolean failed = true;
      try {
        sender.send(statement);
        failed = false;
      } finally {
        notices.ended(statement, failed);
      }
    } catch (SQLException e) {
      blocker = observer.blockers();
      throw e;
    } finally {
      watchdog.end();
    }
  }

  private void readResult(ResultSet result, IntConsumer times) throws SQLException {
    if (driver.readNotices(result, notices)) {
      return;
    }
    if (result.getMetaData().getColumnCount() == 1
        && result.getMetaData().getColumnLabel(1).equals(MigrationBatchSql.TIME_COLUMN)) {
      while (result.next()) {
        times.accept(result.getInt(1));
      }
    }
  }

  @Override
  public <T> List<T> query(String sql, RowReader<T> reader, String... parameters)
      throws SQLException {
    requireNotOver();
    List<T> rows = new ArrayList<>();
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      watchdog.begin(statement::cancel, true, sessionNumber());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.add(reader.read(row));
        }
      }
    } finally {
      watchdog.end();
    }
    return rows;
  }

  /**
   * Sends rows to PostgreSQL's COPY.
   *
   * @param cancellable as above
   */
  void copy(String sql, Reader rows, boolean cancellable) throws SQLException {
    requireNotOver();
    watchdog.begin(() -> driver.cancelCopy(connection()), cancellable, sessionNumber());
    try {
      driver.copy(connection(), sql, rows, notices);
    } finally {
      watchdog.end();
    }
  }

  /** Reads a statement of a step before it is sent, for {@link #cleanUp}. */
  void observe(String sql) throws SQLException {
    if (cleaner.isEmpty()) {
      cleaner = driver.sessionCleaner(connection());
    }
    if (cleaner.isPresent()) {
      cleaner.get().observe(sql);
    }
  }

  /** Removes what a step, which is complete, has left in the session. */
  void cleanUp(String step) {
    try {
      if (cleaner.isPresent()) {
        cleaner.get().clean();
      }
    } catch (SQLException e) {
      throw failure(e, "cannot remove what migration " + step + " has left in the session");
    }
  }

  /** A call of the database outside of any migration. */
  interface DatabaseCall<T> {
    T run() throws SQLException;
  }

  /**
   * Makes a call outside of any migration, and again while other sessions block it, at most as long
   * as a run waits for the migration lock.
   */
  <T> T retryWhileBlocked(DatabaseCall<T> call) throws SQLException {
    Deadline limit = Deadline.in(settings.lockTimeout());
    Backoff backoff = new Backoff(BLOCKED_PAUSE_MIN, BLOCKED_PAUSE_MAX);
    while (true) {
      try {
        return call.run();
      } catch (SQLException e) {
        if (!isBlocked(e) || limit.passed() || isOver()) {
          throw e;
        }
        reporter.log("waiting for another session on " + dsn.target() + ": " + errorMessage(e));
      }
      pause(limit.remaining(backoff.next()));
    }
  }

  private boolean isBlocked(SQLException e) throws SQLException {
    return driver.exitCode(e) == ExitCode.RETRY
        && !driver.isTimeout(e)
        && !driver.isDiskFull(e)
        && !connection().isClosed();
  }

  /** Waits between two tries, at most until the run has to end. */
  void sleep(Duration duration) {
    stop.pause(duration);
  }

  /** The same where nothing is left to be tidied up: the end of the run ends it. */
  void pause(Duration duration) {
    sleep(duration);
    requireNotOver();
  }

  /** Whether nothing more may be sent. */
  boolean isOver() {
    return stop.isOver();
  }

  void requireNotOver() {
    if (isOver()) {
      throw endOfRun();
    }
  }

  /** Why nothing more is sent. */
  SlipwayException endOfRun() {
    SlipwayException end = stop.endOfRun();
    return blocker
        .map(
            who ->
                SlipwayException.of(
                        end.exitCode(), end.getMessage() + "; the last step was blocked by " + who)
                    .hint(end.hint().orElseThrow()))
        .orElse(end);
  }

  /** Describes a database error outside of any migration. */
  SlipwayException failure(SQLException e, String what) {
    return failure(e, what, privilegeHint(e, ""));
  }

  private SlipwayException failure(SQLException e, String what, Optional<String> hint) {
    if (isOver()) {
      return endOfRun().cause(e);
    }
    SlipwayException failure =
        SlipwayException.of(driver.exitCode(e), what + ": " + errorMessage(e) + details(e))
            .cause(e);
    return driver.isDiskFull(e)
        ? failure.hint(MigrationRun.DISK_FULL_HINT)
        : hint.map(failure::hint).orElse(failure);
  }

  /** The hint for a privilege that a statement lacked, with the GRANT to run. */
  Optional<String> privilegeHint(SQLException e, String sql) {
    return driver.privilegeHint(connection(), history.server(), e, sql).map(dsn::redact);
  }

  @Override
  public void log(String message) {
    reporter.log(message);
  }

  @Override
  public String errorMessage(SQLException e) {
    return (driver.isDiskFull(e) ? "the disk is full: " : "")
        + placeholders.apply(
            reporter.mayShowRows()
                ? SqlExceptions.describe(e, dsn)
                : SqlExceptions.describeWithoutValues(e, dsn));
  }

  /** The lines that the server adds to its message, each after a line break. */
  String details(SQLException e) {
    return reporter.mayShowRows()
        ? placeholders.apply(SqlExceptions.details(driver.diagnostics(e), dsn))
        : "";
  }

  /** An excerpt of a file, with placeholders as the file has them. */
  String excerpt(String text) {
    return placeholders.apply(text);
  }

  /** The notices of the migration that is under way. */
  NoticeLog notices() {
    return notices;
  }

  Connection connection() {
    return connection.connection();
  }

  /** The connection's database according to the JDBC driver; empty if it reports no database. */
  Optional<String> database() {
    try {
      return Optional.ofNullable(connection().getCatalog());
    } catch (SQLException e) {
      throw failure(e, "cannot read the name of the database");
    }
  }

  /**
   * Whether the connection has a session of the server to itself, see {@link MigratorConnection}.
   */
  boolean isolated() {
    return connection.isolated();
  }

  /** See {@link DatabaseDriver#requireWritable}. */
  void requireWritable() throws SQLException {
    driver.requireWritable(dsn, connection());
  }

  /** The number of the session on the server; 0 without a fixed session. */
  private long sessionNumber() {
    return isolated() ? history.server().session() : 0;
  }

  /** SQL that undoes everything that a step may have set for the session. */
  String resetSql() {
    String settings = isolated() ? connection.settings() : "";
    return driverResetSql() + (settings.isEmpty() ? "" : ";" + settings);
  }

  private String driverResetSql() {
    return driver.resetSql(dsn, history.server().schema(), history.server().reset(), isolated());
  }

  /** Undoes the same outside a transaction, where CockroachDB's DISCARD ALL has to stand alone. */
  void reset() throws SQLException {
    executeUnchecked(driverResetSql());
    executeUnchecked(isolated() ? connection.settings() : "");
  }

  /** SQL, ending in a semicolon, with which a transaction of a step starts, after BEGIN. */
  String transactionSettings() {
    return (isolated() ? "" : connection.settings()) + driver.setSearchPath(schema.path(), true);
  }

  Dsn dsn() {
    return dsn;
  }

  DatabaseDriver driver() {
    return driver;
  }

  HistoryTable history() {
    return history;
  }

  /** The history of the run's schema, on another connection. */
  HistoryTable historyOn(Connection other) throws SQLException {
    return HistoryTable.open(other, driver, settings.table(), Optional.of(schema.name()));
  }

  /** The schema of the run. */
  TargetSchema schema() {
    return schema;
  }

  Settings.Migrate settings() {
    return settings;
  }

  Deadline deadline() {
    return stop.deadline();
  }

  /** The end of the run before its completion. */
  CancellationToken stop() {
    return stop;
  }

  ProgressReporter reporter() {
    return reporter;
  }

  /** Who stood in the way of the last message that failed, as far as it could be seen. */
  Optional<String> blocker() {
    return blocker;
  }

  @Override
  public void close() {
    disconnect();
    watchdog.close();
    observer.close();
  }

  /** Gives a shared connection back to its owner with the settings that the owner relies on. */
  private void restore() {
    try {
      executeUnchecked(driver.restoreSql(dsn));
    } catch (SQLException e) {
      throw failure(e, "cannot restore the settings of the connection");
    }
  }
}
