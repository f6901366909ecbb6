package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.mysql.CreateText.Keywords;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The objects in the text of SHOW CREATE TABLE: each line is a column, a key, a constraint, the
 * options of the table, or a partition. Of one table.
 */
final class CreateTableText {
  private static final Map<String, String> COLLATION = Map.of("COLLATE", "collation");

  private static final Keywords COLUMN =
      new Keywords(
          Map.ofEntries(
              Map.entry("CHARACTER SET", 1),
              Map.entry("COLLATE", 1),
              Map.entry("NOT NULL", 0),
              Map.entry("DEFAULT", 1),
              Map.entry("ON UPDATE", 1),
              Map.entry("AUTO_INCREMENT", 0),
              Map.entry("COMMENT", 1),
              Map.entry("GENERATED ALWAYS AS", 1),
              Map.entry("INVISIBLE", 0),
              Map.entry("SRID", 1),
              Map.entry("STORAGE", 1),
              Map.entry("COLUMN_FORMAT", 1),
              Map.entry("ENGINE_ATTRIBUTE", 1),
              Map.entry("SECONDARY_ENGINE_ATTRIBUTE", 1)),
          Set.of("NULL"),
          COLLATION);

  private static final Keywords INDEX =
      new Keywords(
          Map.of("USING", 1, "COMMENT", 1, "INVISIBLE", 0, "WITH PARSER", 1, "ENGINE_ATTRIBUTE", 1),
          Set.of(),
          Map.of());

  private static final Keywords FOREIGN_KEY =
      new Keywords(
          Map.of("REFERENCES", 2, "ON DELETE", 1, "ON UPDATE", 1, "MATCH", 1), Set.of(), Map.of());

  private static final Keywords CHECK = new Keywords(Map.of("NOT ENFORCED", 0), Set.of(), Map.of());

  private static final Keywords OPTIONS =
      new Keywords(
          Map.of("TABLESPACE", 1),
          Set.of("DEFAULT"),
          Map.of("CHARSET", "character set", "COLLATE", "collation"));

  private static final Pattern KEY =
      Pattern.compile("(?<kind>(?:UNIQUE |FULLTEXT |SPATIAL )?KEY|PRIMARY KEY) .*", Pattern.DOTALL);

  private static final Pattern PARTITION = Pattern.compile("[( ]PARTITION .*", Pattern.DOTALL);

  /** Properties with expressions. */
  private static final List<String> EXPRESSIONS =
      List.of("condition", "generated always as", "columns", "default");

  private static final Pattern NOW = Pattern.compile("\\(now\\((?<digits>[1-9]?)\\)\\)");

  private static final Pattern NEGATIVE = Pattern.compile("-\\((?<number>\\d+(?:\\.\\d+)?)\\)");

  private static final Pattern CONSTANT =
      Pattern.compile("\\((?:_\\w+(?<text>'.*)|(?<number>-?\\d+(?:\\.\\d+)?))\\)", Pattern.DOTALL);

  private final String table;
  private final String key;
  private final TreeMap<String, String> properties = new TreeMap<>();
  private final List<SchemaObject> objects = new ArrayList<>();
  private final List<String> columns = new ArrayList<>();
  private final List<String> omitted = new ArrayList<>();
  private final Map<String, Integer> unnamed = new HashMap<>();
  private final Map<String, String> lines = new LinkedHashMap<>();
  private String partitioning = "";

  /** Reads a text of SHOW CREATE TABLE. */
  CreateTableText(String table, String text) {
    this.table = table;
    this.key = "table " + table;
    List<String> all = CreateText.lines(CreateText.withoutMarks(text));
    int at = 1;
    while (at < all.size() && all.get(at).startsWith("  ")) {
      String line = all.get(at).strip();
      line = line.endsWith(",") ? line.substring(0, line.length() - 1) : line;
      int before = objects.size();
      member(line);
      if (objects.size() > before) {
        lines.put(objects.getLast().key(), line);
      }
      at++;
    }
    if (at < all.size()) {
      options(all.get(at).replaceFirst("^\\)\\s*", ""));
      partitions(all.subList(at + 1, all.size()));
      partitioning = String.join("\n", all.subList(at + 1, all.size())).strip();
    }
  }

  /** All objects; the table itself is the last. */
  List<SchemaObject> objects(Map<String, String> more) {
    properties.putAll(more);
    List<SchemaObject> all = new ArrayList<>(objects);
    all.add(new SchemaObject("table", table, Optional.empty(), properties));
    return all;
  }

  /** The names of the columns, in their order. */
  List<String> columns() {
    return List.copyOf(columns);
  }

  /** The lines of columns, keys, and constraints, by the keys of these objects. */
  Map<String, String> lines() {
    return Collections.unmodifiableMap(lines);
  }

  /** The lines after the options: how the table is partitioned. */
  String partitioning() {
    return partitioning;
  }

  /** The properties that may hold a secret, and are left out. */
  List<String> omitted() {
    return List.copyOf(omitted);
  }

  /**
   * One spelling of negative numbers in expressions: the server drops their parentheses when it
   * copies the table.
   */
  private static String canonicalExpression(String expression) {
    return CreateText.outsideQuotes(
        expression, plain -> NEGATIVE.matcher(plain).replaceAll("-${number}"));
  }

