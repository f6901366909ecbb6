package dev.slipway.audit;

import dev.slipway.audit.Snapshot.Difference;
import dev.slipway.config.Settings;
import dev.slipway.db.Database;
import dev.slipway.db.Dialect;
import dev.slipway.db.Dsn;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.MigrationFile;
import dev.slipway.migrate.Migrations;
import dev.slipway.migrate.Migrations.Inspection;
import dev.slipway.migrate.Plan;
import dev.slipway.migrate.Plan.Target;
import dev.slipway.migrate.SchemaState.Verdict;
import dev.slipway.migrate.Status;
import dev.slipway.migrate.Step.Direction;
import dev.slipway.migrate.StopSignal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A live database held against its migrations: its history, and its schema against that of a
 * scratch database to which the same migrations were applied. Of the live one it only reads.
 */
public final class Drift {
  /** Counting more would read a big table to its end. */
  private static final long ROWS_MAX = 1_000_000;

  private final Dsn dsn;
  private final Settings.Migrate settings;
  private final StopSignal stop;
  private final Consumer<String> story;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * In what the database is not as the migrations say.
   *
   * @param kind history, checksum or schema
   * @param what in words
   */
  public record Finding(String kind, String what) {}

  /**
   * What was seen.
   *
   * @param applied how many migrations are
   * @param pending those that are not, by version and name; they are no finding
   * @param findings what differs; empty when nothing does
   * @param tables rows of each table: empty where they may not be read, more than a million is
   *     {@link #more}
   * @param uncompared what kept the schema from being compared; with findings in the history it is
   *     not tried
   */
  public record Result(
      int applied,
      List<String> pending,
      List<Finding> findings,
      Map<String, OptionalLong> tables,
      Optional<Fault> uncompared) {
    /** Whether the schema was held against that of the scratch database. */
    public boolean compared() {
      return uncompared.isEmpty()
          && findings.stream().noneMatch(finding -> finding.kind().equals("history"));
    }

    /** Whether a count is only known to be greater than what is told. */
    public static boolean more(long rows) {
      return rows > ROWS_MAX;
    }
  }

  private Drift(Dsn dsn, Settings.Migrate settings, StopSignal stop, Consumer<String> story) {
    this.dsn = dsn;
    this.settings = settings;
    this.stop = stop;
    this.story = story;
  }

  /**
   * Looks.
   *
   * @param given an empty database to replay the migrations in; without it one is made beside the
   *     DSN's, and dropped
   * @param story told what is waited for
   * @throws Fault (usage) for files or a DSN that are wrong, (retry) if the database is away
   */
  public static Result check(
      Dsn dsn,
      Optional<Dsn> given,
      Settings.Migrate settings,
      StopSignal stop,
      Consumer<String> story) {
    return new Drift(dsn, settings, stop, story).check(given);
  }

  private Result check(Optional<Dsn> given) {
    Inspection live;
    try (Migrations migrations = Migrations.connect(dsn, settings, stop, new Stories(story))) {
      live = migrations.inspect();
    }
    Status status = live.status();
    live.edited().forEach(words -> findings.add(new Finding("checksum", words)));
    checkHistory(status);
    Snapshot found;
    Map<String, OptionalLong> tables;
    try (Connection connection = open()) {
      found = Snapshot.take(connection, dsn.dialect(), settings.table());
      tables = count(connection, found.tables());
    } catch (SQLException e) {
      throw Fault.of(
              dsn.dialect().exitCode(e),
              "cannot look at the schema of "
                  + dsn.target()
                  + ": "
                  + dsn.scrub(String.valueOf(e.getMessage())))
          .cause(e);
    }
    Optional<Fault> uncompared = Optional.empty();
    try {
      replayed(given, live.applied()).ifPresent(expected -> compare(found, expected));
    } catch (Fault e) {
      uncompared = Optional.of(e);
    }
    List<String> pending =
        status.lines().stream()
            .filter(line -> line.state().equals("Pending"))
            .map(line -> line.version() + "_" + line.name())
            .toList();
    int done = (int) status.lines().stream().filter(line -> line.state().equals("Applied")).count();
    return new Result(done, pending, List.copyOf(findings), tables, uncompared);
  }

