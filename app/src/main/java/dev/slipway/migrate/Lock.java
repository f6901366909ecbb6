package dev.slipway.migrate;

import dev.slipway.db.Cockroach;
import dev.slipway.db.Dialect;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One migrator at a time. On each database it is the lock of plain Flyway, so that the two exclude
 * each other: an advisory lock on PostgreSQL, a named lock on MySQL, a row of the history on
 * CockroachDB. Plain Flyway has none on SQLite; there it is a lock of the operating system on a
 * file beside the database. All but the row go with the process that held them; the row is renewed
 * and expires. The lock is asked for again and again, never waited for inside a statement: such a
 * wait deadlocks with another session's CREATE INDEX CONCURRENTLY.
 */
final class Lock implements AutoCloseable {
  /** Flyway's number for its PostgreSQL locks, to which it adds the hash of the table's name. */
  private static final long FLYWAY_NUMBER = 77431708279161L;

  private static final Duration PAUSE_MAX = Duration.ofSeconds(1);
  private static final Duration REMARK_EVERY = Duration.ofSeconds(10);
  private static final long BEAT_NANOS = 10_000_000_000L;
  private static final int ROW_EXPIRES_SECONDS = 60;
  private static final int ROW_REMOVAL_TRIES = 20;
  private static final String LOST = "slipway-lock-lost";

  /** Somebody else has made the table, or the row, at the same moment. */
  private static final Set<String> RACES_LOST = Set.of("40001", "42P07", "23505");

  private static final int MYSQL_INVALID_JSON = 3141;

  private final Session session;
  private final Dialect dialect;
  private final String table;
  private final String rowId = UUID.randomUUID().toString().replace("-", "");
  private FileChannel file;
  private long beaten = System.nanoTime();

  private Lock(Session session) {
    this.session = session;
    this.dialect = session.dialect();
    this.table = session.history().table();
  }

  /**
   * Takes the lock, asking until the limit is over and saying whom it waits for.
   *
   * @throws Fault (retry) if it cannot be had in time
   */
  static Lock acquire(Session session, Duration limit) {
    Lock lock = new Lock(session);
    try {
      lock.acquire(Deadline.in(limit));
    } catch (SQLException e) {
      throw session.fault(e, "cannot take the migration lock");
    } catch (IOException e) {
      throw Fault.usage(
              "cannot lock "
                  + lock.lockFile().map(Path::toString).orElse("the database")
                  + ": "
                  + MigrationFile.reason(e))
          .hint("the folder of the database must be writable: SQLite writes its journal there too")
          .cause(e);
    }
    session.guardFrom(lock);
    return lock;
  }

  private void acquire(Deadline limit) throws SQLException, IOException {
    Deadline remark = Deadline.in(Duration.ofMillis(1));
    Duration pause = Duration.ofMillis(50);
    while (!tried()) {
      if (limit.passed()) {
        throw Fault.of(
                ExitCode.RETRY,
                "another migrator holds the lock: "
                    + holder()
                    + "; waited "
                    + limit.elapsed().toSeconds()
                    + " s for it")
            .hint("see what it does; or wait longer with --lock-timeout");
      }
      if (remark.passed()) {
        session.reporter().story("waiting for another migrator: " + holder());
        remark = Deadline.in(REMARK_EVERY);
      }
      session.pause(limit.remaining(pause));
      pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
    }
    beaten = System.nanoTime();
  }

  private boolean tried() throws SQLException, IOException {
    return switch (dialect.kind()) {
      case POSTGRES -> truth("SELECT pg_try_advisory_lock(" + number() + ")");
      case MYSQL -> truth("SELECT GET_LOCK('" + name() + "', 0) = 1");
      case COCKROACH -> triedRow();
      case SQLITE -> triedFile();
    };
  }

  /** A race for the row that another migrator has won is an answer too. */
  private boolean triedRow() throws SQLException {
    try {
      return madeRow();
    } catch (SQLException e) {
      if (RACES_LOST.contains(String.valueOf(e.getSQLState()))) {
        return false;
      }
      throw e;
    }
  }

