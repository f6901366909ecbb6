package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.db.Database;
import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.Migrations;
import dev.slipway.migrate.Plan;
import dev.slipway.migrate.Step.Direction;
import dev.slipway.migrate.StopSignal;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Brings the schema up while the server already listens: waits for the database as long as it takes
 * and tries again what a retry can help. Anything else is the end of the server, with its exit
 * code.
 */
final class MigrateAtStart implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(MigrateAtStart.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Database database;
  private final Settings.Migrate settings;
  private final StopSignal stop = new StopSignal();
  private final Thread thread;
  private volatile Fault failure;

  private MigrateAtStart(Database database, Settings.Migrate settings, Signals signals) {
    this.database = database;
    this.settings = settings;
    this.thread = Thread.ofPlatform().name("migrate").daemon().unstarted(() -> run(signals));
  }

  /** Begins at once, on a thread of its own; a failure asks the signals for the end. */
  static MigrateAtStart begin(Database database, Settings.Migrate settings, Signals signals) {
    var migrate = new MigrateAtStart(database, settings, signals);
    migrate.thread.start();
    return migrate;
  }

  /** Why it ended the server, if it did. */
  Optional<Fault> failure() {
    return Optional.ofNullable(failure);
  }

  /** Ends what is under way: a transaction is rolled back, anything else is waited for. */
  @Override
  public void close() {
    stop.request();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Signals signals) {
    String told = "";
    try {
      while (!stop.requested()) {
        try {
          up();
          return;
        } catch (Fault fault) {
          if (fault.code() != ExitCode.RETRY) {
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
          e instanceof Fault fault
              ? fault
              : Fault.of(ExitCode.FAULT, "cannot migrate: " + e.getMessage()).cause(e);
      signals.ask();
    }
  }

  private void up() throws SQLException {
    // Asked for each time: the DSN's file may have changed while the database was away.
    Dsn dsn = database.dsn();
    if (dsn.memory()) {
      try (Connection only = theOnlyOne();
          Migrations migrations = Migrations.on(only, dsn, settings, stop, new LoggedRun())) {
        up(migrations);
      }
    } else {
      try (Migrations migrations = Migrations.connect(dsn, settings, stop, new LoggedRun())) {
        up(migrations);
      }
    }
  }

  /** On a machine that is busy enough it may come later than a borrower waits. */
  private Connection theOnlyOne() {
    try {
      return database.connection();
    } catch (SQLException e) {
      throw database.fault(e);
    }
  }

  private static void up(Migrations migrations) {
    Plan plan = migrations.plan(Direction.UP, Plan.Target.all());
    plan.remarks().forEach(remark -> LOG.log(Level.INFO, remark));
    int done = migrations.apply(plan, false);
    LOG.log(
        Level.INFO,
        done == 0 ? "nothing to migrate" : "migrated " + migrations.target() + ": " + done);
  }
}
