package dev.slipway.lint;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.StatementRules;
import dev.slipway.error.SlipwayException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Reads migration files, as each of some databases would, and says what in them stops a service
 * that is running meanwhile, or cannot run itself. Needs no database. Used once, by one thread.
 */
public final class Linter {
  /** Longer numbers are times, and times have gaps. */
  private static final int COUNTED_DIGITS_MAX = 7;

  private final Placeholders placeholders;
  private final Scope scope;
  private final Findings findings;

  /**
   * Which files are judged; all others only define the schema before them.
   *
   * @param from the first version; empty for all
   * @param changed the files; empty for all
   */
  public record Scope(Optional<MigrationVersion> from, Optional<Set<Path>> changed) {
    /** All files. */
    public static Scope all() {
      return new Scope(Optional.empty(), Optional.empty());
    }

    /** Whether the judged files are of one release, so that what one creates is new for all. */
    boolean isRelease() {
      return from.isPresent() || changed.isPresent();
    }

    boolean contains(MigrationFile file) {
      boolean recent =
          file.version().isEmpty()
              || from.filter(first -> file.version().get().compareTo(first) < 0).isEmpty();
      return recent && changed.filter(paths -> !paths.contains(file.path())).isEmpty();
    }
  }

  /**
   * What was found.
   *
   * @param flaws by file and line
   * @param acceptedFlaws those that comments or accept files accept
   * @param files how many files were judged
   * @param notes what is in the folders and was not judged, in lines for the log
   */
  public record Result(
      List<LintViolation> flaws, List<LintViolation> acceptedFlaws, int files, List<String> notes) {
    /** How many violations of a severity are not accepted. */
    public long count(LintRule.Severity severity) {
      return flaws.stream().filter(flaw -> flaw.rule().severity() == severity).count();
    }

    /** How many violations are accepted. */
    public int accepted() {
      return acceptedFlaws.size();
    }
  }

