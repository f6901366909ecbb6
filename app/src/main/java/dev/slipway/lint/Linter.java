package dev.slipway.lint;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.StatementRules;
import dev.slipway.error.SlipwayException;
import dev.slipway.error.SlipwayException.Location;
import dev.slipway.lint.Suppressions.Suppression;
import dev.slipway.migration.MemoryLimits;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.MigrationFolders;
import dev.slipway.migration.MigrationKind;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.migration.Placeholders;
import dev.slipway.migration.ResolvedMigrations;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
import dev.slipway.migration.StepReader;
import dev.slipway.migration.TransactionCheck;
import dev.slipway.migration.TransactionCheck.Reason;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.TokenizedScript;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads migration files, as each of some databases would, and says what in them stops a service
 * that is running meanwhile, or cannot run itself. Needs no database. Used once, by one thread.
 */
public final class Linter {
  /** Longer numbers are times, and times have gaps. */
  private static final int COUNTED_DIGITS_MAX = 7;

  private final Placeholders placeholders;
  private final Optional<MigrationVersion> from;
  private final Map<Found, Set<String>> flaws = new LinkedHashMap<>();
  private final Map<Path, Suppressions> allowances = new HashMap<>();
  private final Map<Path, MigrationFile> read = new TreeMap<>();
  private final Set<Found> accepted = new LinkedHashSet<>();

  private record Found(LintRule rule, Path file, int line, String what) {}

  /**
   * What was found.
   *
   * @param flaws by file and line
   * @param accepted how many more the files themselves accept
   * @param files how many files were judged
   * @param notes what is in the folders and was not judged, in lines for the log
   */
  public record Result(List<LintViolation> flaws, int accepted, int files, List<String> notes) {
    /** How many of them there are. */
    public long count(LintRule.Severity severity) {
      return flaws.stream().filter(flaw -> flaw.rule().severity() == severity).count();
    }
  }

  private Linter(Placeholders placeholders, Optional<MigrationVersion> from) {
    this.placeholders = placeholders;
    this.from = from;
  }

  /**
   * The databases that the names of files speak of; all of them when none does.
   *
   * @throws SlipwayException (usage) if a folder cannot be read or holds no migration
   */
  public static List<DatabaseDriver> dialects(Settings.Migrate settings) {
    List<MigrationFile> files = MigrationFolders.read(settings, (_, _) -> {}).files();
    List<DatabaseDriver> named =
        Drivers.all().stream()
            .filter(
                dialect ->
                    files.stream()
                        .anyMatch(file -> file.dialect().filter(dialect::equals).isPresent()))
            .toList();
    return named.isEmpty() ? Drivers.all() : named;
  }

  /**
   * Reads the files.
   *
   * @param settings which files, and the values of placeholders
   * @param dialects the databases for which to read them
   * @param from only files from this version on are judged; older ones only say what there is
   * @throws SlipwayException (usage) if a folder cannot be read or holds no migration
   */
  public static Result check(
      Settings.Migrate settings, List<DatabaseDriver> dialects, Optional<MigrationVersion> from) {
    return new Linter(Placeholders.of(settings), from).check(settings, dialects);
  }

  private Result check(Settings.Migrate settings, List<DatabaseDriver> dialects) {
    MigrationFolders listing =
        MigrationFolders.read(
            settings, (path, fault) -> refused(LintRule.FILE_NAME, path, fault, List.of()));
    List<MigrationFile> files = listing.files();
    Map<DatabaseDriver, ResolvedMigrations> chosen = new LinkedHashMap<>();
    for (DatabaseDriver dialect : dialects) {
      chosen.put(
          dialect,
          ResolvedMigrations.of(
              files,
              dialect,
              (path, fault) ->
                  refused(LintRule.DUPLICATE_VERSION, path, fault, List.of(dialect.name()))));
    }
    chosen.forEach(this::checkStatements);
    checkVersions(files);
    checkDowns(chosen);
    checkDialects(chosen);
    checkAllowances(dialects);
    int judged = (int) read.values().stream().filter(this::judged).count();
    return new Result(sorted(), accepted.size(), judged, listing.notes());
  }

