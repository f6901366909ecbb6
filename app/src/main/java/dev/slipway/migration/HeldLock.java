package dev.slipway.migration;

import dev.slipway.config.Backoff;
import dev.slipway.config.IoErrors;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationLock;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** The migration lock while this run holds it. */
final class HeldLock implements AutoCloseable {
  private static final Duration MIN_BACKOFF = Duration.ofMillis(50);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(1);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final MigrationSession session;
  private final MigrationLock lock;
  private Optional<MigrationLock> firstMigration = Optional.empty();

  private HeldLock(MigrationSession session, MigrationLock lock) {
    this.session = session;
    this.lock = lock;
  }

  /**
   * Acquires the lock, and logs its holder while it waits.
   *
   * @throws SlipwayException (retry) if the lock is not free within the limit
   */
  static HeldLock acquire(MigrationSession session, Duration limit) {
    LockTarget target =
        new LockTarget(
            session.dsn(),
            session.isolated(),
            session.history().table(),
            session::connection,
            session.history()::create);
    HeldLock held = new HeldLock(session, session.driver().migrationLock(target, Hostname.get()));
    session.startWatching();
    Deadline deadline = Deadline.in(limit);
    session.limitLockWait(Optional.of(deadline));
    try {
      held.acquire(deadline, held.lock);
      Optional<MigrationLock> first =
          session.driver().firstMigrationLock(target, session.settings().table());
      if (first.isPresent() && held.startsHistoryImplicitly()) {
        held.acquire(deadline, first.get());
        held.firstMigration = first;
      }
    } catch (SQLException e) {
      throw deadline.passed() && !session.isOver()
          ? noAnswer(session, deadline).cause(e)
          : session.failure(e, "cannot take the migration lock");
    } catch (IOException e) {
      throw SlipwayException.of(
              String.valueOf(e.getMessage()).contains("No space left on device")
                  ? ExitCode.RETRY
                  : ExitCode.USAGE,
              "cannot lock " + fileOf(e, session) + ": " + IoErrors.describe(e))
          .hint("the folder of the database must be writable: SQLite writes its journal there too")
          .cause(e);
    }
    session.limitLockWait(Optional.empty());
    session.observe(held.lock);
    return held;
  }

  private static SlipwayException noAnswer(MigrationSession session, Deadline limit) {
    return SlipwayException.of(
            ExitCode.RETRY,
            "cannot take the migration lock: no answer from "
                + session.dsn().target()
                + " within "
                + limit.elapsed().toSeconds()
                + " s")
        .hint("run it again when the server responds; or wait longer with --lock-timeout");
  }

  private static String fileOf(IOException e, MigrationSession session) {
    return e instanceof FileSystemException file && file.getFile() != null
        ? file.getFile()
        : session.dsn().target();
  }

  private void acquire(Deadline limit, MigrationLock wanted) throws SQLException, IOException {
    Deadline nextLog = Deadline.in(Duration.ofMillis(1));
    Backoff backoff = new Backoff(MIN_BACKOFF, MAX_BACKOFF);
    while (!wanted.tryAcquire()) {
      if (limit.passed()) {
        throw SlipwayException.of(
                ExitCode.RETRY,
                "another migrator holds the lock: "
                    + holder(wanted)
                    + "; waited "
                    + limit.elapsed().toSeconds()
                    + " s for it")
            .hint("see what it does; or wait longer with --lock-timeout");
      }
      if (nextLog.passed()) {
        session.reporter().log("waiting for another migrator: " + holder(wanted));
        nextLog = Deadline.in(LOG_INTERVAL);
      }
      session.pause(limit.remaining(backoff.next()));
    }
  }

  private static String holder(MigrationLock lock) throws SQLException {
    return lock.holder().orElse("it has just ended");
  }

  /**
   * Whether this run may start a history in a schema that nothing names explicitly. Two such runs
   * with different search paths have different locks, and neither sees the other's history before
   * its first row is committed.
   */
  private boolean startsHistoryImplicitly() throws SQLException {
    if (session.schema().explicit()) {
      return false;
    }
    session.history().refresh();
    return session.history().read().isEmpty();
  }

  /** The first row of the history is committed: another schema's run can see it. */
  void firstRowCommitted() {
    firstMigration.ifPresent(this::release);
    firstMigration = Optional.empty();
  }

  /** SQL that starts a message, see {@link MigrationLock#guard}. */
  String guard() {
    return lock.guard();
  }

  /** Whether an error is that of the guard. */
  boolean isLost(SQLException e) {
    return lock.isLost(e) || lock.isHistoryChanged(e);
  }

  /** Whether a transaction holds the lock, see {@link MigrationLock#perTransaction}. */
  boolean perTransaction() {
    return lock.perTransaction();
  }

  /** Waits until no other migrator holds a lock that is taken for each transaction. */
  void awaitRelease() throws SQLException {
    try {
      acquire(Deadline.in(session.settings().lockTimeout()), lock);
    } catch (IOException e) {
      throw new IllegalStateException("a lock of a transaction is no file", e);
    }
  }

  /** See {@link MigrationLock#rememberHistory}. */
  void rememberHistory() throws SQLException {
    lock.rememberHistory();
  }

  /** See {@link MigrationLock#isHistoryChanged}. */
  boolean isHistoryChanged(SQLException e) {
    return lock.isHistoryChanged(e);
  }

  /** The end of a run whose lock is lost. */
  SlipwayException lostException() {
    if (lock.perTransaction()) {
      return SlipwayException.of(
              ExitCode.RETRY, "another migrator holds the lock, or has changed the history")
          .hint("run it again when the other migrator has ended");
    }
    return SlipwayException.of(
            ExitCode.RETRY,
            "the migration lock is lost: this database session does not hold it any more, so"
                + " another migrator may be running")
        .hint(
            "the connection to "
                + session.dsn().target()
                + " may lead through a proxy that changes sessions: give the migrator a DSN with"
                + " the address of the server");
  }

  @Override
  public void close() {
    firstRowCommitted();
    release(lock);
  }

  private void release(MigrationLock held) {
    try {
      held.release();
    } catch (SQLException | IOException e) {
      // The connection is lost, and the lock with it.
      System.getLogger(HeldLock.class.getName()).log(System.Logger.Level.DEBUG, "unlock", e);
    }
  }
}