  private Linter(Placeholders placeholders, Scope scope, List<AcceptFile> acceptFiles) {
    this.placeholders = placeholders;
    this.scope = scope;
    this.findings = new Findings(acceptFiles);
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
   * @throws SlipwayException (usage) if a folder cannot be read or holds no migration
   */
  public static Result check(
      Settings.Migrate settings, List<DatabaseDriver> dialects, Scope scope) {
    List<AcceptFile> acceptFiles = AcceptFile.readAll(settings.paths());
    return new Linter(Placeholders.of(settings), scope, acceptFiles).check(settings, dialects);
  }

  private Result check(Settings.Migrate settings, List<DatabaseDriver> dialects) {
    MigrationFolders listing =
        MigrationFolders.read(
            settings,
            (path, fault) -> findings.addRejection(LintRule.FILE_NAME, path, fault, List.of()));
    List<MigrationFile> files = listing.files();
    Map<DatabaseDriver, ResolvedMigrations> chosen = new LinkedHashMap<>();
    for (DatabaseDriver dialect : dialects) {
      chosen.put(
          dialect,
          ResolvedMigrations.of(
              files,
              dialect,
              (path, fault) ->
                  findings.addRejection(
                      LintRule.DUPLICATE_VERSION, path, fault, List.of(dialect.name()))));
    }
    chosen.forEach(this::checkStatements);
    checkVersions(files);
    checkDowns(chosen);
    checkDialects(chosen);
    findings.addUnusedSuppressions(dialects);
    findings.addAcceptFileProblems(files, scope::contains, dialects);
    List<String> notes = new ArrayList<>(listing.notes());
    if (scope.isRelease() && findings.judgedFiles() == 0) {
      notes.add("warning: no file was judged: no migration is in the range of --from or --since");
    }
    return new Result(
        findings.violations(), findings.accepted(), findings.judgedFiles(), List.copyOf(notes));
  }

  // ---- one file

  private record ParsedStep(
      MigrationStep step, TokenizedScript script, UnaryOperator<String> mask) {}

  private void checkStatements(DatabaseDriver dialect, ResolvedMigrations files) {
    StepReader reader = new StepReader(dialect, placeholders);
    TransactionCheck ups = reader.transactionCheck();
    TransactionCheck downs = reader.transactionCheck();
    StatementRules rules = dialect.statementRules(scope.isRelease());
    // Older files that a baseline migration replaces may be deleted: then it is the first file.
    Optional<MigrationFile> start = files.baseline();
    boolean replaces =
        start.isPresent() && files.fromEmptySchema().size() == files.versioned().size() + 1;
    start.ifPresent(
        file ->
            readUp(file, dialect, reader, ups, replaces ? rules : dialect.statementRules(true)));
    for (VersionedMigration migration : files.versioned()) {
      // Older files are read all the same: they say which rows are known to be not NULL.
      readUp(migration.up(), dialect, reader, ups, rules);
      migration
          .down()
          .filter(scope::contains)
          .flatMap(down -> script(down, Direction.DOWN, dialect, reader, downs))
          .ifPresent(
              parsed ->
                  rules.checkDown(
                      parsed.script(), (rule, number) -> found(parsed, dialect, rule, number)));
    }
    files.repeatable().forEach(file -> readUp(file, dialect, reader, ups, rules));
  }

  private void readUp(
      MigrationFile file,
      DatabaseDriver dialect,
      StepReader reader,
      TransactionCheck transactions,
      StatementRules rules) {
    if (scope.contains(file)) {
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
    findings.judge(file);
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
      findings.addRejection(LintRule.REFUSED, file.path(), fault, List.of(dialect.name()));
      return Optional.empty();
    }
    TokenizedScript script;
    try {
      script = TokenizedScript.of(step.script());
    } catch (OutOfMemoryError e) {
      findings.addRejection(
          LintRule.REFUSED,
          file.path(),
          MemoryLimits.tooLarge(file.path(), step.bytes()),
          List.of(dialect.name()));
      return Optional.empty();
    }
    findings.readSuppressions(file, script);
    if (!step.script().terminated()) {
      found(LintRule.UNTERMINATED, file, dialect, "the end of the file");
    } else if (script.statements().isEmpty()
        && (direction == Direction.UP
            || script.comments().stream()
                .allMatch(comment -> file.format().isMark(comment.text())))) {
      found(LintRule.EMPTY_FILE, file, dialect, "no statement");
    }
    ParsedStep parsed = new ParsedStep(step, script, reader::mask);
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
    findings.add(
        rule,
        parsed.step().file(),
        parsed.script().line(statement.start()),
        parsed.mask().apply(parsed.step().script().excerpt(statement)),
        dialect.name(),
        Optional.of(number));
  }

  private void found(LintRule rule, MigrationFile file, DatabaseDriver dialect, String subject) {
    findings.add(rule, file, 1, subject, dialect.name(), Optional.empty());
  }

  // ---- all files

  private void checkVersions(List<MigrationFile> files) {
    Map<MigrationVersion, List<MigrationFile>> versions = new TreeMap<>();
    for (MigrationFile file : files) {
      file.version()
          .filter(_ -> scope.contains(file))
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
    findings.add(
        rule, file, 1, what, file.dialect().map(DatabaseDriver::name).orElse(""), Optional.empty());
  }

  /** Flyway's free edition has no undo files, so they are required only where others exist. */
  private void checkDowns(Map<DatabaseDriver, ResolvedMigrations> chosen) {
    boolean flywayUndoes =
        chosen.values().stream()
            .flatMap(files -> files.versioned().stream())
            .anyMatch(migration -> migration.up().flyway() && migration.down().isPresent());
    chosen.forEach(
        (dialect, files) ->
            files.versioned().stream()
                .filter(migration -> migration.down().isEmpty() && scope.contains(migration.up()))
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
                if (scope.contains(migration.up()) && !here.contains(version)) {
                  found(
                      LintRule.DIALECT_MISSING,
                      migration.up(),
                      dialect,
                      "no file of this version is for " + dialect.name());
                }
              });
        });
  }
}