  private boolean judged(MigrationFile file) {
    return file.version().isEmpty() || judged(file.version().get());
  }

  private boolean judged(MigrationVersion version) {
    return from.filter(first -> version.compareTo(first) < 0).isEmpty();
  }

  // ---- one file

  private record ParsedStep(MigrationStep step, TokenizedScript script) {}

  private void checkStatements(DatabaseDriver dialect, ResolvedMigrations files) {
    StepReader reader = new StepReader(dialect, placeholders);
    TransactionCheck ups = reader.transactionCheck();
    TransactionCheck downs = reader.transactionCheck();
    StatementRules rules = dialect.statementRules(from.isPresent());
    // Older files that a baseline migration replaces may be deleted: then it is the first file.
    Optional<MigrationFile> start = files.baseline();
    boolean replaces =
        start.isPresent() && files.fromEmptySchema().size() == files.versioned().size() + 1;
    start.ifPresent(
        file ->
            readUp(
                file,
                dialect,
                reader,
                ups,
                replaces ? rules : dialect.statementRules(from.isPresent()),
                judged(file)));
    for (VersionedMigration migration : files.versioned()) {
      // Older files are read all the same: they say which rows are known to be not NULL.
      boolean judged = judged(migration.version());
      readUp(migration.up(), dialect, reader, ups, rules, judged);
      if (judged) {
        migration
            .down()
            .ifPresent(
                down ->
                    script(down, Direction.DOWN, dialect, reader, downs)
                        .ifPresent(
                            parsed ->
                                rules.checkDown(
                                    parsed.script(),
                                    (rule, number) -> found(parsed, dialect, rule, number))));
      }
    }
    files.repeatable().forEach(file -> readUp(file, dialect, reader, ups, rules, true));
  }

  private void readUp(
      MigrationFile file,
      DatabaseDriver dialect,
      StepReader reader,
      TransactionCheck transactions,
      StatementRules rules,
      boolean judged) {
    if (judged) {
      script(file, Direction.UP, dialect, reader, transactions)
          .ifPresent(
              parsed ->
                  rules.check(
                      parsed.script(),
                      parsed.step().transactional(),
                      (rule, number) -> found(parsed, dialect, rule, number)));
      return;
    }
    try {
      rules.checkOlder(TokenizedScript.of(reader.read(file, Direction.UP, transactions).script()));
    } catch (SlipwayException fault) {
      // Whatever is wrong with it is not asked for.
    }
  }

  private Optional<ParsedStep> script(
      MigrationFile file,
      Direction direction,
      DatabaseDriver dialect,
      StepReader reader,
      TransactionCheck transactions) {
    read.put(file.path(), file);
    MigrationStep step;
    try {
      step = reader.read(file, direction, transactions);
      transactions.violations(file, Reason.CONTROLS_TRANSACTION).stream()
          .findFirst()
          .ifPresent(
              violation -> {
                throw violation.rejection();
              });
    } catch (SlipwayException fault) {
      refused(LintRule.REFUSED, file.path(), fault, List.of(dialect.name()));
      return Optional.empty();
    }
    TokenizedScript script;
    try {
      script = TokenizedScript.of(step.script());
    } catch (OutOfMemoryError e) {
      refused(
          LintRule.REFUSED,
          file.path(),
          MemoryLimits.tooLarge(file.path(), step.bytes()),
          List.of(dialect.name()));
      return Optional.empty();
    }
    allowances.computeIfAbsent(file.path(), _ -> new Suppressions()).read(script);
    if (!step.script().terminated()) {
      found(LintRule.UNTERMINATED, file, dialect, "the end of the file");
    } else if (script.statements().isEmpty()
        && (direction == Direction.UP || script.comments().isEmpty())) {
      found(LintRule.EMPTY_FILE, file, dialect, "no statement");
    }
    ParsedStep parsed = new ParsedStep(step, script);
    transactions
        .violations(file, Reason.NOT_IN_TRANSACTION)
        .forEach(
            violation ->
                found(
                    parsed,
                    dialect,
                    LintRule.NOT_IN_TRANSACTION,
                    step.script().statements().indexOf(violation.statement())));
    return Optional.of(parsed);
  }

