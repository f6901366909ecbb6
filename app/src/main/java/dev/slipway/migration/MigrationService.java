package dev.slipway.migration;

import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.HistoryLocator.Found;
import dev.slipway.migration.MigrationInfo.Entry;
import dev.slipway.migration.MigrationPlan.Target;
import dev.slipway.migration.MigrationStep.Direction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The door to everything that migrations are: a connection to one database, and the files for it.
 * Every failure is a {@link SlipwayException}. For one thread; what may come from others is the
 * {@link CancellationToken}.
 */
public final class MigrationService implements AutoCloseable {
  /** The table that marks a scratch database: not a reason to refuse a schema without a history. */
  public static final String SCRATCH_MARK = "slipway_scratch_mark";

  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

  private final MigrationSession session;
  private final ResolvedMigrations files;
  private final StepReader reader;
  private final boolean follows;
  private Optional<String> followed = Optional.empty();
  private Set<MigrationVersion> planned = Set.of();
  private @Nullable HeldLock lock;

  private MigrationService(
      MigrationSession session, ResolvedMigrations files, StepReader reader, boolean follows) {
    this.session = session;
    this.files = files;
    this.reader = reader.forServer(session.history().server(), session.database());
    this.follows = follows;
  }

  /**
   * Reads the names of the files, then connects, waiting for the database as the settings say.
   *
   * @throws SlipwayException (usage) for files or a DSN that are wrong, (retry) if the database is
   *     unavailable
   */
  public static MigrationService connect(
      Dsn dsn, Settings.Migrate settings, CancellationToken stop, ProgressReporter reporter) {
    return connect(dsn, settings, stop, reporter, true);
  }

  /**
   * The same for a command that may only read. A database that connecting would create counts as
   * empty, until {@link #reconnect} creates it.
   */
  public static MigrationService connectWithoutCreating(
      Dsn dsn, Settings.Migrate settings, CancellationToken stop, ProgressReporter reporter) {
    return connect(dsn, settings, stop, reporter, false);
  }

  private static MigrationService connect(
      Dsn dsn,
      Settings.Migrate settings,
      CancellationToken stop,
      ProgressReporter reporter,
      boolean creates) {
    if (dsn.inMemory()) {
      throw SlipwayException.usageError(
              "`memory` is a database that ends with its process, so there is nothing to "
                  + "migrate")
          .hint("`slipway serve` migrates it at every start; for a file, write sqlite://FILE");
    }
    ResolvedMigrations files = ResolvedMigrations.load(settings, Drivers.of(dsn));
    if (!creates) {
      Drivers.of(dsn)
          .missingDatabase(dsn)
          .ifPresent(what -> reporter.log(what + " does not exist, so it counts as empty"));
    }
    MigrationSession session =
        new MigrationSession(dsn, settings, stop, reporter, Optional.empty(), creates);
    files.notes().forEach(reporter::log);
    return new MigrationService(
        session, files, new StepReader(session.driver(), Placeholders.of(settings)), false);
  }

  /**
   * The same for a database in which applied migrations run again. They do what they did, even
   * those that would be rejected today.
   *
   * @param applied the only files that run
   */
  public static MigrationService replay(
      Dsn dsn,
      Settings.Migrate settings,
      List<MigrationFile> applied,
      CancellationToken stop,
      ProgressReporter reporter) {
    ResolvedMigrations files =
        ResolvedMigrations.load(settings, Drivers.of(dsn)).only(Set.copyOf(applied));
    MigrationSession session =
        new MigrationSession(dsn, settings, stop, reporter, Optional.empty(), true);
    return new MigrationService(
        session, files, StepReader.ofApplied(session.driver(), Placeholders.of(settings)), false);
  }

  /** The same on a connection that stays the caller's: an in-memory database has only one. */
  public static MigrationService on(
      Connection connection,
      Dsn dsn,
      Settings.Migrate settings,
      CancellationToken stop,
      ProgressReporter reporter) {
    ResolvedMigrations files = ResolvedMigrations.load(settings, Drivers.of(dsn));
    return new MigrationService(
        new MigrationSession(dsn, settings, stop, reporter, Optional.of(connection), true),
        files,
        new StepReader(Drivers.of(dsn), Placeholders.of(settings)),
        false);
  }

