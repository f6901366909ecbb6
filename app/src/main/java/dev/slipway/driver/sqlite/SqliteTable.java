package dev.slipway.driver.sqlite;

import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.sqlite.DdlTokens.DdlToken;
import dev.slipway.driver.sqlite.DdlTokens.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects in a CREATE TABLE of SQLite: the table, its columns, and its constraints. A
 * constraint that is written with its column is the same as one of the table. Of one table.
 */
final class SqliteTable {
  private static final Set<String> TABLE_CONSTRAINTS =
      Set.of("constraint", "primary", "unique", "check", "foreign");

  private static final Set<String> COLUMN_CONSTRAINTS =
      Set.of(
          "constraint",
          "primary",
          "not",
          "null",
          "unique",
          "check",
          "default",
          "collate",
          "references",
          "generated",
          "as");

  private final String name;
  private final String key;
  private final Set<String> names;
  private final List<SchemaObject> objects = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();

  private SqliteTable(String name, Set<String> names) {
    this.name = name;
    this.key = "table " + name;
    this.names = names;
  }

  /** The names of the columns; none for a virtual table. */
  static List<String> columns(List<DdlToken> tokens) {
    return definitions(tokens).stream().map(member -> member.getFirst().name()).toList();
  }

  /** The definitions of the columns, each with the name first; none for a virtual table. */
  static List<List<DdlToken>> definitions(List<DdlToken> tokens) {
    return members(tokens).stream()
        .filter(member -> !isConstraint(member.getFirst(), TABLE_CONSTRAINTS))
        .toList();
  }

  /**
   * Reads a statement.
   *
   * @param name the table's name in lower case
   * @param names all names of the schema in lower case
   */
  static List<SchemaObject> objects(String name, List<DdlToken> tokens, Set<String> names) {
    SqliteTable table = new SqliteTable(name, names);
    table.read(tokens);
    return table.objects;
  }

  static boolean isVirtual(List<DdlToken> tokens) {
    return tokens.size() > 1 && tokens.get(1).is("virtual");
  }

