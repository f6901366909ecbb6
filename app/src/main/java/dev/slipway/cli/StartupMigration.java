package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.MigrationPlan;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.pool.ConnectionPool;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Brings the schema up while the server already listens: waits for the database as long as it takes
 * and tries again what a retry can help. Anything else is the end of the server, with its exit
 * code.
 */
final class StartupMigration implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StartupMigration.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ConnectionPool database;
  private final Settings.Migrate settings;
  private final ShutdownSignals signals;
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final Thread thread;
  private volatile CancellationToken stop;
  private volatile boolean closing;
  private volatile @Nullable SlipwayException failure;

  /** Waits for {@link #begin}. */
  StartupMigration(ConnectionPool database, Settings.Migrate settings, ShutdownSignals signals) {
    this.database = database;
    this.settings = settings;
    this.signals = signals;
    this.stop = new CancellationToken(settings.timeout());
    this.thread = Thread.ofPlatform().name("migrate").daemon().unstarted(this::run);
  }

  /** Begins on a thread of its own; a failure asks the signals for the end. */
  void begin() {
    // At once, not after the server has ended: a database that does not respond takes its time.
    signals.then(this::cancel);
    thread.start();
  }

  /** Why it ended the server, if it did. */
  Optional<SlipwayException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Ends what is under way: a transaction is rolled back, and any other statement is waited for
   * while it runs. A server that does not respond is not waited for.
   */
  @Override
  public void close() {
    cancel();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      stop.await(ended);
    } catch (SlipwayException e) {
      LOG.log(Level.WARNING, e.getMessage());
      // The connections of the pool do not respond either.
      signals.haltAfter(DeadlineRunner.REPORT, ExitCode.DONE);
    }
  }

  private void cancel() {
    closing = true;
    stop.cancel();
  }

  private void run() {
    String told = "";
    try {
      while (!closing) {
        try {
          // Each attempt has the whole time.
          stop = new CancellationToken(settings.timeout());
          if (closing) {
            return;
          }
          up();
          return;
        } catch (SlipwayException fault) {
          if (closing) {
            LOG.log(Level.WARNING, fault.getMessage());
            return;
          }
          if (fault.exitCode() != ExitCode.RETRY) {
            throw fault;
          }
          if (!told.equals(fault.getMessage())) {
            told = fault.getMessage();
            LOG.log(Level.WARNING, "cannot migrate yet: " + told);
          }
        }
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | SQLException e) {
      failure =
          e instanceof SlipwayException fault
              ? fault
              : SlipwayException.of(ExitCode.FAULT, "cannot migrate: " + e.getMessage()).cause(e);
      signals.ask();
    } finally {
      ended.complete(true);
    }
  }

  private void up() throws SQLException {
    // Reads the DSN's file again, which may have changed while the database was unavailable.
    Dsn dsn = database.dsn();
    if (dsn.inMemory()) {
      try (Connection only = theOnlyOne();
          MigrationService migrations =
              MigrationService.on(only, dsn, settings, stop, new LogReporter())) {
        up(migrations);
      }
    } else {
      try (MigrationService migrations =
          MigrationService.connect(dsn, settings, stop, new LogReporter())) {
        up(migrations);
      }
    }
  }

  /** On a machine that is busy enough it may come later than a borrower waits. */
  private Connection theOnlyOne() {
    try {
      return database.connection();
    } catch (SQLException e) {
      throw database.describeFailure(e);
    }
  }

  private static void up(MigrationService migrations) {
    MigrationPlan plan = migrations.plan(Direction.UP, MigrationPlan.Target.all());
    plan.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
    int done = migrations.apply(plan, false);
    LOG.log(
        Level.INFO,
        done == 0 ? "nothing to migrate" : "migrated " + migrations.target() + ": " + done);
  }
}
