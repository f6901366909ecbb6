package dev.slipway.audit;

import dev.slipway.audit.Allowances.Allowance;
import dev.slipway.db.Dialect;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.MigrationFile;
import dev.slipway.migrate.MigrationFile.Kind;
import dev.slipway.migrate.MigrationFiles;
import dev.slipway.migrate.MigrationFiles.Migration;
import dev.slipway.migrate.Step;
import dev.slipway.migrate.Step.Direction;
import dev.slipway.migrate.StepReader;
import dev.slipway.migrate.Version;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads migration files, as each of some databases would, and says what in them stops a service
 * that is running meanwhile, or cannot run itself. Needs no database. Used once, by one thread.
 */
public final class Lint {
  /** A refusal says its place first. */
  private static final Pattern PLACE = Pattern.compile(":(\\d+)?:? ?(.*)", Pattern.DOTALL);

  /** Longer numbers are times, and times have gaps. */
  private static final int COUNTED_DIGITS_MAX = 7;

  private final Map<String, String> placeholders;
  private final Optional<Version> from;
  private final Map<Found, Set<String>> flaws = new LinkedHashMap<>();
  private final Map<Path, Allowances> allowances = new HashMap<>();
  private final Map<Path, MigrationFile> read = new TreeMap<>();
  private final Set<Found> accepted = new LinkedHashSet<>();

  private record Found(Rule rule, Path file, int line, String what) {}

  /**
   * What was found.
   *
   * @param flaws by file and line
   * @param accepted how many more the files themselves accept
   * @param files how many files were judged
   */
  public record Result(List<Flaw> flaws, int accepted, int files) {
    /** How many of them there are. */
    public long count(Rule.Severity severity) {
      return flaws.stream().filter(flaw -> flaw.rule().severity() == severity).count();
    }
  }

  private Lint(Map<String, String> placeholders, Optional<Version> from) {
    this.placeholders = placeholders;
    this.from = from;
  }

  /**
   * The databases that the names of files speak of; all of them when none does.
   *
   * @throws Fault (usage) if a folder cannot be read or holds no migration
   */
  public static List<Dialect> dialects(List<Path> folders) {
    List<MigrationFile> files = MigrationFiles.list(folders, (_, _) -> {});
    List<Dialect> named =
        Dialect.all().stream()
            .filter(
                dialect ->
                    files.stream()
                        .anyMatch(file -> file.dialect().filter(dialect::equals).isPresent()))
            .toList();
    return named.isEmpty() ? Dialect.all() : named;
  }

  /**
   * Reads the files.
   *
   * @param folders as for `up`; empty for Slipway's own schema
   * @param placeholders values for files with Flyway's names
   * @param dialects the databases for which to read them
   * @param from only files from this version on are judged; older ones only say what there is
   * @throws Fault (usage) if a folder cannot be read or holds no migration
   */
  public static Result check(
      List<Path> folders,
      Map<String, String> placeholders,
      List<Dialect> dialects,
      Optional<Version> from) {
    return new Lint(placeholders, from).check(folders, dialects);
  }

  private Result check(List<Path> folders, List<Dialect> dialects) {
    List<MigrationFile> files =
        MigrationFiles.list(
            folders, (path, fault) -> refused(Rule.FILE_NAME, path, fault, List.of()));
    Map<Dialect, MigrationFiles> chosen = new LinkedHashMap<>();
    for (Dialect dialect : dialects) {
      chosen.put(
          dialect,
          MigrationFiles.of(
              files,
              dialect,
              (path, fault) ->
                  refused(Rule.DUPLICATE_VERSION, path, fault, List.of(dialect.name()))));
    }
    chosen.forEach(this::checkStatements);
    checkVersions(files);
    checkDowns(chosen);
    checkDialects(chosen);
    checkAllowances(dialects);
    int judged = (int) read.values().stream().filter(this::judged).count();
    return new Result(sorted(), accepted.size(), judged);
  }

  private boolean judged(MigrationFile file) {
    return file.version().isEmpty() || judged(file.version().get());
  }

  private boolean judged(Version version) {
    return from.filter(first -> version.compareTo(first) < 0).isEmpty();
  }

  // ---- one file

