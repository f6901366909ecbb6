package dev.slipway.driver;

import dev.slipway.sql.TokenCursor;
import dev.slipway.sql.TokenizedScript;
import dev.slipway.sql.TokenizedScript.TokenizedStatement;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules about statements that all databases share, and the hooks for those of one. Reads the
 * files of one database in the order of their versions, and knows what the ones before have made.
 */
public abstract class StatementRules {
  /** What may follow ADD and DROP and is no column. */
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
    "IDENTITY"
  };

  private final boolean together;
  private final Set<String> created = new HashSet<>();
  private final Set<String> replaced = new HashSet<>();
  private @Nullable TokenizedScript script;
  private boolean transactional;
  private ObjIntConsumer<LintRule> found = (_, _) -> {};
  private int number;

  /**
   * @param together whether the files are of one release, so that a table that one of them creates
   *     is empty for all of them
   */
  public StatementRules(boolean together) {
    this.together = together;
  }

  /**
   * Reads a file that changes the schema forward.
   *
   * @param transactional whether the file runs in one transaction
   * @param found receives each violated rule, with the statement's number from 0
   */
  public final void check(
      TokenizedScript script, boolean transactional, ObjIntConsumer<LintRule> found) {
    this.script = script;
    this.transactional = transactional;
    this.found = found;
    if (!together) {
      created.clear();
    }
    findReplaced();
    begin();
    for (number = 0; number < script.statements().size(); number++) {
      statement(script.statements().get(number).cursor());
    }
  }

  /** Reads a file that is not judged, for what it makes: its tables have rows by now. */
  public final void checkOlder(TokenizedScript script) {
    check(script, false, (_, _) -> {});
    created.clear();
  }

  /** Checks a down migration, of which only the rule against partial application matters. */
  public final void checkDown(TokenizedScript script, ObjIntConsumer<LintRule> found) {
    this.script = script;
    this.found = found;
    if (commitsEach()) {
      checkHalves();
    }
  }

  /** A rebuilt table takes the name of the old one: that is neither a drop nor a rename. */
  private void findReplaced() {
    replaced.clear();
    Set<String> made = new HashSet<>();
    for (TokenizedStatement sentence : script().statements()) {
      TokenCursor words = sentence.cursor();
      if (words.accept("CREATE")) {
        createdTable(words).ifPresent(made::add);
      } else if (words.accept("ALTER", "TABLE")) {
        Optional<String> from = table(words);
        if (from.filter(made::contains).isPresent() && words.accept("RENAME", "TO")) {
          words.name().ifPresent(replaced::add);
        }
      }
    }
    replaced.addAll(made);
  }

  private void statement(TokenCursor words) {
    if (words.accept("CREATE")) {
      Optional<String> table = createdTable(words);
      table.ifPresent(created::add);
      if (table.isEmpty()) {
        create(words);
      }
    } else if (words.accept("ALTER", "TABLE")) {
      table(words)
          .ifPresent(table -> words.parts().forEach(action -> action(table, action, words)));
    } else if (words.accept("DROP", "TABLE") || words.accept("TRUNCATE")) {
      words.accept("TABLE");
      words.accept("ONLY");
      words.accept("IF", "EXISTS");
      if (words.parts().stream()
          .anyMatch(
              part ->
                  part.name()
                      .filter(this::mayHaveRows)
                      .filter(name -> !replaced.contains(name))
                      .isPresent())) {
        report(LintRule.DROP);
      }
    } else if (words.accept("RENAME", "TABLE")) {
      words.name().filter(this::mayHaveRows).ifPresent(_ -> report(LintRule.RENAME));
    } else if (words.accept("UPDATE") || words.accept("DELETE", "FROM")) {
      words.accept("ONLY");
      words.name().filter(this::mayHaveRows).ifPresent(_ -> changeRows(words));
    } else {
      other(words);
    }
  }

  private static Optional<String> createdTable(TokenCursor words) {
    TokenCursor all = words.restart();
    all.accept("CREATE");
    while (all.acceptAny("OR", "REPLACE", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED")) {
      // what kind of table it is does not matter
    }
    if (!all.accept("TABLE") && !all.accept("MATERIALIZED", "VIEW")) {
      return Optional.empty();
    }
    all.accept("IF", "NOT", "EXISTS");
    return all.name();
  }

  private static Optional<String> table(TokenCursor words) {
    words.accept("IF", "EXISTS");
    words.accept("ONLY");
    return words.name();
  }

  private void action(String table, TokenCursor action, TokenCursor whole) {
    if (!mayHaveRows(table)) {
      if (action.accept("RENAME", "TO")) {
        action.name().ifPresent(created::add);
      }
      return;
    }
    alter(table, action.restart(), whole);
    if (action.accept("ADD")) {
      boolean column = action.accept("COLUMN") || !action.nextIs(NO_COLUMN);
      action.accept("IF", "NOT", "EXISTS");
      if (column && action.name().isPresent()) {
        if (action.has("NOT", "NULL") && !fillsItself(action)) {
          report(LintRule.NOT_NULL_WITHOUT_DEFAULT);
        }
        addColumn(action);
      }
    } else if (action.accept("DROP")) {
      if (action.accept("COLUMN") || !action.nextIs(NO_COLUMN)) {
        report(LintRule.DROP);
      }
    } else if (action.accept("RENAME") && !action.nextIs("CONSTRAINT", "INDEX", "KEY")) {
      boolean moved = action.accept("TO") && replaced.contains(table);
      if (moved) {
        action.name().ifPresent(created::add);
      } else {
        report(LintRule.RENAME);
      }
    }
  }

  private static boolean fillsItself(TokenCursor column) {
    return column.has("DEFAULT")
        || column.has("GENERATED")
        || column.has("AS")
        || column.has("AUTO_INCREMENT")
        || serial(column);
  }

  /** Whether the column's type counts by itself; it is the next word. */
  public static boolean serial(TokenCursor column) {
    return column.nextIs("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8");
  }

  /** Whether there may be rows in it, and traffic. */
  public final boolean mayHaveRows(String table) {
    return !created.contains(table);
  }

  /** Whether the file runs in one transaction. */
  protected final boolean transactional() {
    return transactional;
  }

  /** The file that is being read. */
  public final TokenizedScript script() {
    return Objects.requireNonNull(script, "no script is being checked");
  }

  public final void report(LintRule rule) {
    found.accept(rule, number);
  }

  // ---- what a database has of its own

  /** A new file. */
  protected void begin() {}

  /** CREATE of something that is no table; CREATE itself is passed over. */
  protected void create(TokenCursor words) {}

  /**
   * One of the things that an ALTER TABLE does to a table with rows.
   *
   * @param whole all of them
   */
  protected abstract void alter(String table, TokenCursor action, TokenCursor whole);

  /** A column that comes to a table with rows; its name is passed over. */
  protected void addColumn(TokenCursor column) {}

  /** UPDATE or DELETE of a table with rows; the table is passed over. */
  protected abstract void changeRows(TokenCursor words);

  /** Any other statement. */
  protected void other(TokenCursor words) {}

  /** Whether each change of the schema is committed by itself. */
  protected boolean commitsEach() {
    return false;
  }

  // ---- what several databases have

  public final void checkAllRows(TokenCursor words) {
    if (!words.has("WHERE") && !words.has("LIMIT")) {
      report(LintRule.ALL_ROWS);
    }
  }

  public final void checkType(TokenCursor action) {
    if (action.accept("ALTER")) {
      action.accept("COLUMN");
      if (action.name().isPresent() && (action.accept("TYPE") || action.accept("SET", "DATA"))) {
        report(LintRule.TYPE_CHANGE);
      }
    }
  }

  /** A file of several changes, of which at least one cannot be run a second time. */
  public final void checkHalves() {
    int changes = 0;
    int second = -1;
    boolean again = true;
    for (int i = 0; i < script().statements().size(); i++) {
      TokenCursor words = script().statements().get(i).cursor();
      if (words.nextIs("CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE")) {
        changes++;
        second = changes == 2 ? i : second;
        again &= words.has("IF", "NOT", "EXISTS") || words.has("IF", "EXISTS");
      }
    }
    if (changes > 1 && !again) {
      found.accept(LintRule.HALF_APPLIED, second);
    }
  }

  /** An identifier as it is compared. */
  public static String key(String table, String column) {
    return (table + "." + column).toLowerCase(Locale.ROOT);
  }
}