  /**
   * The same for a reader that uses what its search path leads to, as a server's statements do:
   * without an explicit schema, the history may be in another schema of the path than the first.
   */
  public static MigrationService onSearchPath(
      Connection connection,
      Dsn dsn,
      Settings.Migrate settings,
      CancellationToken stop,
      ProgressReporter reporter) {
    ResolvedMigrations files = ResolvedMigrations.load(settings, Drivers.of(dsn));
    return new MigrationService(
        new MigrationSession(dsn, settings, stop, reporter, Optional.of(connection), true),
        files,
        new StepReader(Drivers.of(dsn), Placeholders.of(settings)),
        true);
  }

  /**
   * Decides what to do, without changing anything.
   *
   * @throws SlipwayException (migration) if files and history do not fit, (usage) for a file that
   *     cannot run
   */
  public MigrationPlan plan(Direction direction, Target target) {
    MigrationInfo schema = reconcile();
    if (!schema.incomplete().isEmpty() && lock == null) {
      // It may be running right now: only the holder of the lock can know.
      lock();
      schema = reconcile();
    }
    planned = appliedVersions(schema);
    MigrationPlan plan = plan(direction, target, schema);
    session.hide(reader.variables());
    return plan;
  }

  private MigrationPlan plan(Direction direction, Target target, MigrationInfo schema) {
    return switch (direction) {
      case UP -> {
        rejectUnmanagedTables(schema);
        rejectForeignBaseline(schema);
        yield MigrationPlan.up(schema, target, session.settings().outOfOrder(), reader);
      }
      case DOWN -> MigrationPlan.down(schema, target, reader);
    };
  }

  /** What is in the folders and was left out, in lines for the log. */
  public List<String> notes() {
    return files.notes();
  }

  /** Gives the connection back while a person thinks about a plan. */
  public void disconnect() {
    unlock();
    session.disconnect();
  }

  /** Connects again to change the database, with as much patience as at first. */
  public void reconnect() {
    session.reconnect();
  }

  /**
   * Does what the plan says, or what is left of it when another migrator was quicker.
   *
   * @param atomic all of it in one transaction
   * @return how many steps were done
   * @throws SlipwayException (usage) if it cannot be one transaction, (migration) or (retry) if a
   *     step fails
   */
  public int apply(MigrationPlan plan, boolean atomic) {
    if (atomic) {
      requireAtomic(plan);
    }
    if (plan.steps().isEmpty()) {
      return 0;
    }
    requireSession(plan);
    HeldLock held = lock();
    int done = 0;
    MigrationPlan rest = plan;
    while (true) {
      rememberHistory(held);
      MigrationInfo schema = reconcile();
      if (plan.direction() == Direction.UP) {
        rejectReplacedHistory(schema);
      }
      MigrationPlan left =
          MigrationPlan.remaining(rest, schema, session.settings().outOfOrder(), reader);
      left.warnings().forEach(session.reporter()::log);
      rest = left;
      if (!left.steps().isEmpty()) {
        int ran =
            new MigrationExecutor(session, held, schema.rankMax() + 1, left.steps())
                .execute(atomic);
        rest = left.withoutFirst(ran);
        done += ran;
      }
      if (!held.perTransaction() || left.steps().isEmpty()) {
        return done;
      }
    }
  }

  private void rememberHistory(HeldLock held) {
    try {
      held.rememberHistory();
    } catch (SQLException e) {
      throw session.failure(e, "cannot read the history");
    }
  }

