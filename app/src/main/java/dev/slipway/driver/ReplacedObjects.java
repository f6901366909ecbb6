package dev.slipway.driver;

import dev.slipway.ddl.DdlReader;
import dev.slipway.ddl.KnownSchema;
import dev.slipway.ddl.ObjectName;
import dev.slipway.ddl.Table;
import dev.slipway.sql.SqlTokens;
import dev.slipway.sql.TableReferences;
import dev.slipway.sql.TableReferences.Use;
import dev.slipway.sql.TokenCursor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one file drops or renames only to put something else of the same name in its place: a table
 * that is rebuilt with its rows, and a view or a routine that is created again.
 */
final class ReplacedObjects {
  private final Map<String, Integer> createdTables = new HashMap<>();

  /** Views and routines, each with the last statement that creates it. */
  private final Map<String, Integer> recreated = new HashMap<>();

  private final Map<String, Integer> arguments = new HashMap<>();

  /** Each target of a copy with its sources. */
  private final Map<String, Set<String>> copies = new HashMap<>();

  /** Old tables by all names that they have in the file, each with the names of the new one. */
  private final Map<String, Set<String>> rebuilt = new HashMap<>();

  private ReplacedObjects() {}

  /** Reads the statements of a file. */
  static ReplacedObjects of(List<SqlTokens> statements) {
    ReplacedObjects all = new ReplacedObjects();
    for (int i = 0; i < statements.size(); i++) {
      all.readCreations(statements.get(i), i);
    }
    for (int i = 0; i < statements.size(); i++) {
      all.readRenames(statements.get(i), i);
    }
    return all;
  }

  private void readCreations(SqlTokens tokens, int number) {
    TokenCursor words = new TokenCursor(tokens);
    if (words.accept("CREATE")) {
      Optional<ObjectName> table = DdlReader.createdTable(words);
      if (table.isPresent()) {
        createdTables.putIfAbsent(table.get().name(), number);
        readCopy(table.get().name(), tokens);
        return;
      }
      words.accept("OR", "REPLACE");
      DdlReader.kind(words)
          .filter(kind -> kind.matches("VIEW|FUNCTION|PROCEDURE|AGGREGATE"))
          .ifPresent(
              kind -> {
                words.accept("IF", "NOT", "EXISTS");
                ObjectName.read(words)
                    .ifPresent(
                        name -> {
                          recreated.put(kind + " " + name.name(), number);
                          arguments.put(kind + " " + name.name(), argumentCount(words));
                        });
              });
    } else if (words.accept("INSERT")) {
      words.skipPast("INTO");
      words.name().ifPresent(target -> readCopy(target, tokens));
    }
  }

  private void readCopy(String target, SqlTokens tokens) {
    Set<String> sources = copies.computeIfAbsent(target, _ -> new HashSet<>());
    TableReferences.find(
        tokens,
        at -> at == 0,
        (_, parts, use) -> {
          if (use == Use.READS) {
            sources.add(parts.getLast().toLowerCase(Locale.ROOT));
          }
        });
  }

  private void readRenames(SqlTokens tokens, int number) {
    TokenCursor words = new TokenCursor(tokens);
    if (words.accept("ALTER", "TABLE")) {
      words.accept("IF", "EXISTS");
      Optional<String> from = words.name();
      if (words.accept("RENAME", "TO") || words.accept("RENAME", "AS")) {
        from.ifPresent(name -> words.name().ifPresent(to -> rename(name, to, number)));
      }
    } else if (words.accept("RENAME", "TABLE")) {
      for (TokenCursor part : words.parts()) {
        Optional<String> from = part.name();
        part.accept("TO");
        from.ifPresent(name -> part.name().ifPresent(to -> rename(name, to, number)));
      }
    }
  }

  private void rename(String from, String to, int number) {
    boolean newFirst = createdTables.getOrDefault(from, Integer.MAX_VALUE) < number;
    if (newFirst) {
      // The new table takes the name of the old one, which may have been renamed before.
      if (copied(from, to)) {
        rebuilt.computeIfAbsent(to, _ -> new HashSet<>()).addAll(List.of(from, to));
      }
      return;
    }
    boolean newLater = createdTables.getOrDefault(from, -1) > number && copied(from, to);
    if (newLater) {
      rebuilt.computeIfAbsent(from, _ -> new HashSet<>()).add(from);
      rebuilt.computeIfAbsent(to, _ -> new HashSet<>()).add(from);
    }
    // The old table steps aside for a copy that was filled before.
    copies.forEach(
        (target, sources) -> {
          if (createdTables.containsKey(target) && sources.contains(from)) {
            rebuilt.computeIfAbsent(from, _ -> new HashSet<>()).addAll(List.of(target, from));
            rebuilt.computeIfAbsent(to, _ -> new HashSet<>()).addAll(List.of(target, from));
          }
        });
  }

  private boolean copied(String target, String source) {
    return copies.getOrDefault(target, Set.of()).contains(source);
  }

  /** Whether the rows of a table are in the one that takes its place. */
  boolean isRebuilt(ObjectName table) {
    return rebuilt.containsKey(table.name());
  }

  /** Whether the table that takes its place lacks a column that is known. */
  boolean losesColumn(ObjectName name, KnownSchema schema) {
    Optional<Table> old = schema.table(name);
    return old.isPresent()
        && rebuilt.getOrDefault(name.name(), Set.of()).stream()
            .flatMap(each -> schema.table(ObjectName.of(each)).stream())
            .filter(each -> each.isNew() && each.isComplete())
            .anyMatch(each -> !each.columnNames().containsAll(old.get().columnNames()));
  }

  /**
   * Whether a statement after this one creates a view or routine again.
   *
   * @param words what follows the name in the statement that drops it
   */
  boolean isRecreated(String kind, ObjectName name, int number, TokenCursor words) {
    String key = kind + " " + name.name();
    int count = argumentCount(words);
    return recreated.getOrDefault(key, -1) > number
        && (count < 0 || count == arguments.getOrDefault(key, count));
  }

  private static int argumentCount(TokenCursor words) {
    return words
        .copy()
        .parenthesized()
        .map(list -> list.atEnd() ? 0 : list.parts().size())
        .orElse(-1);
  }
}
