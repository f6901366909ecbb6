package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.Connections;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.ScratchServer.ProvidedObject;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import dev.slipway.lint.AcceptFile;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.ForeignHistory;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.MigrationPlan.Target;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.MigrationService.Inspection;
import dev.slipway.migration.MigrationStatus;
import dev.slipway.migration.MigrationStatus.State;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.Placeholders;
import dev.slipway.migration.StepReader;
import dev.slipway.sql.SqlFile;
import dev.slipway.verify.SchemaModel.Difference;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A live database held against its migrations: its history, and its schema against that of a
 * scratch database to which the same migrations were applied. Of the live one it only reads.
 */
public final class DriftCheck {
  /** Counting more would read a big table to its end. */
  private static final long ROWS_MAX = 1_000_000;

  private static final Set<String> OWNERS = Set.of(SchemaObject.OWNER, SchemaObject.DEFINER);

  private Dsn dsn;
  private final Options options;
  private final Settings.Migrate settings;
  private final CancellationToken stop;
  private final Consumer<String> story;
  private final List<Finding> findings = new ArrayList<>();
  private final List<AcceptFile> acceptFiles;
  private final List<String> accepted = new ArrayList<>();
  private final Set<String> outside = new LinkedHashSet<>();
  private List<String> liveSettings = List.of();
  private final Set<String> unread = new LinkedHashSet<>();

  /** The schemas of the login, which exist before the first migration. */
  private Set<String> environment = Set.of();

  /**
   * How strictly a database is compared.
   *
   * @param scratch where the migrations are replayed
   * @param expect a {@link SchemaModelFile} to compare with, instead of a replay
   * @param strict whether objects of others are findings too
   * @param owners whether owners of objects are compared
   * @param privileges whether grants and default privileges are compared
   */
  public record Options(
      ScratchOptions scratch,
      Optional<Path> expect,
      boolean strict,
      boolean owners,
      boolean privileges) {
    private boolean compares(Difference difference) {
      Optional<String> property = difference.property();
      return (owners || property.filter(OWNERS::contains).isEmpty())
          && (privileges
              || !(property.equals(Optional.of(SchemaObject.GRANTS))
                  || difference.object().kind().equals(SchemaObject.DEFAULT_PRIVILEGES)));
    }
  }

