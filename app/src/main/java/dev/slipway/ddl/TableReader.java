package dev.slipway.ddl;

import dev.slipway.ddl.Table.Check;
import dev.slipway.ddl.Table.Index;
import dev.slipway.sql.SqlTokens;
import dev.slipway.sql.TokenCursor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Applies definitions of columns and constraints to a table. For one thread. */
public final class TableReader {
  /** Words after ADD and DROP that do not name a column. */
  private static final String[] NO_COLUMN = {
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "FOREIGN",
    "CHECK",
    "EXCLUDE",
    "INDEX",
    "KEY",
    "FULLTEXT",
    "SPATIAL",
    "PARTITION",
    "NOT",
    "DEFAULT",
    "EXPRESSION",
    "IDENTITY",
    "LIKE",
    "PERIOD"
  };

  private final KnownSchema schema;

  TableReader(KnownSchema schema) {
    this.schema = schema;
  }

  /** Whether the next word names a column after ADD, DROP, or in a CREATE TABLE. */
  public static boolean namesColumn(TokenCursor words) {
    return !words.nextIs(NO_COLUMN);
  }

  /** Applies one of the definitions of a CREATE TABLE. */
  void define(Table table, TokenCursor words) {
    if (words.nextIs("LIKE", "SELECT", "WITH")) {
      table.setIncomplete();
    } else if (namesColumn(words)) {
      words.name().ifPresent(column -> addColumn(table, column, words));
    } else {
      addConstraint(table, words);
    }
  }

  private void addColumn(Table table, String name, TokenCursor definition) {
    table.put(Column.read(name, definition, true));
    TokenCursor words = definition.copy();
    if (words.has("PRIMARY", "KEY") || words.has("UNIQUE")) {
      boolean primary = words.has("PRIMARY", "KEY");
      String key = table.name().name() + (primary ? "_pkey" : "_" + name + "_key");
      schema.add(table, Index.key(key, List.of(name), true, primary));
    }
    TokenCursor check = definition.copy();
    if (check.skipPast("CHECK")) {
      addCheck(table, table.name().name() + "_" + name + "_check", check, true);
    }
  }

  private void addConstraint(Table table, TokenCursor words) {
    String name = "";
    if (words.accept("CONSTRAINT") && !words.nextIs(NO_COLUMN)) {
      name = words.name().orElse("");
    }
    boolean valid = !words.has("NOT", "VALID");
    if (words.accept("CHECK")) {
      addCheck(table, name, words, valid);
    } else if (words.accept("NOT", "NULL")) {
      Optional<String> column = words.name();
      column.ifPresent(
          each -> table.put(table.column(each).orElse(Column.unknown(each)).withNotNull(valid)));
    } else if (words.nextIs("PRIMARY", "UNIQUE", "INDEX", "KEY", "FULLTEXT", "SPATIAL")) {
      addKey(table, name, words);
    }
  }

  private void addKey(Table table, String constraint, TokenCursor words) {
    boolean primary = words.accept("PRIMARY", "KEY");
    boolean unique = primary || words.accept("UNIQUE");
    boolean special = words.acceptAny("FULLTEXT", "SPATIAL");
    if (words.accept("USING", "INDEX")) {
      Optional<Index> index = words.name().flatMap(table::index);
      index.ifPresent(
          of -> {
            table.removeIndex(of.name());
            String name = constraint.isEmpty() ? of.name() : constraint;
            schema.add(table, Index.key(name, of.columns(), true, primary));
          });
      return;
    }
    words.acceptAny("INDEX", "KEY");
    String name = words.nextIsParenthesis() ? constraint : words.name().orElse(constraint);
    if (words.accept("USING")) {
      words.name();
    }
    List<String> columns = words.parenthesized().map(TableReader::indexColumns).orElse(List.of());
    if (name.isEmpty() && !primary && !columns.isEmpty()) {
      name = columns.getFirst();
    }
    schema.add(table, Index.key(name, columns, unique && !special, primary));
  }

  private static void addCheck(Table table, String name, TokenCursor words, boolean valid) {
    words
        .parenthesized()
        .ifPresent(
            condition ->
                table.put(
                    name.isEmpty() ? table.name().name() + "_check" + table.checks().size() : name,
                    new Check(names(condition), condition.notNullColumns(), valid, true)));
  }