  /** Rejects a plan that needs a session of its own where a pooler shares the sessions. */
  private void requireSession(MigrationPlan plan) {
    List<String> names =
        plan.steps().stream()
            .filter(step -> !step.transactional())
            .map(step -> step.file().script())
            .toList();
    if (!session.isolated() && !names.isEmpty()) {
      throw SlipwayException.usageError(
              "the connection to "
                  + session.dsn().target()
                  + " leads through a pooler in transaction mode, where nothing can run outside a"
                  + " transaction: "
                  + abbreviate(names))
          .hint(
              "give the migrator a DSN with the address of the server, or a pool in session mode");
    }
  }

  /** Refuses a schema that is not the one of the plan any more, but another of its name. */
  private void rejectReplacedHistory(MigrationInfo schema) {
    Set<MigrationVersion> applied = appliedVersions(schema);
    planned.stream()
        .filter(version -> !applied.contains(version))
        .sorted()
        .findFirst()
        .ifPresent(
            version -> {
              throw SlipwayException.of(
                      ExitCode.RETRY,
                      "the history in "
                          + session.history().table()
                          + " has changed since the plan was made: version "
                          + version
                          + " was applied and is not any more")
                  .hint("nothing was applied; run it again, which makes a new plan");
            });
  }

  private static Set<MigrationVersion> appliedVersions(MigrationInfo schema) {
    Set<MigrationVersion> applied = new HashSet<>();
    schema.entries().stream()
        .filter(MigrationInfo.Entry::applied)
        .forEach(entry -> applied.add(entry.version()));
    return applied;
  }

  private void requireAtomic(MigrationPlan plan) {
    Optional<String> limitation = session.driver().atomicLimitation();
    if (limitation.isPresent()) {
      throw SlipwayException.usageError("--atomic cannot be kept here: " + limitation.get())
          .hint("leave it out: a migration that fails is named, and `up` goes on from there");
    }
    plan.steps().stream()
        .filter(step -> !step.transactional())
        .findFirst()
        .ifPresent(
            step -> {
              throw SlipwayException.usageError(
                      "--atomic cannot be kept: "
                          + step.file().script()
                          + " runs outside a transaction")
                  .hint(
                      "run up to it with --to first, then it alone with --steps 1, then the rest");
            });
  }

  /** Every version with its state and its issue, the unknown ones of the history included. */
  public MigrationStatus status() {
    return status(reconcile());
  }

  private MigrationStatus status(MigrationInfo schema) {
    return MigrationStatus.of(schema, appliedTimes(), unmanaged(schema), otherHistories());
  }

  private Map<Integer, Instant> appliedTimes() {
    try {
      return session.history().appliedTimes();
    } catch (SQLException e) {
      throw session.failure(e, "cannot read the history");
    }
  }

  /** The histories of other tools that a migration would reach. */
  private Optional<String> otherHistories() {
    List<String> found = new ArrayList<>();
    try {
      for (String schema : session.driver().schemasInReach(session.history().server())) {
        ForeignHistory.describe(session.history().otherTables(schema, ForeignHistory.tables()))
            .map(
                tables ->
                    "the schema `" + schema + "` contains histories of other tools: " + tables)
            .ifPresent(found::add);
      }
      return found.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", found));
    } catch (SQLException e) {
      throw session.failure(e, "cannot list the tables");
    }
  }

  /**
   * Waits until nothing is pending, and logs the pending migrations at intervals.
   *
   * @throws SlipwayException (retry) if the run's deadline expires before, (migration) if the
   *     history belongs to another set of files: waiting would not end that
   */
  public MigrationStatus awaitNothingPending() {
    int looked = 0;
    while (true) {
      session.openMissingDatabase();
      MigrationInfo schema = reconcile();
      schema.checkFiles();
      schema
          .gapBelowBaseline()
          .ifPresent(
              gap -> {
                throw gap.rejection();
              });
      List<Entry> open = schema.entries().stream().filter(entry -> !entry.applied()).toList();
      if (open.isEmpty()) {
        return MigrationStatus.of(schema, appliedTimes(), Optional.empty(), Optional.empty());
      }
      if (looked++ % 10 == 0) {
        session.reporter().log("Waiting for migrations to finish...");
        open.stream()
            .limit(10)
            .forEach(entry -> session.reporter().log(" - " + entry.migration().up().name()));
      }
      session.pause(POLL_INTERVAL);
    }
  }

