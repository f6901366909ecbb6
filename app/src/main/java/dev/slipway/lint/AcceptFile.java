package dev.slipway.lint;

import static java.util.stream.Collectors.joining;

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
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code slipway-accept.yaml} in a folder of migrations: findings of {@code lint} that are
 * accepted without a comment in the migration, which may be applied and must not change, and
 * differences between a database and its migrations. For one thread.
 */
public final class AcceptFile {
  /** The name of the file. */
  public static final String NAME = "slipway-accept.yaml";

  private static final String FINDINGS = "findings";
  private static final String SCHEMA = "schema";
  private static final List<String> KEYS = List.of("rule", "file", "version", "reason", "expires");
  private static final List<String> SCHEMA_KEYS =
      List.of("object", "property", "reason", "expires");
  private static final Pattern PLACE = Pattern.compile("^(.*?):(\\d+):\\d+ (.*)$", Pattern.DOTALL);

  private final Path path;
  private final List<Entry> entries = new ArrayList<>();
  private final List<SchemaEntry> schemaEntries = new ArrayList<>();
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

  /**
   * One accepted difference between a database and its migrations.
   *
   * @param line where the entry starts
   * @param object kind and name of the object; {@code *} stands for any characters
   * @param property the property that may differ; absent if all may, and the object may be missing
   *     or added
   * @param expires the last day on which it is accepted
   */
  public record SchemaEntry(
      int line, String object, Optional<String> property, String reason, LocalDate expires) {
    /** Whether it accepts a difference today. */
    public boolean accepts(String differing, Optional<String> differingProperty) {
      return !LocalDate.now(ZoneOffset.UTC).isAfter(expires)
          && (property.isEmpty() || property.equals(differingProperty))
          && Pattern.matches(
              Arrays.stream(object.split("\\*", -1)).map(Pattern::quote).collect(joining(".*")),
              differing);
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
   * @throws SlipwayException (usage) if it cannot be read, or is named otherwise
   */
  static Optional<AcceptFile> read(Path folder) {
    Path path = folder.resolve(NAME);
    Path misspelled = folder.resolve(NAME.replace(".yaml", ".yml"));
    if (Files.exists(misspelled)) {
      throw SlipwayException.usageErrorIn(misspelled, "the file must be named " + NAME);
    }
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
      problems.add(
          new Problem(
              1,
              "the top level must be a map with the keys `" + FINDINGS + "` and `" + SCHEMA + "`"));
      return;
    }
    rejectUnknown(map, "", positions, List.of(FINDINGS, SCHEMA));
    parseList(map, FINDINGS, KEYS, positions, this::parseFinding);
    parseList(map, SCHEMA, SCHEMA_KEYS, positions, this::parseDifference);
  }

  private interface EntryParser {
    /**
     * Parses an entry.
     *
     * @param known how many problems were known before the entry; with more it accepts nothing
     */
    void parse(Map<?, ?> entry, String pointer, Map<String, Position> positions, int known);
  }

  private void parseList(
      Map<?, ?> document,
      String key,
      List<String> known,
      Map<String, Position> positions,
      EntryParser parser) {
    if (document.get(key) instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        String pointer = "/" + key + "/" + i;
        if (list.get(i) instanceof Map<?, ?> entry) {
          int before = problems.size();
          rejectUnknown(entry, pointer, positions, known);
          parser.parse(entry, pointer, positions, before);
        } else {
          problems.add(
              new Problem(
                  line(positions, pointer),
                  "an entry must be a map with " + String.join(", ", known)));
        }
      }
    } else if (document.get(key) != null) {
      problems.add(new Problem(line(positions, "/" + key), "`" + key + "` must be a list"));
    }
  }

  private void rejectUnknown(
      Map<?, ?> map, String pointer, Map<String, Position> positions, List<String> known) {
    map.keySet().stream()
        .map(String::valueOf)
        .filter(key -> !known.contains(key))
        .forEach(
            key ->
                problems.add(
                    new Problem(
                        line(positions, pointer + "/" + pointer(key)),
                        "unknown key `" + key + "`" + Suggestions.didYouMean(key, known))));
  }

  private void parseDifference(
      Map<?, ?> map, String pointer, Map<String, Position> positions, int before) {
    int line = line(positions, pointer);
    Optional<String> object = text(map, "object", pointer, positions);
    Optional<String> property = text(map, "property", pointer, positions);
    Optional<String> reason = text(map, "reason", pointer, positions);
    Optional<LocalDate> expires = expires(map, pointer, positions);
    requireKeys(map, line, List.of("object", "reason", "expires"));
    if (problems.size() == before) {
      schemaEntries.add(
          new SchemaEntry(
              line, object.orElseThrow(), property, reason.orElseThrow(), expires.orElseThrow()));
    }
  }

  private Optional<LocalDate> expires(
      Map<?, ?> map, String pointer, Map<String, Position> positions) {
    return text(map, "expires", pointer, positions)
        .flatMap(each -> date(each, line(positions, pointer + "/expires")));
  }

  private void requireKeys(Map<?, ?> map, int line, List<String> keys) {
    for (String key : keys) {
      if (!map.containsKey(key)) {
        problems.add(new Problem(line, "an entry needs `" + key + "`"));
      }
    }
  }

  private void parseFinding(
      Map<?, ?> map, String pointer, Map<String, Position> positions, int before) {
    int line = line(positions, pointer);
    Optional<LintRule> rule = rule(map, pointer, positions);
    Optional<String> file = text(map, "file", pointer, positions);
    Optional<MigrationVersion> version =
        text(map, "version", pointer, positions)
            .flatMap(each -> version(each, line(positions, pointer + "/version")));
    if (map.containsKey("file") == map.containsKey("version")) {
      problems.add(new Problem(line, "an entry needs either `file` or `version`"));
    }
    Optional<String> reason = text(map, "reason", pointer, positions);
    Optional<LocalDate> expires = expires(map, pointer, positions);
    requireKeys(map, line, List.of("rule", "reason", "expires"));
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

  /** The valid entries about differences of schemas, in order. */
  public List<SchemaEntry> schemaEntries() {
    return List.copyOf(schemaEntries);
  }

  /**
   * Rejects the file if something in it is wrong.
   *
   * @throws SlipwayException (usage) with the first problem
   */
  public void requireValid() {
    if (!problems.isEmpty()) {
      Problem first = problems.getFirst();
      throw SlipwayException.usageError(path + ":" + first.line() + ": " + first.text());
    }
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