  /** Being behind is no drift: `status` is for that. */
  private void checkHistory(Status status) {
    status.lines().stream()
        .filter(line -> line.state().equals("Failed"))
        .forEach(
            line ->
                findings.add(
                    new Finding(
                        "history",
                        "migration " + line.version() + "_" + line.name() + " stopped half way")));
    if (Set.of(Verdict.AHEAD, Verdict.VANISHED).contains(status.schema().verdict())) {
      findings.add(new Finding("history", status.schema().words()));
    }
  }

  private Connection open() {
    return Database.connect(
        dsn,
        new Database.Session(
            "slipway verify", settings.ddlLockTimeout(), settings.statementTimeout()),
        settings.waitForDatabase(),
        story);
  }

  private Map<String, OptionalLong> count(Connection connection, List<String> tables)
      throws SQLException {
    Map<String, OptionalLong> rows = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        stop.refuseWhenRequested();
        String sql =
            "SELECT count(*) FROM (SELECT 1 FROM "
                + quoted(table)
                + " LIMIT "
                + (ROWS_MAX + 1)
                + ") AS counted";
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          rows.put(table, OptionalLong.of(row.getLong(1)));
        } catch (SQLException e) {
          if (!Dialect.forbidden(e)) {
            throw e;
          }
          // The login may see that the table is there, and not what is in it.
          rows.put(table, OptionalLong.empty());
        }
      }
    }
    return rows;
  }

  private String quoted(String table) {
    return switch (dsn.dialect().kind()) {
      case MYSQL -> "`" + table.replace("`", "``") + "`";
      case SQLITE -> '"' + table.replace("\"", "\"\"") + '"';
      case POSTGRES, COCKROACH ->
          '"' + table.replace("\"", "\"\"").replaceFirst("\\.", "\".\"") + '"';
    };
  }

  /** What the schema should be; nothing where the history alone says that it cannot be known. */
  private Optional<Snapshot> replayed(Optional<Dsn> given, Set<MigrationFile> applied) {
    if (findings.stream().anyMatch(finding -> finding.kind().equals("history"))) {
      return Optional.empty();
    }
    try (Scratch scratch = Scratch.open(dsn, given, settings, story);
        Migrations replay = Migrations.connect(scratch.dsn(), settings, stop, new Stories(story))) {
      Plan all = replay.plan(Direction.UP, Target.all());
      replay.apply(
          new Plan(
              Direction.UP,
              all.steps().stream().filter(step -> applied.contains(step.file())).toList(),
              List.of()),
          false);
      return Optional.of(Snapshot.take(scratch.connection(), dsn.dialect(), settings.table()));
    } catch (SQLException e) {
      throw Fault.of(
              dsn.dialect().exitCode(e),
              "cannot look at the scratch database: " + dsn.scrub(String.valueOf(e.getMessage())))
          .cause(e);
    }
  }

  private void compare(Snapshot found, Snapshot expected) {
    List<Difference> differences = found.differences(expected);
    // Schemas of others, and extensions that an administrator has installed, are not ours.
    List<String> foreign =
        differences.stream()
            .filter(one -> one.expected().isEmpty() && one.object().startsWith("schema "))
            .map(one -> one.object().substring("schema ".length()) + ".")
            .toList();
    differences.stream()
        .filter(
            one ->
                one.expected().isPresent()
                    || !one.object().startsWith("schema ")
                        && !one.object().startsWith("extension ")
                        && foreign.stream()
                            .noneMatch(
                                schema ->
                                    one.object()
                                        .substring(one.object().indexOf(' ') + 1)
                                        .startsWith(schema)))
        .forEach(
            one ->
                findings.add(
                    new Finding(
                        "schema", one.words("is missing", "is there, and no migration makes it"))));
  }
}