  /**
   * Files and history, held against each other at one moment.
   *
   * @param status every version with its state
   * @param applied the files that make the schema of the history when an empty one gets them, in
   *     the order of the history
   * @param changed repeatable migrations that have changed since they ran, so that no file has what
   *     is applied
   * @param unavailable why no set of files does so, where it is so
   */
  public record Inspection(
      MigrationStatus status,
      List<MigrationFile> applied,
      List<MigrationFile> changed,
      Optional<SlipwayException> unavailable) {}

  /** Looks, and changes nothing. */
  public Inspection inspect() {
    MigrationInfo schema = reconcile();
    AppliedFiles applied = AppliedFiles.of(schema);
    return new Inspection(
        status(schema), applied.files(), applied.changed(), applied.unavailable());
  }

  /** What this binary makes of the schema. */
  public SchemaState state() {
    return reconcile().schemaState();
  }

  /**
   * Writes a history that begins at a version, for a schema that migrations did not create.
   *
   * @throws SlipwayException (migration) if there is a history already
   */
  public void baseline(MigrationVersion version) {
    HeldLock held = lock();
    try {
      rejectExistingHistory();
      session.retryWhileBlocked(
          () -> {
            session.history().create();
            return session.history();
          });
      held.rememberHistory();
      write(held, session.history().baseline(1, version));
    } catch (SQLException e) {
      throw session.failure(e, "cannot write the baseline");
    }
  }

  /** Whether a version is above those of all files. */
  public boolean isAboveFiles(MigrationVersion version) {
    return files.versioned().stream().allMatch(one -> one.version().compareTo(version) < 0);
  }

  /** Writes into the history, again while other sessions block it. */
  private void write(HeldLock held, String sql) throws SQLException {
    session.retryWhileBlocked(
        () -> {
          session.execute(held.guard() + sql, false);
          return sql;
        });
  }

  private void rejectExistingHistory() throws SQLException {
    List<HistoryRow> rows = readHistory();
    rejectHistoryElsewhere(rows);
    if (!rows.isEmpty()) {
      throw SlipwayException.of(
              ExitCode.MIGRATION, "there is a history already, in " + session.history().table())
          .hint("`slipway migrate sql status` shows it");
    }
  }

  /**
   * What the history of another tool means for the files, without changing anything.
   *
   * @throws SlipwayException (migration) if there is a history already, or no other tool's, or one
   *     that cannot be imported; (usage) if the request does not fit the history
   */
  public HistoryImport readImport(ImportRequest request) {
    try {
      rejectExistingHistory();
      return HistoryImport.read(
          session.connection(),
          session.driver(),
          session.history().server().schema(),
          session.settings().table(),
          files,
          reader::checksum,
          request);
    } catch (SQLException e) {
      throw session.failure(e, "cannot read another tool's history");
    }
  }

  /**
   * Begins the history with what another tool has applied. Runs no migration, and leaves the other
   * tool's table as it is.
   *
   * @param adoption what {@link #readImport} returned
   * @param request as it was passed there
   * @throws SlipwayException (migration) if there is a history by now, (retry) if the other tool's
   *     has changed
   */
  public void importHistory(HistoryImport adoption, ImportRequest request) {
    HeldLock held = lock();
    rememberHistory(held);
    if (!readImport(request).equals(adoption)) {
      throw SlipwayException.of(
              ExitCode.RETRY,
              adoption.table() + " has changed meanwhile, so nothing was " + "recorded")
          .hint("stop " + adoption.tool() + ", and run this again");
    }
    try {
      for (String message : session.history().importRows(adoption.baseline(), adoption.applied())) {
        write(held, message);
      }
    } catch (SQLException e) {
      throw held.isLost(e)
          ? held.lostException().cause(e)
          : session.failure(e, "cannot write the history");
    }
  }