  private static int open(List<DdlToken> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).is("(")) {
        return i;
      }
    }
    return tokens.size();
  }

  private static List<List<DdlToken>> members(List<DdlToken> tokens) {
    int open = open(tokens);
    return isVirtual(tokens) || open == tokens.size()
        ? List.of()
        : DdlTokens.split(tokens.subList(open + 1, DdlTokens.closing(tokens, open))).stream()
            .filter(member -> !member.isEmpty())
            .toList();
  }

  private void read(List<DdlToken> tokens) {
    Map<String, String> properties = new TreeMap<>();
    if (isVirtual(tokens)) {
      properties.put("module", text(tokens.subList(Math.min(4, tokens.size()), tokens.size())));
    }
    for (List<DdlToken> member : members(tokens)) {
      if (isConstraint(member.getFirst(), TABLE_CONSTRAINTS)) {
        for (List<DdlToken> clause : clauses(member, TABLE_CONSTRAINTS)) {
          constraint(clause, List.of());
        }
      } else {
        column(member);
      }
    }
    int open = open(tokens);
    if (!isVirtual(tokens) && open < tokens.size()) {
      int end = DdlTokens.closing(tokens, open) + 1;
      for (List<DdlToken> option : DdlTokens.split(tokens.subList(end, tokens.size()))) {
        properties.put(text(option), "yes");
      }
    }
    objects.add(new SchemaObject("table", name, Optional.empty(), properties));
  }

  private static boolean isConstraint(DdlToken token, Set<String> keywords) {
    return token.kind() == Kind.WORD && keywords.contains(token.text());
  }

  /** The parts that start with a keyword; a name of a constraint is part of what it names. */
  private static List<List<DdlToken>> clauses(List<DdlToken> tokens, Set<String> keywords) {
    List<List<DdlToken>> clauses = new ArrayList<>();
    List<DdlToken> clause = new ArrayList<>();
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      DdlToken token = tokens.get(i);
      if (depth == 0 && isConstraint(token, keywords) && starts(tokens, i, clause)) {
        clauses.add(clause);
        clause = new ArrayList<>();
      }
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      clause.add(token);
    }
    clauses.add(clause);
    return clauses.stream().filter(each -> !each.isEmpty()).toList();
  }

  /** Whether a keyword starts a clause, and is not part of the one before. */
  private static boolean starts(List<DdlToken> tokens, int at, List<DdlToken> clause) {
    DdlToken token = tokens.get(at);
    boolean named = clause.size() <= 2 && !clause.isEmpty() && clause.getFirst().is("constraint");
    DdlToken before = at == 0 ? null : tokens.get(at - 1);
    if (named) {
      return false;
    }
    return switch (token.text()) {
      case "not" -> at + 1 < tokens.size() && tokens.get(at + 1).is("null");
      case "null" ->
          before == null || !(before.is("not") || before.is("set") || before.is("default"));
      case "default" -> before == null || !before.is("set");
      case "as" -> before == null || !before.is("always");
      default -> true;
    };
  }

  private void column(List<DdlToken> member) {
    DdlToken first = member.getFirst();
    List<DdlToken> rest = member.subList(1, member.size());
    Map<String, String> properties = new TreeMap<>();
    for (List<DdlToken> clause : clauses(rest, COLUMN_CONSTRAINTS)) {
      if (isConstraint(clause.getFirst(), COLUMN_CONSTRAINTS)) {
        columnConstraint(clause, first, properties);
      } else {
        properties.put("type", text(clause));
      }
    }
    add("column", name + "." + first.name(), properties);
  }

  private void columnConstraint(
      List<DdlToken> clause, DdlToken column, Map<String, String> properties) {
    String named = named(clause);
    List<DdlToken> its = unnamed(clause);
    String keyword = its.isEmpty() ? "" : its.getFirst().text();
    switch (keyword) {
      case "unique", "check", "references" -> constraint(clause, List.of(column));
      case "primary" -> {
        // Written with the column, DESC keeps it from being the rowid's name.
        if (its.stream().anyMatch(token -> token.is("desc"))) {
          properties.put("primary key", named + text(its.subList(2, its.size())));
        } else {
          constraint(clause, List.of(column));
        }
      }
      case "null", "" -> {}
      case "not" -> put(properties, "not null", named, its.subList(2, its.size()));
      case "collate" -> put(properties, "collation", named, its.subList(1, its.size()));
      case "default" ->
          DefaultValue.text(its.subList(1, its.size()), names)
              .ifPresent(value -> properties.put("default", named + value));
      default -> {
        int open = open(its);
        List<DdlToken> value = its.subList(Math.min(open, its.size()), its.size());
        boolean virtual = !value.isEmpty() && value.getLast().is("virtual");
        put(
            properties,
            "generated as",
            named,
            virtual ? value.subList(0, value.size() - 1) : value);
      }
    }
  }

  private void put(
      Map<String, String> properties, String property, String named, List<DdlToken> value) {
    properties.put(property, named + (value.isEmpty() ? "yes" : text(value)));
  }

  private String named(List<DdlToken> clause) {
    return clause.getFirst().is("constraint") && clause.size() > 1
        ? "constraint " + clause.get(1).name() + " "
        : "";
  }

  private static List<DdlToken> unnamed(List<DdlToken> clause) {
    return clause.getFirst().is("constraint")
        ? clause.subList(Math.min(2, clause.size()), clause.size())
        : clause;
  }

  /**
   * Adds a constraint.
   *
   * @param column the column that it is written with; none for one of the table
   */
  private void constraint(List<DdlToken> clause, List<DdlToken> column) {
    List<DdlToken> its = unnamed(clause);
    if (its.isEmpty()) {
      return;
    }
    Map<String, String> properties = new TreeMap<>();
    if (clause.size() > its.size()) {
      properties.put("name", clause.get(1).name());
    }
    int open = open(its);
    int end = open < its.size() ? DdlTokens.closing(its, open) + 1 : its.size();
    switch (its.getFirst().text()) {
      case "check" -> {
        options(its.subList(end, its.size()), properties);
        addUnique("check", text(its.subList(open, end)), properties);
      }
      case "foreign" -> {
        references(its.subList(end, its.size()), properties);
        addUnique("foreign key", text(its.subList(open, end)), properties);
      }
      case "references" -> {
        references(its, properties);
        addUnique("foreign key", "(" + text(column) + ")", properties);
      }
      case "primary" -> key(its, 2, column, "primary key", properties);
      default -> key(its, 1, column, "unique key", properties);
    }
  }

  private void key(
      List<DdlToken> its,
      int words,
      List<DdlToken> column,
      String kind,
      Map<String, String> properties) {
    int open = open(its);
    boolean ofTable = column.isEmpty() && open < its.size();
    int end = ofTable ? DdlTokens.closing(its, open) + 1 : words;
    List<DdlToken> columns = new ArrayList<>(ofTable ? its.subList(open + 1, end - 1) : column);
    List<DdlToken> more = new ArrayList<>(its.subList(end, its.size()));
    // The order is ascending by itself.
    columns.removeIf(token -> token.is("asc"));
    more.removeIf(token -> token.is("asc"));
    boolean withColumn = more.removeIf(token -> token.is("autoincrement"));
    if (columns.removeIf(token -> token.is("autoincrement")) || withColumn) {
      properties.put("autoincrement", "yes");
    }
    options(more, properties);
    String text = "(" + text(columns) + ")";
    if (kind.equals("primary key")) {
      properties.put("columns", text);
      add(kind, name, properties);
    } else {
      addUnique(kind, text, properties);
    }
  }

  private void options(List<DdlToken> more, Map<String, String> properties) {
    if (!more.isEmpty()) {
      properties.put("options", text(more));
    }
  }

  /** What follows REFERENCES, each part of it a property. */
  private void references(List<DdlToken> tokens, Map<String, String> properties) {
    String property = "references";
    List<DdlToken> value = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      DdlToken token = tokens.get(i);
      String next =
          token.is("on") && i + 1 < tokens.size()
              ? "on " + tokens.get(i + 1).text()
              : token.is("match")
                  ? "match"
                  : token.is("not") || (token.is("deferrable") && !property.equals("deferrable"))
                      ? "deferrable"
                      : property;
      if (!next.equals(property)) {
        properties.put(property, text(value));
        property = next;
        value = new ArrayList<>();
        i += next.startsWith("on ") ? 1 : 0;
        if (next.equals("deferrable")) {
          value.add(token);
        }
      } else if (!token.is("references")) {
        value.add(token);
      }
    }
    properties.put(property, text(value));
  }

  /** A constraint is named by its content, because it need not have a name of its own. */
  private void addUnique(String kind, String content, Map<String, String> properties) {
    String own = name + " " + content;
    int count = counts.merge(kind + " " + own, 1, Integer::sum);
    add(kind, count == 1 ? own : own + " #" + count, properties);
  }

  private void add(String kind, String its, Map<String, String> properties) {
    objects.add(new SchemaObject(kind, its, Optional.of(key), properties));
  }

  private String text(List<DdlToken> tokens) {
    return DdlTokens.text(tokens, names);
  }
}
