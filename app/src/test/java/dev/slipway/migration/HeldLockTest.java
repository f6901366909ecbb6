package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Drivers;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationLock;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for the migration lock, on SQLite, whose lock is a file. */
@Timeout(20)
class HeldLockTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  @TempDir Path folder;

  private final CancellationToken stop = new CancellationToken();
  private final List<String> log = new ArrayList<>();
  private Dsn dsn;
  private MigrationSession session;
  private MigrationLock other;

  @BeforeEach
  void setUp() {
    dsn = Drivers.parse("sqlite://" + folder.resolve("x.db"));
    ProgressReporter reporter =
        new ProgressReporter() {
          @Override
          public void log(String line) {
            log.add(line);
          }

          @Override
          public void completed(MigrationStep step, Duration time) {}
        };
    session =
        new MigrationSession(
            dsn, new MigrationFixture(folder).settings(), stop, reporter, Optional.empty(), true);
    other =
        Drivers.of(dsn)
            .migrationLock(new LockTarget(dsn, true, "t", session::connection, () -> {}), "a host");
  }

  @AfterEach
  void tearDown() {
    session.close();
  }

  @Test
  void aFreeLockIsHeldUntilItIsClosed() throws Exception {
    try (HeldLock held = HeldLock.acquire(session, LONG)) {
      assertFalse(other.tryAcquire());
      held.firstRowCommitted();
      assertFalse(other.tryAcquire());
    }
    assertTrue(other.tryAcquire());
    assertEquals(List.of(), log);
  }

  @Test
  void aLockOfAnotherMigratorEndsTheWaitAtItsLimit() throws Exception {
    assertTrue(other.tryAcquire());
    SlipwayException e =
        assertThrows(
            SlipwayException.class, () -> HeldLock.acquire(session, Duration.ofMillis(120)));
    String holder = "process " + ProcessHandle.current().pid() + " on a host";
    assertEquals(ExitCode.RETRY, e.exitCode());
    assertEquals(
        "another migrator holds the lock: " + holder + "; waited 0 s for it", e.getMessage());
    assertEquals(Optional.of("see what it does; or wait longer with --lock-timeout"), e.hint());
    assertEquals(List.of("waiting for another migrator: " + holder), log);
  }

  @Test
  void aWaitingMigratorAcquiresAReleasedLock() throws Exception {
    assertTrue(other.tryAcquire());
    Thread release =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (log.isEmpty()) {
                    Thread.onSpinWait();
                  }
                  try {
                    other.release();
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                });
    HeldLock.acquire(session, LONG).close();
    release.join();
    assertEquals(1, log.size());
  }

  @Test
  void aCancelledMigratorStopsWaiting() throws Exception {
    assertTrue(other.tryAcquire());
    stop.cancel();
    SlipwayException e =
        assertThrows(SlipwayException.class, () -> HeldLock.acquire(session, LONG));
    assertEquals(ExitCode.RETRY, e.exitCode());
    assertEquals("stopped by a signal", e.getMessage());
  }

  @Test
  void aLockFileThatCannotBeOpenedIsAUsageErrorWithItsPath() throws Exception {
    Path file = Files.createDirectory(folder.resolve("x.db.slipway-lock"));
    SlipwayException e =
        assertThrows(SlipwayException.class, () -> HeldLock.acquire(session, LONG));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().startsWith("cannot lock " + file + ": "), e.getMessage());
  }
}