  private void checkStatements(Dialect dialect, MigrationFiles files) {
    StepReader reader = new StepReader(dialect, placeholders);
    StatementRules rules = StatementRules.of(dialect, from.isPresent());
    for (Migration migration : files.versioned()) {
      // Older files are read all the same: they say which rows are known to be not NULL.
      boolean judged = judged(migration.version());
      readUp(migration.up(), dialect, reader, rules, judged);
      if (judged) {
        migration
            .down()
            .ifPresent(
                down ->
                    script(down, Direction.DOWN, dialect, reader)
                        .ifPresent(
                            script ->
                                rules.checkDown(
                                    script,
                                    (rule, number) -> found(script, dialect, rule, number))));
      }
    }
    files.repeatable().forEach(file -> readUp(file, dialect, reader, rules, true));
  }

  private void readUp(
      MigrationFile file,
      Dialect dialect,
      StepReader reader,
      StatementRules rules,
      boolean judged) {
    if (judged) {
      script(file, Direction.UP, dialect, reader)
          .ifPresent(
              script ->
                  rules.check(script, (rule, number) -> found(script, dialect, rule, number)));
      return;
    }
    try {
      rules.checkOlder(Script.of(reader.read(file, Direction.UP), dialect));
    } catch (Fault fault) {
      // Whatever is wrong with it is not asked for.
    }
  }

  private Optional<Script> script(
      MigrationFile file, Direction direction, Dialect dialect, StepReader reader) {
    read.put(file.path(), file);
    Step step;
    try {
      step = reader.read(file, direction);
    } catch (Fault fault) {
      refused(Rule.REFUSED, file.path(), fault, List.of(dialect.name()));
      return Optional.empty();
    }
    Script script = Script.of(step, dialect);
    allowances.computeIfAbsent(file.path(), _ -> new Allowances()).read(script);
    if (!step.script().terminated()) {
      found(Rule.UNTERMINATED, file, dialect, "the end of the file");
    } else if (script.sentences().isEmpty()) {
      found(Rule.EMPTY_FILE, file, dialect, "no statement");
    }
    return Optional.of(script);
  }

  private void found(Script script, Dialect dialect, Rule rule, int number) {
    Script.Sentence sentence = script.sentences().get(number);
    Path file = script.step().file().path();
    add(
        new Found(
            rule,
            file,
            script.line(sentence.statement().start()),
            script.step().script().excerpt(sentence.statement())),
        dialect.name(),
        Optional.of(number));
  }

  private void found(Rule rule, MigrationFile file, Dialect dialect, String what) {
    add(new Found(rule, file.path(), 1, what), dialect.name(), Optional.empty());
  }

  private void add(Found found, String dialect, Optional<Integer> statement) {
    Allowances here = allowances.get(found.file());
    if (here != null && found.rule().acceptable() && here.accept(found.rule(), statement)) {
      accepted.add(found);
      return;
    }
    flaws.computeIfAbsent(found, _ -> new TreeSet<>()).add(dialect);
  }

  /** What `up` would refuse, in its words. */
  private void refused(Rule rule, Path file, Fault fault, List<String> dialects) {
    String words = fault.getMessage();
    int line = 1;
    if (words.startsWith(file + ":")) {
      Matcher place = PLACE.matcher(words.substring(file.toString().length()));
      if (place.matches()) {
        line = place.group(1) == null ? 1 : Integer.parseInt(place.group(1));
        words = place.group(2);
      }
    }
    String hint = fault.hint().map(text -> "; " + text).orElse("");
    flaws
        .computeIfAbsent(new Found(rule, file, line, words + hint), _ -> new TreeSet<>())
        .addAll(dialects);
  }

  // ---- all files

