package dev.slipway.lint;

import dev.slipway.config.IoErrors;
import dev.slipway.config.Suggestions;
import dev.slipway.driver.LintRule;
import dev.slipway.error.SlipwayException;
import dev.slipway.json.Yaml;
import dev.slipway.json.Yaml.Position;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.MigrationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code slipway-accept.yaml} in a folder of migrations: findings that are accepted
 * without a comment in the migration, which may be applied and must not change. For one thread.
 */
public final class AcceptFile {
  /** The name of the file. */
  public static final String NAME = "slipway-accept.yaml";

  private static final String FINDINGS = "findings";
  private static final List<String> KEYS = List.of("rule", "file", "version", "reason", "expires");
  private static final Pattern PLACE = Pattern.compile("^(.*?):(\\d+):\\d+ (.*)$", Pattern.DOTALL);

  private final Path path;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<Entry> used = new HashSet<>();

  /**
   * One accepted finding.
   *
   * @param line where the entry starts
   * @param file the name of the migration; absent if a version is given
   * @param version all files of this version; absent if a file is given
   * @param expires the last day on which it is accepted
   */
  public record Entry(
      int line,
      LintRule rule,
      Optional<String> file,
      Optional<MigrationVersion> version,
      String reason,
      LocalDate expires) {
    /** Whether it no longer accepts anything. */
    public boolean isExpired() {
      return LocalDate.now(ZoneOffset.UTC).isAfter(expires);
    }

    /** Whether it is about a file. */
    boolean concerns(MigrationFile migration) {
      return version.isPresent()
          ? migration.version().filter(version.get()::equals).isPresent()
          : file.filter(
                  name ->
                      name.equals(migration.script())
                          || name.equals(migration.path().getFileName().toString()))
              .isPresent();
    }

    /** The rule and the file, for messages. */
    String describe() {
      return rule.id() + " in " + file.orElseGet(() -> "version " + version.orElseThrow());
    }
  }

  /** What is wrong in the file. */
  public record Problem(int line, String text) {}

  private AcceptFile(Path path) {
    this.path = path;
  }

  /**
   * Reads the file of a folder; empty if it has none. What is wrong in the file is a problem, not a
   * failure.
   *
   * @throws SlipwayException (usage) if it cannot be read
   */
  static Optional<AcceptFile> read(Path folder) {
    Path path = folder.resolve(NAME);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    AcceptFile file = new AcceptFile(path);
    try {
      file.parse(Files.readString(path));
    } catch (IOException e) {
      throw SlipwayException.usageErrorIn(path, "cannot be read: " + IoErrors.describe(e)).cause(e);
    }
    return Optional.of(file);
  }

  /** The files of all folders that have one; as {@link #read}. */
  public static List<AcceptFile> readAll(List<Path> folders) {
    return folders.stream().flatMap(folder -> read(folder).stream()).toList();
  }