  /**
   * What a crash, an edit, or a renumbered file has left, under the lock, so that nothing of it is
   * under way.
   *
   * @param forget unknown versions whose rows are to be removed
   * @throws SlipwayException (migration) if the history belongs to another set of files, (usage) if
   *     a version to forget is not an unknown one
   */
  public List<RepairAction> repairActions(List<MigrationVersion> forget) {
    if (forget.isEmpty() && reconcile().rankMax() == 0) {
      return List.of();
    }
    lock();
    return HistoryRepair.actions(reconcile(), forget, session.history(), reader);
  }

  /**
   * Clears findings, each with one statement. Skips findings that have changed meanwhile.
   *
   * @param findings some of those that {@link #repairActions} returned
   * @param forget as it was passed there
   */
  public void repair(List<RepairAction> findings, List<MigrationVersion> forget) {
    HeldLock held = lock();
    rememberHistory(held);
    Set<RepairAction> current = Set.copyOf(repairActions(forget));
    List<String> statements =
        findings.stream().filter(current::contains).map(RepairAction::sql).toList();
    if (statements.isEmpty()) {
      return;
    }
    try {
      write(held, String.join(";\n", statements));
    } catch (SQLException e) {
      throw session.failure(e, "cannot repair the history");
    }
  }

  /** Why the history is not the current schema's; empty where it is. */
  public Optional<String> followed() {
    return followed;
  }

  /**
   * Why the connection's own statements do not reach the schema that the DSN or a setting names;
   * empty where they do.
   */
  public Optional<String> schemaMismatch() {
    String current = session.history().server().current();
    return !session.hasSchemas()
            || !session.schema().explicit()
            || session.schema().name().equals(current)
        ? Optional.empty()
        : Optional.of(
            "the sessions are in the schema `"
                + current
                + "`, not in `"
                + session.schema().name()
                + "`: a pooler may ignore the search path that the DSN or"
                + " --schema sets");
  }

  /**
   * The same database, for another connection that has to see the run's schema first.
   *
   * @return the DSN with the schema of the run, and its search path
   */
  public Dsn dsnWithSchema() {
    return session.driver().withSearchPath(session.dsn(), session.schema().path());
  }

  private HeldLock lock() {
    if (lock == null) {
      try {
        // Before the lock: on CockroachDB it is a row, for which the table would be created.
        rejectHistoryElsewhere(readHistory());
        session.requireWritable();
      } catch (SQLException e) {
        throw session.failure(e, "cannot read the history");
      }
      lock = HeldLock.acquire(session, session.settings().lockTimeout());
    }
    return lock;
  }

  private void unlock() {
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  private MigrationInfo reconcile() {
    try {
      List<HistoryRow> rows = readHistory();
      if (follows) {
        rows = follow(rows);
      } else {
        rejectHistoryElsewhere(rows);
      }
      return MigrationInfo.of(files, rows, this::retryable, reader::checksum);
    } catch (SQLException e) {
      throw session.failure(e, "cannot read the history");
    }
  }

  private List<HistoryRow> readHistory() throws SQLException {
    return session.retryWhileBlocked(
        () -> {
          session.history().refresh();
          return session.history().read();
        });
  }

  /** Whether the history of these files may be in another schema than the current one. */
  private boolean mayBeElsewhere(List<HistoryRow> rows) {
    return session.hasSchemas() && !session.schema().explicit() && rows.isEmpty();
  }

  private HistoryLocator search() {
    return new HistoryLocator(
        session.connection(),
        session.driver(),
        session.settings().table(),
        files,
        reader::checksum);
  }

  /**
   * Refuses to begin a second history of these files in a schema that nothing names explicitly.
   *
   * @param rows the history of the current schema
   */
  private void rejectHistoryElsewhere(List<HistoryRow> rows) throws SQLException {
    if (!mayBeElsewhere(rows)) {
      return;
    }
    String current = session.schema().name();
    Optional<Found> found = search().inOtherSchemas(current);
    if (found.isPresent()) {
      String other = found.get().schema();
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "the current schema `"
                  + current
                  + "` has no history, but"
                  + " the schema `"
                  + other
                  + "` has one of these migrations: "
                  + found.get().label()
                  + " is in its "
                  + session.settings().table())
          .hint(
              "name the schema: "
                  + TargetSchema.flag(other)
                  + " continues that history, "
                  + TargetSchema.flag(current)
                  + " starts another one");
    }
  }