  private void checkVersions(List<MigrationFile> files) {
    Map<Version, List<MigrationFile>> versions = new TreeMap<>();
    for (MigrationFile file : files) {
      file.version()
          .filter(this::judged)
          .ifPresent(
              version -> versions.computeIfAbsent(version, _ -> new ArrayList<>()).add(file));
    }
    Set<Version> all = new TreeSet<>();
    files.forEach(file -> file.version().ifPresent(all::add));
    versions.forEach(
        (version, of) -> {
          of.sort(Comparator.comparing(MigrationFile::kind).thenComparing(MigrationFile::path));
          MigrationFile first = of.getFirst();
          if (of.stream().noneMatch(file -> file.kind() == Kind.UP)) {
            all(Rule.UP_MISSING, first, "no up file has version " + version);
          }
          Optional<MigrationFile> other =
              of.stream().filter(file -> !file.name().equals(first.name())).findFirst();
          other.ifPresent(
              file ->
                  all(
                      Rule.NAME_DIFFERS,
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
  private void checkGap(Version version, Set<Version> all, MigrationFile file) {
    Optional<Version> before =
        all.stream().filter(one -> one.compareTo(version) < 0).reduce((_, last) -> last);
    if (before.isEmpty() || !counted(version) || !counted(before.get())) {
      return;
    }
    BigInteger expected = new BigInteger(before.get().toString()).add(BigInteger.ONE);
    if (expected.compareTo(new BigInteger(version.toString())) < 0) {
      all(
          Rule.VERSION_GAP,
          file,
          "no file has version " + expected + ", between " + before.get() + " and " + version);
    }
  }

  private static boolean counted(Version version) {
    return version.toString().matches("\\d{1," + COUNTED_DIGITS_MAX + "}");
  }

  private void all(Rule rule, MigrationFile file, String what) {
    add(
        new Found(rule, file.path(), 1, what),
        file.dialect().map(Dialect::name).orElse(""),
        Optional.empty());
  }

  /** Flyway's free edition has no way back: there a missing one is missed where others are. */
  private void checkDowns(Map<Dialect, MigrationFiles> chosen) {
    boolean flywayUndoes =
        chosen.values().stream()
            .flatMap(files -> files.versioned().stream())
            .anyMatch(migration -> migration.up().flyway() && migration.down().isPresent());
    chosen.forEach(
        (dialect, files) ->
            files.versioned().stream()
                .filter(migration -> migration.down().isEmpty() && judged(migration.version()))
                .filter(migration -> !migration.up().flyway() || flywayUndoes)
                .forEach(
                    migration ->
                        found(
                            Rule.DOWN_MISSING, migration.up(), dialect, "no down file beside it")));
  }

  private void checkDialects(Map<Dialect, MigrationFiles> chosen) {
    Map<Version, Migration> known = new TreeMap<>();
    chosen
        .values()
        .forEach(files -> files.versioned().forEach(one -> known.putIfAbsent(one.version(), one)));
    chosen.forEach(
        (dialect, files) -> {
          Set<Version> here =
              files.versioned().stream().map(Migration::version).collect(Collectors.toSet());
          known.forEach(
              (version, migration) -> {
                if (judged(version) && !here.contains(version)) {
                  found(
                      Rule.DIALECT_MISSING,
                      migration.up(),
                      dialect,
                      "no file of this version is for " + dialect.name());
                }
              });
        });
  }

  /** Comments that accept nothing. */
  private void checkAllowances(List<Dialect> dialects) {
    Set<Dialect.Kind> kinds = dialects.stream().map(Dialect::kind).collect(Collectors.toSet());
    allowances.forEach(
        (path, here) -> {
          String dialect = read.get(path).dialect().map(Dialect::name).orElse("");
          here.all()
              .forEach(
                  (line, one) -> {
                    if (!one.valid()) {
                      String why =
                          one.rule().isEmpty()
                              ? " names no rule that can be accepted"
                              : " says no reason";
                      add(
                          new Found(Rule.ALLOW_INVALID, path, line, "`" + one.words() + "`" + why),
                          dialect,
                          Optional.empty());
                    } else if (!one.used() && concerned(one, read.get(path), kinds)) {
                      add(
                          new Found(Rule.ALLOW_UNUSED, path, line, "`" + one.words() + "`"),
                          dialect,
                          Optional.empty());
                    }
                  });
        });
  }

  /** Whether all databases on which it could have been used were looked at. */
  private static boolean concerned(Allowance one, MigrationFile file, Set<Dialect.Kind> kinds) {
    return one.rule().orElseThrow().databases().stream()
        .filter(kind -> file.dialect().isEmpty() || file.dialect().get().kind() == kind)
        .allMatch(kinds::contains);
  }

  private List<Flaw> sorted() {
    return flaws.entrySet().stream()
        .map(
            each ->
                new Flaw(
                    each.getKey().rule(),
                    each.getKey().file(),
                    each.getKey().line(),
                    each.getValue().stream().filter(name -> !name.isEmpty()).toList(),
                    each.getKey().what()))
        .sorted(
            Comparator.comparing((Flaw flaw) -> flaw.file().toString())
                .thenComparing(Flaw::line)
                .thenComparing(Flaw::rule))
        .toList();
  }
}
