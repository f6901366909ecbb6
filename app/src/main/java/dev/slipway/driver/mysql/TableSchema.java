package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table for a plan: its objects, and the lines of SHOW CREATE TABLE with which statements name
 * them. Immutable.
 */
final class TableSchema {
  private static final Pattern NAME = Pattern.compile("`(?:[^`]|``)*`");
  private static final Pattern NUMBERED = Pattern.compile("_(?:chk|ibfk)_\\d+");
  private static final String INNODB = "InnoDB";

  private final String name;
  private final String text;
  private final CreateTableText parsed;
  private final Map<String, SchemaObject> objects = new LinkedHashMap<>();

  /** Reads a text of SHOW CREATE TABLE. */
  TableSchema(String name, String text) {
    this.name = name;
    this.text = text;
    this.parsed = new CreateTableText(name, text);
    parsed.objects(Map.of()).forEach(object -> objects.put(object.key(), object));
  }

  String name() {
    return name;
  }

  /** The text of SHOW CREATE TABLE. */
  String text() {
    return text;
  }

  /** How the table is partitioned; empty if it is not. */
  String partitioning() {
    return parsed.partitioning();
  }

  /** The properties of the table itself. */
  Map<String, String> options() {
    return objects.getOrDefault("table " + name, none()).properties();
  }

  private SchemaObject none() {
    return new SchemaObject("table", name, Optional.empty(), Map.of());
  }

  /** The objects of a kind, in the order of the lines. */
  List<SchemaObject> all(String kind) {
    return objects.values().stream().filter(object -> object.kind().equals(kind)).toList();
  }

  /** An object by its key. */
  Optional<SchemaObject> find(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** A column by its name. */
  Optional<SchemaObject> column(String column) {
    return find("column " + name + "." + column);
  }

  /** The line of a column, key, or constraint. */
  String line(SchemaObject object) {
    return parsed.lines().getOrDefault(object.key(), "");
  }

  /** The name with which statements name a column, key, or constraint. */
  String realName(SchemaObject object) {
    return switch (object.kind()) {
      case "column", "index", "partition" -> object.name().substring(name.length() + 1);
      default -> CreateText.unquoted(CreateText.words(line(object)).get(1));
    };
  }

  /** The line of a constraint, without a name that the server has given to it. */
  String addition(SchemaObject constraint) {
    String line = line(constraint);
    String real = realName(constraint);
    boolean numbered =
        real.startsWith(name) && NUMBERED.matcher(real.substring(name.length())).matches();
    return numbered
        ? line.substring("CONSTRAINT ".length() + MysqlQuoting.name(real).length()).strip()
        : line;
  }

  /**
   * Whether a column that may be NULL has no default, not even NULL: only ALTER COLUMN takes it
   * away.
   */
  static boolean lacksDefault(SchemaObject column) {
    Map<String, String> its = column.properties();
    ColumnType type = ColumnType.parse(its.getOrDefault("type", ""));
    return !its.containsKey("not null")
        && !its.containsKey("default")
        && !ColumnChange.isGenerated(column)
        && type.hasDefault();
  }

  /** The action that takes the default of a column away. */
  TableAction dropDefault(SchemaObject column) {
    return TableAction.of(
        "ALTER COLUMN " + MysqlQuoting.name(realName(column)) + " DROP DEFAULT", OnlineDdl.INSTANT);
  }

  /** The columns with their properties, which two tables share that may be one. */
  Map<String, Map<String, String>> shape() {
    Map<String, Map<String, String>> shape = new TreeMap<>();
    all("column").forEach(column -> shape.put(realName(column), column.properties()));
    return shape;
  }

  /** Whether MySQL's own engine stores it, which alone changes tables in place. */
  boolean isInnodb() {
    return INNODB.equals(options().getOrDefault("engine", INNODB));
  }

  boolean isPartitioned() {
    return !partitioning().isEmpty();
  }

  boolean hasFulltextIndex() {
    return all("index").stream()
        .anyMatch(index -> "FULLTEXT".equals(index.properties().get("type")));
  }

  /** The character set and the collation of a column: its own, or those of the table. */
  Optional<String> characters(SchemaObject column) {
    Map<String, String> its = column.properties();
    if (!ColumnType.parse(its.getOrDefault("type", "")).isText()) {
      return Optional.empty();
    }
    String set = its.get("character set");
    String collation = its.get("collation");
    return Optional.of(
        set == null && collation == null
            ? characterSet(column) + " " + options().getOrDefault("collation", "")
            : characterSet(column) + " " + (collation == null ? "" : collation));
  }

  /** The character set of a column. */
  String characterSet(SchemaObject column) {
    return column
        .properties()
        .getOrDefault("character set", options().getOrDefault("character set", "utf8mb4"));
  }

  /** Whether a line, or a property, contains the name of a column. */
  static boolean mentions(String line, String column) {
    Matcher names = NAME.matcher(line);
    while (names.find()) {
      if (CreateText.unquoted(names.group()).equalsIgnoreCase(column)) {
        return true;
      }
    }
    return false;
  }

  /** The quoted names in a list, without their quotes. */
  static List<String> names(String list) {
    List<String> names = new ArrayList<>();
    Matcher name = NAME.matcher(list);
    while (name.find()) {
      names.add(CreateText.unquoted(name.group()));
    }
    return names;
  }

  /** The table to which a foreign key refers. */
  static String referenced(SchemaObject foreignKey) {
    return names(foreignKey.properties().getOrDefault("references", "")).getFirst();
  }

  /** The columns to which a foreign key refers. */
  static List<String> referencedColumns(SchemaObject foreignKey) {
    List<String> names = names(foreignKey.properties().getOrDefault("references", ""));
    return names.subList(1, names.size());
  }

  /** The names of the columns of a key. */
  static List<String> columns(SchemaObject key) {
    return names(key.properties().getOrDefault("columns", ""));
  }

  /** Whether an index has an expression. */
  static boolean isFunctional(SchemaObject index) {
    String list = index.properties().getOrDefault("columns", "");
    return list.length() > 2
        && CreateText.split(list.substring(1, list.length() - 1), ',').stream()
            .anyMatch(part -> part.strip().startsWith("("));
  }
}