  static Set<String> names(TokenCursor words) {
    SqlTokens tokens = words.rest();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.name(i)) {
        names.add(tokens.get(i).text().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  /** The columns of an index; empty if an expression takes part. */
  static List<String> indexColumns(TokenCursor list) {
    List<String> columns = new ArrayList<>();
    for (TokenCursor part : list.parts()) {
      Optional<String> column = part.name();
      boolean prefix =
          part.copy()
              .parenthesized()
              .filter(length -> length.rest().normalized().matches("\\d+"))
              .isPresent();
      if (column.isEmpty() || (part.nextIsParenthesis() && !prefix)) {
        return List.of();
      }
      columns.add(column.get());
    }
    return columns;
  }

  /** Applies one of the actions of an ALTER TABLE. */
  void alter(Table table, TokenCursor words) {
    if (words.accept("ADD")) {
      boolean column = words.accept("COLUMN") || namesColumn(words);
      words.accept("IF", "NOT", "EXISTS");
      if (!column) {
        addConstraint(table, words);
      } else if (words.nextIsParenthesis()) {
        words.parenthesized().ifPresent(list -> list.parts().forEach(each -> define(table, each)));
      } else {
        words
            .name()
            .filter(each -> table.column(each).isEmpty())
            .ifPresent(each -> addColumn(table, each, words));
      }
    } else if (words.accept("DROP")) {
      dropFrom(table, words);
    } else if (words.accept("RENAME")) {
      rename(table, words);
    } else if (words.accept("ALTER") && !words.nextIs("CONSTRAINT", "INDEX", "CHECK")) {
      words.accept("COLUMN");
      words.name().ifPresent(column -> alterColumn(table, column, words));
    } else if (words.nextIs("MODIFY", "CHANGE")) {
      redefine(table, words);
    } else if (words.accept("VALIDATE", "CONSTRAINT")) {
      words
          .name()
          .ifPresent(
              each -> table.check(each).ifPresent(check -> table.put(each, check.validated())));
    } else if (words.accept("SET", "SCHEMA")) {
      words.name().ifPresent(to -> schema.rename(table, table.name().in(to)));
    } else if (words.nextIs("SET")) {
      table.setUnlogged(words.has("UNLOGGED") || (table.isUnlogged() && !words.has("LOGGED")));
    } else if (words.accept("ENABLE", "ROW")) {
      table.setRowSecurity(true);
    } else if (words.accept("DISABLE", "ROW")) {
      table.setRowSecurity(false);
    }
  }

  private void dropFrom(Table table, TokenCursor words) {
    if (words.accept("PRIMARY", "KEY")) {
      table.removePrimaryKey();
    } else if (words.acceptAny("CONSTRAINT", "INDEX", "KEY", "CHECK")) {
      words.accept("IF", "EXISTS");
      words.name().ifPresent(table::removeConstraint);
    } else if (words.accept("COLUMN") || namesColumn(words)) {
      words.accept("IF", "EXISTS");
      words.name().ifPresent(table::removeColumn);
    }
  }

  private void rename(Table table, TokenCursor words) {
    if (words.acceptAny("TO", "AS")) {
      ObjectName.read(words)
          .ifPresent(
              to ->
                  schema.rename(
                      table, to.schema().isEmpty() ? table.name().renamed(to.name()) : to));
    } else if (words.acceptAny("CONSTRAINT", "INDEX", "KEY")) {
      Optional<String> from = words.name();
      words.accept("TO");
      Optional<String> to = words.name();
      if (from.isPresent() && to.isPresent()) {
        renameConstraint(table, from.get(), to.get());
      }
    } else {
      words.accept("COLUMN");
      Optional<String> from = words.name();
      words.accept("TO");
      from.ifPresent(each -> words.name().ifPresent(to -> table.renameColumn(each, to)));
    }
  }

  private void renameConstraint(Table table, String from, String to) {
    Optional<Check> check = table.check(from);
    Optional<Index> index = table.index(from);
    table.removeConstraint(from);
    check.ifPresent(each -> table.put(to, each));
    index.ifPresent(each -> schema.add(table, each.withName(to)));
  }

  private static void alterColumn(Table table, String name, TokenCursor words) {
    Column column = table.column(name).orElse(Column.unknown(name));
    if (words.accept("TYPE") || words.accept("SET", "DATA", "TYPE")) {
      ColumnType.read(words).ifPresent(type -> table.put(column.withType(type)));
    } else if (words.accept("SET", "NOT", "NULL")) {
      table.put(column.withNotNull(true));
    } else if (words.accept("DROP", "NOT", "NULL")) {
      table.put(column.withNotNull(false));
    } else if (words.accept("SET", "DEFAULT")) {
      table.put(column.withDefault(words.rest().normalized()));
    } else if (words.accept("DROP", "DEFAULT")) {
      table.put(column.withDefault(""));
    } else if (words.accept("DROP", "IDENTITY") || words.accept("DROP", "EXPRESSION")) {
      table.put(column.withGenerated(""));
    }
  }

  private static void redefine(Table table, TokenCursor words) {
    boolean renames = words.accept("CHANGE");
    words.accept("MODIFY");
    words.accept("COLUMN");
    Optional<String> from = words.name();
    Optional<String> to = renames ? words.name() : from;
    if (from.isEmpty() || to.isEmpty()) {
      return;
    }
    if (!from.equals(to)) {
      table.renameColumn(from.get(), to.get());
    }
    boolean isNew = table.column(to.get()).filter(Column::isNew).isPresent();
    table.put(Column.read(to.get(), words, isNew));
  }
}