  private void parse(String text) {
    Object document;
    Map<String, Position> positions;
    try {
      document = Yaml.read(text, NAME);
      positions = Yaml.positions(text, NAME);
    } catch (SlipwayException e) {
      Matcher place = PLACE.matcher(e.getMessage());
      boolean placed = place.matches();
      problems.add(
          new Problem(
              placed ? Integer.parseInt(place.group(2)) : 1,
              placed ? place.group(3) : e.getMessage()));
      return;
    }
    if (document == null) {
      return;
    }
    if (!(document instanceof Map<?, ?> map)) {
      problems.add(new Problem(1, "the top level must be a map with the key `" + FINDINGS + "`"));
      return;
    }
    map.keySet().stream()
        .map(String::valueOf)
        .filter(key -> !key.equals(FINDINGS))
        .forEach(key -> unknown(positions, "/" + pointer(key), key, List.of(FINDINGS)));
    if (map.get(FINDINGS) instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        parse(list.get(i), "/" + FINDINGS + "/" + i, positions);
      }
    } else if (map.get(FINDINGS) != null) {
      problems.add(
          new Problem(line(positions, "/" + FINDINGS), "`" + FINDINGS + "` must be a list"));
    }
  }

  private void parse(Object entry, String pointer, Map<String, Position> positions) {
    int line = line(positions, pointer);
    if (!(entry instanceof Map<?, ?> map)) {
      problems.add(new Problem(line, "an entry must be a map with " + String.join(", ", KEYS)));
      return;
    }
    int before = problems.size();
    map.keySet().stream()
        .map(String::valueOf)
        .filter(key -> !KEYS.contains(key))
        .forEach(key -> unknown(positions, pointer + "/" + pointer(key), key, KEYS));
    Optional<LintRule> rule = rule(map, pointer, positions);
    Optional<String> file = text(map, "file", pointer, positions);
    Optional<MigrationVersion> version =
        text(map, "version", pointer, positions)
            .flatMap(each -> version(each, line(positions, pointer + "/version")));
    if (map.containsKey("file") == map.containsKey("version")) {
      problems.add(new Problem(line, "an entry needs either `file` or `version`"));
    }
    Optional<String> reason = text(map, "reason", pointer, positions);
    Optional<LocalDate> expires =
        text(map, "expires", pointer, positions)
            .flatMap(each -> date(each, line(positions, pointer + "/expires")));
    for (String key : List.of("rule", "reason", "expires")) {
      if (!map.containsKey(key)) {
        problems.add(new Problem(line, "an entry needs `" + key + "`"));
      }
    }
    if (problems.size() == before) {
      entries.add(
          new Entry(
              line,
              rule.orElseThrow(),
              file,
              version,
              reason.orElseThrow(),
              expires.orElseThrow()));
    }
  }

  private Optional<LintRule> rule(Map<?, ?> map, String pointer, Map<String, Position> positions) {
    Optional<String> id = text(map, "rule", pointer, positions);
    Optional<LintRule> rule = id.flatMap(LintRules::of);
    int line = line(positions, pointer + "/rule");
    if (id.isPresent() && rule.isEmpty()) {
      List<String> ids = LintRules.all().stream().map(LintRule::id).toList();
      problems.add(
          new Problem(
              line, "unknown rule `" + id.get() + "`" + Suggestions.didYouMean(id.get(), ids)));
    } else if (rule.filter(each -> !each.isSuppressible()).isPresent()) {
      problems.add(new Problem(line, "the rule `" + id.get() + "` cannot be accepted"));
    }
    return rule;
  }

  private Optional<String> text(
      Map<?, ?> map, String key, String pointer, Map<String, Position> positions) {
    if (!map.containsKey(key)) {
      return Optional.empty();
    }
    Position position = positions.get(pointer + "/" + key);
    Optional<String> text =
        Optional.ofNullable(position)
            .filter(_ -> map.get(key) != null)
            .map(each -> each.text().strip())
            .filter(each -> !each.isEmpty());
    if (text.isEmpty()) {
      problems.add(new Problem(line(positions, pointer + "/" + key), "`" + key + "` is empty"));
    }
    return text;
  }

  private Optional<MigrationVersion> version(String text, int line) {
    if (!text.matches("\\d+(?:[._]\\d+)*")) {
      problems.add(new Problem(line, "`version: " + text + "` is not a version"));
      return Optional.empty();
    }
    return Optional.of(MigrationVersion.of(text));
  }

  private Optional<LocalDate> date(String text, int line) {
    try {
      return Optional.of(LocalDate.parse(text));
    } catch (DateTimeParseException e) {
      problems.add(new Problem(line, "`expires: " + text + "` is not a date, such as 2027-06-30"));
      return Optional.empty();
    }
  }

  private void unknown(
      Map<String, Position> positions, String pointer, String key, List<String> known) {
    problems.add(
        new Problem(
            line(positions, pointer),
            "unknown key `" + key + "`" + Suggestions.didYouMean(key, known)));
  }

  private static int line(Map<String, Position> positions, String pointer) {
    Position position = positions.get(pointer);
    return position == null ? 1 : position.line();
  }

  private static String pointer(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }

  /** Where the file lies. */
  public Path path() {
    return path;
  }

  /** The valid entries, in order. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** What is wrong in the file, in order. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /**
   * The reason why a finding in a file is accepted, which the file remembers; empty if it is not.
   */
  public Optional<String> accept(LintRule rule, MigrationFile migration) {
    if (!migration.path().startsWith(path.getParent())) {
      return Optional.empty();
    }
    Optional<Entry> entry =
        entries.stream()
            .filter(each -> each.rule().equals(rule) && each.concerns(migration))
            .filter(each -> !each.isExpired())
            .findFirst();
    entry.ifPresent(used::add);
    return entry.map(Entry::reason);
  }

  /** Whether an entry has accepted something. */
  boolean isUsed(Entry entry) {
    return used.contains(entry);
  }
}