  private List<HistoryRow> follow(List<HistoryRow> rows) throws SQLException {
    if (!mayBeElsewhere(rows)) {
      return rows;
    }
    String current = session.schema().name();
    Optional<Found> found = search().onSearchPath();
    if (found.isEmpty()) {
      return rows;
    }
    session.switchSchema(found.get().schema());
    followed =
        Optional.of(
            "the current schema `"
                + current
                + "` has no history: following that of"
                + " the schema `"
                + found.get().schema()
                + "`, a later one of the search path; name the"
                + " schema with "
                + TargetSchema.flag(found.get().schema())
                + " (MIGRATE_SCHEMA)");
    return session.history().read();
  }

  /** A broken CREATE INDEX CONCURRENTLY can be dropped and made again without a person. */
  private boolean retryable(MigrationFile file) {
    if (!session.driver().retriesConcurrentIndexes()) {
      return false;
    }
    return reader.isConcurrentIndex(file);
  }

  private void rejectUnmanagedTables(MigrationInfo schema) {
    unmanaged(schema)
        .ifPresent(
            message -> {
              throw SlipwayException.of(ExitCode.MIGRATION, message)
                  .hint(
                      TargetSchema.hint(
                          session.schema().name(),
                          session.driver(),
                          (appliesBundledSchema()
                                  ? "name your migrations with --path: without it, the schema of the"
                                      + " bundled service is applied; "
                                  : "")
                              + "`slipway migrate sql adopt` takes over the history of another tool, and `slipway "
                              + "migrate sql baseline VERSION` says up to where the schema is migrated"));
            });
  }

  /** A baseline above the bundled migrations is another service's: their tables do not exist. */
  private void rejectForeignBaseline(MigrationInfo schema) {
    if (appliesBundledSchema()
        && schema.rankMax() > 0
        && schema.entries().stream().allMatch(entry -> entry.row().isEmpty())
        && schema.pending().isEmpty()) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "the history "
                  + session.history().table()
                  + " contains no migration of the bundled service, and its baseline covers all of"
                  + " them")
          .hint(MigrationInfo.FOREIGN_HINT);
    }
  }

  /** That the schema has tables but no history, and whose they may be; empty if it is not so. */
  private Optional<String> unmanaged(MigrationInfo schema) {
    if (schema.rankMax() > 0) {
      return Optional.empty();
    }
    try {
      List<String> tables = session.history().otherTables();
      // Another migrator may have begun in between: its rows come before its tables, or with them.
      if (tables.isEmpty() || reconcile().rankMax() > 0) {
        return Optional.empty();
      }
      String tool =
          ForeignHistory.toolOf(tables).map(name -> "; it looks migrated by " + name).orElse("");
      return Optional.of(
          "the schema `"
              + session.history().server().schema()
              + "` has tables ("
              + abbreviate(tables)
              + ") but no history of migrations"
              + tool);
    } catch (SQLException e) {
      throw session.failure(e, "cannot list the tables");
    }
  }

  private static String abbreviate(List<String> tables) {
    List<String> first = tables.subList(0, Math.min(3, tables.size()));
    return String.join(", ", first)
        + (tables.size() > first.size() ? " and " + (tables.size() - first.size()) + " more" : "");
  }

  /** What the run works on, for people: the server, the database, and the schema. */
  public String target() {
    return session.dsn().target()
        + (session.hasSchemas() ? ", schema " + session.schema().name() : "");
  }

  /** Whether the migrations are those of the bundled service, because the settings name none. */
  public boolean appliesBundledSchema() {
    return session.settings().paths().isEmpty();
  }

  @Override
  public void close() {
    unlock();
    session.close();
  }
}
