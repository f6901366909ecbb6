package dev.slipway.migrate;

import dev.slipway.config.Settings;
import dev.slipway.db.Dsn;
import dev.slipway.db.Postgres;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.MigrationFile.Content;
import dev.slipway.migrate.Plan.Target;
import dev.slipway.migrate.Reconciliation.Edited;
import dev.slipway.migrate.SqlScript.Kind;
import dev.slipway.migrate.Step.Direction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The door to everything that migrations are: a connection to one database, and the files for it.
 * Every failure is a {@link Fault}. For one thread; what may come from others is the {@link
 * StopSignal}.
 */
public final class Migrations implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Session session;
  private final MigrationFiles files;
  private final StepReader reader;
  private Lock lock;

  private Migrations(Session session, MigrationFiles files) {
    this.session = session;
    this.files = files;
    this.reader = new StepReader(session.dialect(), session.settings().placeholders());
  }

  /**
   * Reads the names of the files, then connects, waiting for the database as the settings say.
   *
   * @throws Fault (usage) for files or a DSN that are wrong, (retry) if the database is away
   */
  public static Migrations connect(
      Dsn dsn, Settings.Migrate settings, StopSignal stop, Reporter reporter) {
    if (dsn.memory()) {
      throw Fault.usage(
              "`memory` is a database that ends with its process, so there is nothing to "
                  + "migrate")
          .hint("`slipway serve` migrates it at every start; for a file, write sqlite://FILE");
    }
    MigrationFiles files = MigrationFiles.load(settings.paths(), dsn.dialect());
    return new Migrations(Session.connect(dsn, settings, stop, reporter), files);
  }

  /** The same on a connection that stays the caller's: an in-memory database has only one. */
  public static Migrations on(
      Connection connection,
      Dsn dsn,
      Settings.Migrate settings,
      StopSignal stop,
      Reporter reporter) {
    MigrationFiles files = MigrationFiles.load(settings.paths(), dsn.dialect());
    return new Migrations(Session.on(connection, dsn, settings, stop, reporter), files);
  }

  /**
   * Decides what to do, without changing anything.
   *
   * @throws Fault (migration) if files and history do not fit, (usage) for a file that cannot run
   */
  public Plan plan(Direction direction, Target target) {
    Reconciliation schema = reconcile();
    if (!schema.incomplete().isEmpty() && lock == null) {
      // It may be under way right now: only whoever holds the lock can tell.
      lock();
      schema = reconcile();
    }
    return plan(direction, target, schema);
  }

  private Plan plan(Direction direction, Target target, Reconciliation schema) {
    return switch (direction) {
      case UP -> {
        refuseForeignTables(schema);
        yield Plan.up(schema, target, reader);
      }
      case DOWN -> Plan.down(schema, target, reader);
    };
  }

  /** Gives the connection back while a person thinks about a plan. */
  public void disconnect() {
    unlock();
    session.disconnect();
  }

  /** Connects again, with as much patience as at first. */
  public void reconnect() {
    session.reconnect();
  }

  /**
   * Does what the plan says, or what is left of it when another migrator was quicker.
   *
   * @param atomic all of it in one transaction
   * @return how many steps were done
   * @throws Fault (usage) if it cannot be one transaction, (migration) or (retry) if a step fails
   */
  public int apply(Plan plan, boolean atomic) {
    if (atomic) {
      refuseUnlessOneTransaction(plan);
    }
    if (plan.steps().isEmpty()) {
      return 0;
    }
    lock();
    Reconciliation schema = reconcile();
    List<Step> steps = Plan.left(plan, schema, reader);
    if (steps.isEmpty()) {
      return 0;
    }
    new Runner(session, lock, schema.rankMax() + 1, steps).run(atomic);
    return steps.size();
  }

  private void refuseUnlessOneTransaction(Plan plan) {
    String database =
        switch (session.dialect().kind()) {
          case MYSQL -> "MySQL ends a transaction with every CREATE, ALTER or DROP";
          case COCKROACH -> "CockroachDB changes a schema outside of transactions";
          case POSTGRES, SQLITE -> "";
        };
    if (!database.isEmpty()) {
      throw Fault.usage("--atomic cannot be kept here: " + database)
          .hint("leave it out: a migration that fails is named, and `up` goes on from there");
    }
    plan.steps().stream()
        .filter(step -> !step.transactional())
        .findFirst()
        .ifPresent(
            step -> {
              throw Fault.usage(
                      "--atomic cannot be kept: "
                          + step.file().script()
                          + " runs outside a transaction")
                  .hint(
                      "run up to it with --to first, then it alone with --steps 1, then the rest");
            });
  }

  /** Every version with its state, the unknown ones of the history included. */
  public Status status() {
    return Status.of(reconcile());
  }

  /**
   * Waits until nothing is pending, telling now and then what still is.
   *
   * @throws Fault (retry) if the run's time is over before
   */
  public Status awaitNothingPending() {
    int looked = 0;
    while (true) {
      Status status = status();
      if (!status.pending()) {
        return status;
      }
      if (looked++ % 10 == 0) {
        session.reporter().story("Waiting for migrations to finish...");
        status.lines().stream()
            .filter(line -> line.state().equals("Pending") || line.state().equals("Failed"))
            .limit(10)
            .forEach(line -> session.reporter().story(" - " + line.name()));
      }
      session.pause(LOOK);
    }
  }

  /**
   * Files and history, held against each other at one moment.
   *
   * @param status every version with its state
   * @param applied the files of which the history says that their effect is in the schema, in no
   *     order
   * @param edited applied migrations whose files are others now, a sentence each
   */
  public record Inspection(Status status, Set<MigrationFile> applied, List<String> edited) {}

  /** Looks, and changes nothing. */
  public Inspection inspect() {
    Reconciliation schema = reconcile();
    Set<MigrationFile> applied = new HashSet<>();
    schema.entries().stream()
        .filter(Reconciliation.Entry::applied)
        .forEach(entry -> applied.add(entry.migration().up()));
    schema.repeated().forEach(one -> applied.add(one.file()));
    schema.repeatables().forEach(one -> applied.remove(one.file()));
    return new Inspection(
        Status.of(schema), applied, schema.edited().stream().map(Edited::words).toList());
  }

  /** What this binary makes of the schema. */
  public SchemaState state() {
    return reconcile().schemaState();
  }

  /**
   * Writes a history that begins at a version, for a schema that came about otherwise.
   *
   * @throws Fault (migration) if there is a history already
   */
  public void baseline(Version version) {
    lock();
    try {
      refuseHistory();
      session.history().create();
      session.send(session.history().baseline(1, version));
    } catch (SQLException e) {
      throw session.fault(e, "cannot write the baseline");
    }
  }

  private void refuseHistory() throws SQLException {
    session.history().refresh();
    if (!session.history().read().isEmpty()) {
      throw Fault.of(
              ExitCode.MIGRATION, "there is a history already, in " + session.history().table())
          .hint("`slipway migrate sql status` shows it");
    }
  }

  /**
   * What the history of another tool says of the files, without changing anything.
   *
   * @throws Fault (migration) if there is a history already, or no other tool's, or one that cannot
   *     be taken over
   */
  public Adoption adoptable() {
    try {
      refuseHistory();
      return Adoption.read(
          session.connection(),
          session.dialect(),
          session.history().server().schema(),
          files.versioned());
    } catch (SQLException e) {
      throw session.fault(e, "cannot read another tool's history");
    }
  }

  /**
   * Begins the history with what another tool has applied. Runs no migration, and leaves the other
   * tool's table as it is.
   *
   * @param adoption what {@link #adoptable} has said
   * @throws Fault (migration) if there is a history by now, (retry) if the other tool's has changed
   */
  public void adopt(Adoption adoption) {
    lock();
    if (!adoptable().equals(adoption)) {
      throw Fault.of(
              ExitCode.RETRY,
              adoption.table() + " has changed meanwhile, so nothing was " + "recorded")
          .hint("stop " + adoption.tool() + ", and run this again");
    }
    try {
      for (String message : session.history().adoption(adoption.applied())) {
        session.run(lock.guard() + message, false);
      }
    } catch (SQLException e) {
      throw lock.lost(e) ? lock.lostFault().cause(e) : session.fault(e, "cannot write the history");
    }
  }

  /** What a crash or an edit has left, under the lock, so that nothing of it is under way. */
  public List<Finding> findings() {
    lock();
    return Repair.findings(reconcile(), session.history(), reader);
  }

  /**
   * Clears findings, all in one transaction.
   *
   * @param findings some of those that {@link #findings} has named
   */
  public void repair(List<Finding> findings) {
    lock();
    Set<String> still = new HashSet<>();
    findings().forEach(finding -> still.add(finding.sql()));
    try {
      for (Finding finding : findings) {
        if (still.contains(finding.sql())) {
          session.send(finding.sql());
        }
      }
    } catch (SQLException e) {
      throw session.fault(e, "cannot repair the history");
    }
  }

  private void lock() {
    if (lock == null) {
      lock = Lock.acquire(session, session.settings().lockTimeout());
    }
  }

  private void unlock() {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  private Reconciliation reconcile() {
    try {
      session.history().refresh();
      return Reconciliation.of(files, session.history().read(), this::retryable);
    } catch (SQLException e) {
      throw session.fault(e, "cannot read the history");
    }
  }

  /** A broken CREATE INDEX CONCURRENTLY can be dropped and made again without a person. */
  private boolean retryable(MigrationFile file) {
    if (!(session.dialect() instanceof Postgres)) {
      return false;
    }
    Content content = file.read();
    SqlScript script = SqlScript.parse(content.text(), session.dialect());
    return script.statements().size() == 1
        && script.statements().getFirst().kind() == Kind.CONCURRENT_INDEX;
  }

  private void refuseForeignTables(Reconciliation schema) {
    if (schema.rankMax() > 0) {
      return;
    }
    try {
      List<String> tables = session.history().otherTables();
      // Another migrator may have begun in between: its rows come before its tables, or with them.
      if (tables.isEmpty() || reconcile().rankMax() > 0) {
        return;
      }
      String tool =
          OtherTools.named(tables).map(name -> "; it looks migrated by " + name).orElse("");
      throw Fault.of(
              ExitCode.MIGRATION,
              "the schema `"
                  + session.history().server().schema()
                  + "` has tables ("
                  + some(tables)
                  + ") but no history of migrations"
                  + tool)
          .hint(
              "`slipway migrate sql adopt` takes over the history of another tool, and "
                  + "`slipway migrate sql baseline VERSION` says up to where the schema is migrated");
    } catch (SQLException e) {
      throw session.fault(e, "cannot list the tables");
    }
  }

  private static String some(List<String> tables) {
    List<String> first = tables.subList(0, Math.min(3, tables.size()));
    return String.join(", ", first)
        + (tables.size() > first.size() ? " and " + (tables.size() - first.size()) + " more" : "");
  }

  /** What the run works on, for people. */
  public String target() {
    return session.dsn().target();
  }

  @Override
  public void close() {
    unlock();
    session.close();
  }
}