  private void found(ParsedStep parsed, DatabaseDriver dialect, LintRule rule, int number) {
    Statement statement = parsed.step().script().statements().get(number);
    add(
        new Found(
            rule,
            parsed.step().file().path(),
            parsed.script().line(statement.start()),
            parsed.step().script().excerpt(statement)),
        dialect.name(),
        Optional.of(number));
  }

  private void found(LintRule rule, MigrationFile file, DatabaseDriver dialect, String what) {
    add(new Found(rule, file.path(), 1, what), dialect.name(), Optional.empty());
  }

  private void add(Found found, String dialect, Optional<Integer> statement) {
    Suppressions here = allowances.get(found.file());
    if (here != null && found.rule().isSuppressible() && here.accept(found.rule(), statement)) {
      accepted.add(found);
      return;
    }
    flaws.computeIfAbsent(found, _ -> new TreeSet<>()).add(dialect);
  }

  /** What `up` would refuse, in its words. */
  private void refused(LintRule rule, Path file, SlipwayException fault, List<String> dialects) {
    Location at =
        fault
            .location()
            .filter(location -> location.file().equals(file))
            .orElseGet(() -> new Location(file, 1, fault.getMessage()));
    String hint = fault.hint().map(text -> "; " + text).orElse("");
    flaws
        .computeIfAbsent(
            new Found(rule, file, at.line(), at.problem() + hint), _ -> new TreeSet<>())
        .addAll(dialects);
  }

  // ---- all files

  private void checkVersions(List<MigrationFile> files) {
    Map<MigrationVersion, List<MigrationFile>> versions = new TreeMap<>();
    for (MigrationFile file : files) {
      file.version()
          .filter(this::judged)
          .ifPresent(
              version -> versions.computeIfAbsent(version, _ -> new ArrayList<>()).add(file));
    }
    NavigableSet<MigrationVersion> all = new TreeSet<>();
    files.forEach(file -> file.version().ifPresent(all::add));
    versions.forEach(
        (version, of) -> {
          of.sort(Comparator.comparing(MigrationFile::kind).thenComparing(MigrationFile::path));
          // A baseline migration contains the version, and has a name of its own.
          if (of.removeIf(file -> file.kind() == MigrationKind.BASELINE) && of.isEmpty()) {
            return;
          }
          MigrationFile first = of.getFirst();
          if (of.stream().noneMatch(file -> file.kind() == MigrationKind.UP)) {
            all(LintRule.UP_MISSING, first, "no up file has version " + version);
          }
          Optional<MigrationFile> other =
              of.stream().filter(file -> !file.name().equals(first.name())).findFirst();
          other.ifPresent(
              file ->
                  all(
                      LintRule.NAME_DIFFERS,
                      file,
                      "version "
                          + version
                          + " is called "
                          + file.name()
                          + " here and "
                          + first.name()
                          + " in "
                          + first.path().getFileName()));
          checkGap(version, all, first);
        });
  }

  /** Counted versions are numbers without dots, too short to be times. */
  private void checkGap(
      MigrationVersion version, NavigableSet<MigrationVersion> all, MigrationFile file) {
    Optional<MigrationVersion> before = Optional.ofNullable(all.lower(version));
    if (before.isEmpty() || !counted(version) || !counted(before.get())) {
      return;
    }
    BigInteger expected = new BigInteger(before.get().toString()).add(BigInteger.ONE);
    if (expected.compareTo(new BigInteger(version.toString())) < 0) {
      all(
          LintRule.VERSION_GAP,
          file,
          "no file has version " + expected + ", between " + before.get() + " and " + version);
    }
  }

  private static boolean counted(MigrationVersion version) {
    return version.toString().matches("\\d{1," + COUNTED_DIGITS_MAX + "}");
  }