  /**
   * A difference between the database and its migrations.
   *
   * @param kind history, checksum or schema
   * @param what the description
   * @param object the kind and name of the object of the schema
   * @param property its property that differs; empty if the object is missing or added
   * @param expected the value that the migrations give the property; empty for none
   * @param found the value that the property has; empty for none
   */
  public record Finding(
      String kind,
      String what,
      Optional<String> object,
      Optional<String> property,
      Optional<String> expected,
      Optional<String> found) {
    private static Finding ofHistory(String kind, String what) {
      return new Finding(
          kind, what, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Finding ofSchema(String what, Difference difference) {
      boolean property = difference.property().isPresent();
      return new Finding(
          "schema",
          what,
          Optional.of(difference.object().key()),
          difference.property(),
          property ? difference.expected() : Optional.empty(),
          property ? difference.found() : Optional.empty());
    }
  }

  /**
   * What was seen.
   *
   * @param applied how many migrations are
   * @param pending those that are not, by version and name; they are no finding
   * @param findings what differs; empty when nothing does
   * @param tables rows of each table: empty where they may not be read, more than a million is
   *     {@link #more}
   * @param accepted the differences that slipway-accept.yaml accepts, each with the reason
   * @param outside what belongs to others and was not compared: schemas and extensions that no
   *     migration creates, and the tables of other migration tools
   * @param unread what exists and could not be read, with the reason: a database with such objects
   *     is not known to be as its migrations say
   * @param omitted what is never compared on this database, each with the reason
   * @param uncompared what kept the schema from being compared; with findings in the history it is
   *     not tried
   */
  public record Result(
      int applied,
      List<String> pending,
      List<Finding> findings,
      Map<String, OptionalLong> tables,
      List<String> accepted,
      List<String> outside,
      List<String> unread,
      List<String> omitted,
      Optional<SlipwayException> uncompared) {
    /** Whether the schema was held against that of the scratch database. */
    public boolean compared() {
      return uncompared.isEmpty()
          && findings.stream().noneMatch(finding -> finding.kind().equals("history"));
    }

    /** Whether everything was compared and is the same. */
    public boolean same() {
      return findings.isEmpty() && unread.isEmpty() && compared();
    }

    /** Whether a count is only known to be greater than what is told. */
    public static boolean more(long rows) {
      return rows > ROWS_MAX;
    }
  }

  private DriftCheck(
      Dsn dsn,
      Options options,
      Settings.Migrate settings,
      CancellationToken stop,
      Consumer<String> story) {
    this.dsn = dsn;
    this.options = options;
    this.settings = settings;
    this.stop = stop;
    this.story = story;
    acceptFiles = AcceptFile.readAll(settings.paths());
    acceptFiles.forEach(AcceptFile::requireValid);
  }

  /**
   * Looks.
   *
   * @param story told what is waited for
   * @throws SlipwayException (usage) for files or a DSN that are wrong, (retry) if the database is
   *     unavailable
   */
  public static Result check(
      Dsn dsn,
      Options options,
      Settings.Migrate settings,
      CancellationToken stop,
      Consumer<String> story) {
    return new DriftCheck(dsn, options, settings, stop, story).check();
  }

  private Result check() {
    Inspection live;
    try (MigrationService migrations =
        MigrationService.connectWithoutCreating(dsn, settings, stop, new MessageReporter(story))) {
      live = migrations.inspect();
      // The schema of the history is the one to compare, whatever other connections would choose.
      dsn = migrations.dsnWithSchema();
    }
    MigrationStatus status = live.status();
    status.lines().stream()
        .flatMap(line -> line.issue().stream())
        .forEach(issue -> findings.add(Finding.ofHistory(kind(issue.kind()), issue.message())));
    status.unmanaged().ifPresent(story);
    SchemaModel found;
    Map<String, OptionalLong> tables;
    try (Connection connection = open()) {
      found = SchemaModel.read(connection, Drivers.of(dsn), settings.table());
      tables = count(connection, found.tables().keySet());
      liveSettings = Drivers.of(dsn).scratch().settingsSql(connection);
      unread.addAll(found.unread());
    } catch (SQLException e) {
      throw SlipwayException.of(
              Drivers.of(dsn).exitCode(e),
              "cannot look at the schema of "
                  + dsn.target()
                  + ": "
                  + SqlExceptions.describe(e, dsn))
          .cause(e);
    }
    Optional<SlipwayException> uncompared = Optional.empty();
    try {
      live.unavailable()
          .ifPresent(
              reason -> {
                throw reason;
              });
      if (findings.stream().noneMatch(finding -> finding.kind().equals("history"))) {
        compareWithExpected(found, live);
      }
    } catch (SlipwayException e) {
      uncompared = Optional.of(e);
    }
    List<String> pending =
        status.lines().stream()
            .filter(line -> line.state() == State.PENDING)
            .map(MigrationStatus.Line::label)
            .toList();
    int done = (int) status.lines().stream().filter(line -> line.state() == State.APPLIED).count();
    return new Result(
        done,
        pending,
        List.copyOf(findings),
        tables,
        List.copyOf(accepted),
        List.copyOf(outside),
        List.copyOf(unread),
        found.omitted(),
        uncompared);
  }

  private static String kind(MigrationStatus.Issue.Kind kind) {
    return switch (kind) {
      case EDITED -> "checksum";
      case FOREIGN, INCOMPLETE, UNKNOWN -> "history";
    };
  }

  private Connection open() {
    return Connections.connect(
        dsn,
        new SessionOptions(
            "slipway verify", settings.ddlLockTimeout(), settings.statementTimeout(), false),
        settings.waitForDatabase(),
        story);
  }

  private Map<String, OptionalLong> count(Connection connection, Set<String> tables)
      throws SQLException {
    Map<String, OptionalLong> rows = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        stop.requireNotOver();
        String sql =
            "SELECT count(*) FROM (SELECT 1 FROM "
                + Drivers.of(dsn).quoteTable(table)
                + " LIMIT "
                + (ROWS_MAX + 1)
                + ") AS counted";
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          rows.put(table, OptionalLong.of(row.getLong(1)));
        } catch (SQLException e) {
          if (!Drivers.of(dsn).isPermissionDenied(e)) {
            throw e;
          }
          // The login may see that the table is there, and not what is in it.
          rows.put(table, OptionalLong.empty());
        }
      }
    }
    return rows;
  }

  private void compareWithExpected(SchemaModel found, Inspection live) {
    if (options.expect().isEmpty()) {
      compareWithReplay(found, live);
      return;
    }
    Path path = options.expect().get();
    SchemaModelFile file = SchemaModelFile.read(path, Drivers.of(dsn));
    file.requireHistory(path, live.applied());
    environment = file.environment();
    compare(found, SchemaModel.of(file.contents()), Set.of());
  }

  /** Replays the history on a scratch database and compares. */
  private void compareWithReplay(SchemaModel found, Inspection live) {
    List<MigrationFile> pending = live.changed().isEmpty() ? List.of() : pending(live);
    List<MigrationFile> all = concat(concat(live.applied(), pending), live.changed());
    StepReader reader = StepReader.ofApplied(Drivers.of(dsn), Placeholders.of(settings));
    List<MigrationStep> steps = all.stream().map(file -> reader.read(file, Direction.UP)).toList();
    Optional<ScratchInit> init = ScratchInit.read(options.scratch(), Drivers.of(dsn));
    List<SqlFile> scripts = ScratchInit.files(init, steps);
    IsolationCheck.require(dsn, options.scratch(), scripts, reader::mask, settings, story);
    try (CancellationToken.Run _ = stop.begin();
        ScratchDatabase scratch =
            ScratchDatabase.open(
                dsn, options.scratch().given(), liveSettings, init, scripts, settings, story)) {
      if (init.isPresent()) {
        startHistory(scratch);
      }
      SchemaModel expected = replay(scratch, live.applied());
      Set<String> changing = Set.of();
      if (!live.changed().isEmpty()) {
        // They may need what pending versions create.
        SchemaModel before =
            pending.isEmpty() ? expected : replay(scratch, concat(live.applied(), pending));
        changing =
            replay(scratch, all).differences(before).stream()
                .map(difference -> difference.object().key())
                .collect(Collectors.toSet());
        changing.forEach(
            key -> outside.add(key + ", which a pending repeatable migration changes"));
      }
      environment = scratch.environment();
      compare(found, expected.without(outside(scratch)), changing);
    } catch (SQLException e) {
      throw SlipwayException.of(
              Drivers.of(dsn).exitCode(e),
              "cannot look at the scratch database: " + SqlExceptions.describe(e, dsn))
          .cause(e);
    }
  }

  private static Set<String> outside(ScratchDatabase scratch) {
    return scratch.provided().stream()
        .filter(ProvidedObject::outside)
        .map(ProvidedObject::key)
        .collect(Collectors.toSet());
  }

  /** Whether an administrator or a job decides on a property, and no migration sets it. */
  private boolean isOfEnvironment(Difference difference) {
    if (difference.property().equals(Optional.of(SchemaObject.POPULATED))) {
      return difference.expected().isEmpty();
    }
    return environment.contains(difference.object().key())
        && (difference.expected().isEmpty()
            || difference.property().equals(Optional.of(SchemaObject.OWNER)));
  }

  private static List<MigrationFile> pending(Inspection live) {
    return live.status().lines().stream()
        .filter(line -> line.state() == State.PENDING && !line.isRepeatable())
        .flatMap(line -> line.up().stream())
        .toList();
  }

  private static List<MigrationFile> concat(List<MigrationFile> some, List<MigrationFile> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private void startHistory(ScratchDatabase scratch) {
    try (MigrationService service =
        MigrationService.replay(
            scratch.dsn(), settings, List.of(), stop, new MessageReporter(story))) {
      ScratchInit.startHistory(service);
    }
  }

  /** The schema after those of the files that the scratch database does not have yet. */
  private SchemaModel replay(ScratchDatabase scratch, List<MigrationFile> files)
      throws SQLException {
    try (MigrationService replay =
        MigrationService.replay(scratch.dsn(), settings, files, stop, new MessageReporter(story))) {
      replay.apply(replay.plan(Direction.UP, Target.all()).inOrder(files), false);
    }
    return SchemaModel.read(scratch.connection(), Drivers.of(dsn), settings.table());
  }

  private void compare(SchemaModel found, SchemaModel expected, Set<String> changing) {
    found
        .incomparable(expected)
        .ifPresent(
            difference -> {
              throw SlipwayException.usageError(
                      "the schema of "
                          + dsn.target()
                          + " cannot be compared: its server has "
                          + difference)
                  .hint(
                      "use a scratch database or a model of a server like the live one: --scratch"
                          + " DSN, --expect FILE");
            });
    unread.addAll(expected.unread());
    found
        .hidden()
        .forEach(
            (kind, grant) -> {
              if (options.privileges() || !kind.equals(SchemaObject.GRANTS)) {
                outside.add(kind + ": the login may not see all of them; " + grant + " lets it");
              }
            });
    for (Difference difference : found.differences(expected)) {
      String key = difference.object().key();
      Optional<String> grant = found.hiddenBy(difference);
      if (!options.compares(difference)
          || changing.contains(key)
          || isOfEnvironment(difference)
          || found.isUnread(key)
          || expected.isUnread(key)) {
        continue;
      }
      if (grant.isPresent()) {
        unread.add(key + ": the login may not see it; " + grant.get() + " lets it");
      } else {
        judge(difference, found, expected);
      }
    }
  }

  private void judge(Difference difference, SchemaModel found, SchemaModel expected) {
    String text = difference.describe("is missing", "exists, but no migration creates it");
    Optional<String> reason =
        acceptFiles.stream()
            .flatMap(file -> file.schemaEntries().stream())
            .filter(entry -> entry.accepts(difference.object().key(), difference.property()))
            .map(AcceptFile.SchemaEntry::reason)
            .findFirst();
    Optional<String> other =
        options.strict()
            ? Optional.empty()
            : outside(difference, found).or(() -> otherSchema(difference, found, expected));
    if (reason.isPresent()) {
      accepted.add(text + " (" + reason.get() + ")");
    } else if (other.isPresent()) {
      outside.add(other.get());
    } else {
      findings.add(Finding.ofSchema(text, difference));
    }
  }

  /** To whom an object belongs that no migration creates; empty if it has to be as in the files. */
  private static Optional<String> outside(Difference difference, SchemaModel found) {
    SchemaObject object = difference.object();
    if (!difference.isAdded()) {
      return Optional.empty();
    }
    return switch (object.kind()) {
      case "schema", "extension" -> Optional.of(object.key() + ", which no migration creates");
      case "table" ->
          ForeignHistory.toolOf(
                  unqualified(object.name()),
                  found.tables().getOrDefault(object.name(), List.of()).stream()
                      .map(column -> column.toLowerCase(Locale.ROOT))
                      .collect(Collectors.toSet()))
              .map(tool -> object.key() + " (" + tool + ")");
      default -> Optional.empty();
    };
  }

  /** The schema of an added object, if the migrations create tables, but nothing in it. */
  private static Optional<String> otherSchema(
      Difference difference, SchemaModel found, SchemaModel expected) {
    SchemaObject root = found.root(difference.object());
    return difference.isAdded()
            && root.kind().equals("schema")
            && expected.hasTables()
            && !expected.hasObjectsIn(root.key())
        ? Optional.of(root.key() + ", in which no migration creates anything")
        : Optional.empty();
  }

  private static String unqualified(String table) {
    return table.substring(table.lastIndexOf('.') + 1).replace("\"", "");
  }
}