  private void add(String kind, String name, Map<String, String> its) {
    for (String expression : EXPRESSIONS) {
      its.computeIfPresent(expression, (_, value) -> canonicalExpression(value));
    }
    objects.add(new SchemaObject(kind, name, Optional.of(key), its));
  }

  private void member(String line) {
    List<String> words = CreateText.words(line);
    Matcher index = KEY.matcher(line);
    if (line.startsWith("`")) {
      column(words);
    } else if (index.matches()) {
      index(index.group("kind"), words);
    } else if (words.size() > 2 && words.getFirst().equals("CONSTRAINT")) {
      constraint(words);
    } else {
      properties.merge("other lines", line, (before, more) -> before + ", " + more);
    }
  }

  private void column(List<String> words) {
    String name = CreateText.unquoted(words.getFirst());
    Map<String, String> its = new HashMap<>();
    COLUMN.read(words.subList(1, words.size()), "type", its);
    its.computeIfPresent("default", (_, value) -> canonicalDefault(value));
    columns.add(name);
    add("column", table + "." + name, its);
  }

  /**
   * One spelling for defaults that mean the same: the server keeps a constant in parentheses apart
   * from one without.
   */
  static String canonicalDefault(String value) {
    Matcher now = NOW.matcher(value);
    if (now.matches()) {
      String digits = now.group("digits");
      return "CURRENT_TIMESTAMP" + (digits.isEmpty() ? "" : "(" + digits + ")");
    }
    Matcher constant = CONSTANT.matcher(value);
    if (!constant.matches()) {
      return value;
    }
    String text = constant.group("text");
    return text == null
        ? "'" + constant.group("number") + "'"
        : CreateText.isQuoted(text) ? text : value;
  }

  private void index(String kind, List<String> words) {
    Map<String, String> its = new HashMap<>();
    boolean primary = kind.equals("PRIMARY KEY");
    int first = (int) kind.chars().filter(c -> c == ' ').count() + 1;
    String name = primary ? "PRIMARY" : CreateText.unquoted(words.get(first));
    INDEX.read(words.subList(primary ? first : first + 1, words.size()), "columns", its);
    switch (kind) {
      case "UNIQUE KEY" -> its.put("unique", "yes");
      case "FULLTEXT KEY" -> its.put("type", "FULLTEXT");
      case "SPATIAL KEY" -> its.put("type", "SPATIAL");
      default -> {}
    }
    add("index", table + "." + name, its);
  }

  private void constraint(List<String> words) {
    String name = CreateText.unquoted(words.get(1));
    Map<String, String> its = new HashMap<>();
    if (words.get(2).equals("CHECK")) {
      CHECK.read(words.subList(3, words.size()), "condition", its);
      String condition = canonicalExpression(its.getOrDefault("condition", ""));
      add("check", named(name, "chk", condition), its);
    } else if (words.get(2).equals("FOREIGN")) {
      FOREIGN_KEY.read(words.subList(4, words.size()), "columns", its);
      add("foreign key", named(name, "ibfk", its.getOrDefault("columns", "")), its);
    } else {
      its.put("definition", String.join(" ", words.subList(2, words.size())));
      add("constraint", table + "." + name, its);
    }
  }

  /**
   * The name of a constraint. The server numbers those without a name in the order in which they
   * were created; they are named by their content.
   */
  private String named(String name, String infix, String content) {
    if (!name.matches(Pattern.quote(table) + "_" + infix + "_\\d+")) {
      return table + "." + name;
    }
    String own = table + " " + content;
    int count = unnamed.merge(infix + own, 1, Integer::sum);
    return count == 1 ? own : own + " #" + count;
  }

  private void options(String line) {
    OPTIONS.read(CreateText.words(line), "options", properties);
    // The next number is state.
    properties.remove("auto increment");
    if (properties.remove("connection") != null) {
      omitted.add(key + ": CONNECTION, because it may hold a password");
    }
  }

  /** The lines of a partition, and the lines before the first. */
  private void partitions(List<String> lines) {
    StringBuilder current = new StringBuilder();
    for (String line : lines) {
      if (PARTITION.matcher(line).matches()) {
        partition(current.toString());
        current.setLength(0);
      }
      current.append(current.isEmpty() ? "" : " ").append(line.strip());
    }
    partition(current.toString());
  }

  private void partition(String text) {
    List<String> words = CreateText.words(text.replaceFirst("^\\((?=PARTITION )", ""));
    if (words.isEmpty()) {
      return;
    }
    String definition = text.replaceFirst("^\\((?=PARTITION )", "");
    if (!words.getFirst().equals("PARTITION") || words.size() < 3 || words.get(1).equals("BY")) {
      properties.put("partitioned", definition.strip());
      return;
    }
    // Each line ends with a comma, and the last with a parenthesis.
    String its = definition.strip();
    its = its.endsWith(",") || its.endsWith(")") ? its.substring(0, its.length() - 1) : its;
    String name = CreateText.unquoted(words.get(1));
    its = its.substring("PARTITION ".length() + words.get(1).length()).strip();
    add("partition", table + "." + name, new HashMap<>(Map.of("definition", its)));
  }
}