  private void all(LintRule rule, MigrationFile file, String what) {
    add(
        new Found(rule, file.path(), 1, what),
        file.dialect().map(DatabaseDriver::name).orElse(""),
        Optional.empty());
  }

  /** Flyway's free edition has no way back: there a missing one is missed where others are. */
  private void checkDowns(Map<DatabaseDriver, ResolvedMigrations> chosen) {
    boolean flywayUndoes =
        chosen.values().stream()
            .flatMap(files -> files.versioned().stream())
            .anyMatch(migration -> migration.up().flyway() && migration.down().isPresent());
    chosen.forEach(
        (dialect, files) ->
            files.versioned().stream()
                .filter(migration -> migration.down().isEmpty() && judged(migration.version()))
                .filter(migration -> migration.up().format().hasDown())
                .filter(migration -> !migration.up().flyway() || flywayUndoes)
                .forEach(
                    migration ->
                        found(
                            LintRule.DOWN_MISSING,
                            migration.up(),
                            dialect,
                            migration.up().format().missingDown() + " it")));
  }

  private void checkDialects(Map<DatabaseDriver, ResolvedMigrations> chosen) {
    Map<MigrationVersion, VersionedMigration> known = new TreeMap<>();
    chosen
        .values()
        .forEach(files -> files.versioned().forEach(one -> known.putIfAbsent(one.version(), one)));
    chosen.forEach(
        (dialect, files) -> {
          Set<MigrationVersion> here =
              files.versioned().stream()
                  .map(VersionedMigration::version)
                  .collect(Collectors.toSet());
          known.forEach(
              (version, migration) -> {
                if (judged(version) && !here.contains(version)) {
                  found(
                      LintRule.DIALECT_MISSING,
                      migration.up(),
                      dialect,
                      "no file of this version is for " + dialect.name());
                }
              });
        });
  }

  /** Comments that accept nothing. */
  private void checkAllowances(List<DatabaseDriver> dialects) {
    allowances.forEach(
        (path, here) -> {
          // script() adds to both maps.
          MigrationFile file = Objects.requireNonNull(read.get(path));
          String dialect = file.dialect().map(DatabaseDriver::name).orElse("");
          here.all()
              .forEach(
                  (line, one) -> {
                    if (!one.valid()) {
                      String why =
                          one.rule().isEmpty()
                              ? " names no rule that can be accepted"
                              : " says no reason";
                      add(
                          new Found(
                              LintRule.ALLOW_INVALID, path, line, "`" + one.text() + "`" + why),
                          dialect,
                          Optional.empty());
                    } else if (!one.used() && concerned(one, file, dialects)) {
                      add(
                          new Found(LintRule.ALLOW_UNUSED, path, line, "`" + one.text() + "`"),
                          dialect,
                          Optional.empty());
                    }
                  });
        });
  }

  /** Whether all databases on which it could have been used were looked at. */
  private static boolean concerned(
      Suppression one, MigrationFile file, List<DatabaseDriver> dialects) {
    LintRule rule = one.rule().orElseThrow();
    if (rule.equals(LintRule.DOWN_INCOMPLETE)) {
      return false;
    }
    return Drivers.all().stream()
        .filter(driver -> driver.applies(rule))
        .filter(driver -> file.dialect().filter(only -> !only.equals(driver)).isEmpty())
        .allMatch(dialects::contains);
  }

  private List<LintViolation> sorted() {
    List<LintRule> rules = LintRules.all();
    return flaws.entrySet().stream()
        .map(
            each ->
                new LintViolation(
                    each.getKey().rule(),
                    each.getKey().file(),
                    each.getKey().line(),
                    each.getValue().stream().filter(name -> !name.isEmpty()).toList(),
                    each.getKey().what()))
        .sorted(
            Comparator.comparing((LintViolation flaw) -> flaw.file().toString())
                .thenComparingInt(LintViolation::line)
                .thenComparingInt(violation -> rules.indexOf(violation.rule())))
        .toList();
  }
}