  private long number() {
    return FLYWAY_NUMBER + table.hashCode();
  }

  private String name() {
    return "Flyway-" + table.hashCode();
  }

  private boolean truth(String question) throws SQLException {
    return answer(question).map(text -> text.equals("t") || text.equals("1")).orElse(false);
  }

  private Optional<String> answer(String question) throws SQLException {
    try (Statement statement = session.connection().createStatement();
        ResultSet row = statement.executeQuery(question)) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    }
  }

  /** The row stands in the table that it guards, so that has to be there first. */
  private boolean madeRow() throws SQLException {
    session.history().create();
    try (Statement statement = session.connection().createStatement()) {
      statement.executeUpdate(
          "DELETE FROM "
              + table
              + " WHERE installed_rank = "
              + History.LOCK_RANK
              + " AND (script = 'slipway' AND installed_on < clock_timestamp()"
              + " - INTERVAL '"
              + ROW_EXPIRES_SECONDS
              + " seconds' OR script <> 'slipway'"
              + " AND installed_on < clock_timestamp() - INTERVAL '10 minutes')");
      return 1
          == statement.executeUpdate(
              "INSERT INTO "
                  + table
                  + " (installed_rank, version,"
                  + " description, type, script, checksum, installed_by, installed_on, execution_time,"
                  + " success) VALUES ("
                  + History.LOCK_RANK
                  + ", '"
                  + rowId
                  + "', 'flyway-lock', '',"
                  + " 'slipway', 0, "
                  + session.history().literal(Host.name())
                  + ", clock_timestamp(), 0,"
                  + " TRUE) ON CONFLICT (installed_rank) DO NOTHING");
    }
  }

  private Optional<Path> lockFile() {
    return session
        .dsn()
        .sqliteFile()
        .map(path -> path.resolveSibling(path.getFileName() + ".slipway-lock"));
  }

  private boolean triedFile() throws IOException {
    Optional<Path> path = lockFile();
    if (path.isEmpty()) {
      return true;
    }
    FileChannel channel =
        FileChannel.open(path.get(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!locked(channel)) {
      channel.close();
      return false;
    }
    // It stays open, and is opened nowhere else in this process: to close any channel of a file
    // gives up the process's locks on it. For the same reason the file is never removed.
    file = channel;
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            ("process " + ProcessHandle.current().pid() + " on " + Host.name())
                .getBytes(StandardCharsets.UTF_8)));
    return true;
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another thread of this process holds it: the same as another process.
      return false;
    }
  }

  /** Whom we wait for, as far as the database says. */
  private String holder() throws SQLException {
    return switch (dialect.kind()) {
      case POSTGRES ->
          answer(
                  """
          SELECT 'session ' || a.pid || ' (user ' || coalesce(a.usename, '?')
            || coalesce(', application ' || nullif(a.application_name, ''), '')
            || coalesce(' from ' || host(a.client_addr), '') || '), connected since '
            || to_char(a.backend_start, 'HH24:MI:SS')
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
          WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
            AND l.classid::bigint = %d AND l.objid::bigint = %d
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
                      .formatted(number() >>> 32, number() & 0xFFFFFFFFL))
              .orElse("it has just ended");
      case MYSQL ->
          answer("SELECT CONCAT('session ', IS_USED_LOCK('" + name() + "'))")
              .orElse("it has just ended");
      case COCKROACH ->
          answer(
                  "SELECT coalesce(nullif(installed_by, ''), 'plain Flyway')"
                      + " || ', last seen ' || installed_on FROM "
                      + table
                      + " WHERE installed_rank = "
                      + History.LOCK_RANK)
              .orElse("it has just ended");
      case SQLITE -> fileHolder();
    };
  }

  private String fileHolder() {
    try {
      String text = Files.readString(lockFile().orElseThrow());
      return text.startsWith("process ") ? text : "a process that has just begun";
    } catch (IOException e) {
      return "it has just ended";
    }
  }

  /**
   * SQL, ending in a semicolon, with which a message begins: it fails when this backend does not
   * hold the lock, and then the rest of the message does not run. Empty where the lock cannot get
   * lost without the process.
   */
  String guard() {
    return switch (dialect.kind()) {
      case POSTGRES ->
          """
          SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_locks
            WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid() AND granted
              AND classid::bigint = %d AND objid::bigint = %d AND objsubid = 1)
            THEN 1 ELSE ('%s-' || pg_catalog.pg_backend_pid())::int END;
          """
              .formatted(number() >>> 32, number() & 0xFFFFFFFFL, LOST);
      case COCKROACH ->
          """
          SELECT CASE WHEN EXISTS (SELECT 1 FROM %s WHERE installed_rank = %d AND version = '%s')
            THEN 1 ELSE ('%s-' || now()::text)::int END;
          """
              .formatted(table, History.LOCK_RANK, rowId, LOST);
      case MYSQL ->
          "SELECT IF(IS_USED_LOCK('"
              + name()
              + "') = CONNECTION_ID(), 1,"
              + " JSON_EXTRACT(CONCAT('"
              + LOST
              + "-', CONNECTION_ID()), '$'));\n";
      case SQLITE -> "";
    };
  }

  /** Whether an error is the guard's. */
  boolean lost(SQLException e) {
    return switch (dialect.kind()) {
      case POSTGRES, COCKROACH -> String.valueOf(e.getMessage()).contains(LOST);
      case MYSQL ->
          e.getErrorCode() == MYSQL_INVALID_JSON
              && String.valueOf(e.getMessage()).contains("json_extract");
      case SQLITE -> false;
    };
  }

  /** The end of a run whose lock is gone. */
  Fault lostFault() {
    return Fault.of(
            ExitCode.RETRY,
            "the migration lock is lost: this database session does not "
                + "hold it any more, so another migrator may be running")
        .hint(
            "a transaction pooler (PgBouncer) between Slipway and "
                + session.dsn().target()
                + " hands each message to another session: give the migrator a DSN that leads to the "
                + "database itself, or a pool in session mode");
  }

  private boolean removedRow() throws SQLException {
    try (Statement statement = session.connection().createStatement()) {
      statement.executeUpdate(
          "DELETE FROM "
              + table
              + " WHERE installed_rank = "
              + History.LOCK_RANK
              + " AND version = '"
              + rowId
              + "'");
      return true;
    } catch (SQLException e) {
      if ("40001".equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a lock that expires is due for renewal. */
  boolean beatDue() {
    return dialect instanceof Cockroach && System.nanoTime() - beaten > BEAT_NANOS;
  }

  /** Renews it, on another connection than the one that is busy. */
  void beat(Connection connection) throws SQLException {
    beaten = System.nanoTime();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE "
              + table
              + " SET installed_on = clock_timestamp()"
              + " WHERE installed_rank = "
              + History.LOCK_RANK
              + " AND version = '"
              + rowId
              + "'");
    }
  }

  /** Gives it back. Where the session holds it, closing that is enough and cannot fail. */
  @Override
  public void close() {
    try {
      switch (dialect.kind()) {
        case POSTGRES -> answer("SELECT pg_advisory_unlock(" + number() + ")");
        case MYSQL -> answer("SELECT RELEASE_LOCK('" + name() + "')");
        case COCKROACH -> {
          // A waiting migrator may touch the row at the same time; left behind, it would make
          // everybody wait until it expires.
          boolean removed = false;
          for (int tries = 0; !removed && tries < ROW_REMOVAL_TRIES; tries++) {
            removed = removedRow();
          }
        }
        case SQLITE -> {
          if (file != null) {
            file.truncate(0);
            file.close();
          }
        }
      }
    } catch (SQLException | IOException e) {
      System.getLogger(Lock.class.getName()).log(System.Logger.Level.DEBUG, "unlock", e);
    }
  }
}
