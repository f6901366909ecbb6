package dev.slipway.audit;

import dev.slipway.audit.Script.Sentence;
import dev.slipway.db.Dialect;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjIntConsumer;

/**
 * The rules about statements that all databases share, and the hooks for those of one. Reads the
 * files of one database in the order of their versions, and knows what the ones before have made.
 */
abstract class StatementRules {
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
  private Script script;
  private ObjIntConsumer<Rule> found;
  private int number;

  /**
   * @param together whether the files are of one release, so that a table that one of them creates
   *     is empty for all of them
   */
  StatementRules(boolean together) {
    this.together = together;
  }

  static StatementRules of(Dialect dialect, boolean together) {
    return switch (dialect.kind()) {
      case POSTGRES -> new PostgresRules(together);
      case MYSQL -> new MysqlRules(together);
      case COCKROACH -> new CockroachRules(together);
      case SQLITE -> new SqliteRules(together);
    };
  }

  /**
   * Reads a file that changes the schema forward.
   *
   * @param found hears of each broken rule, with the statement's number from 0
   */
  final void check(Script script, ObjIntConsumer<Rule> found) {
    this.script = script;
    this.found = found;
    if (!together) {
      created.clear();
    }
    findReplaced();
    begin();
    for (number = 0; number < script.sentences().size(); number++) {
      statement(script.sentences().get(number).words());
    }
  }

  /** Reads a file that is not judged, for what it makes: its tables have rows by now. */
  final void checkOlder(Script script) {
    check(script, (_, _) -> {});
    created.clear();
  }

  /** Reads a way back, of which only its being whole matters. */
  final void checkDown(Script script, ObjIntConsumer<Rule> found) {
    this.script = script;
    this.found = found;
    if (commitsEach()) {
      checkHalves();
    }
  }

  /** A table made anew takes the old one's name: that is neither a drop nor a rename. */
  private void findReplaced() {
    replaced.clear();
    Set<String> made = new HashSet<>();
    for (Sentence sentence : script.sentences()) {
      Words words = sentence.words();
      if (words.take("CREATE")) {
        createdTable(words).ifPresent(made::add);
      } else if (words.take("ALTER", "TABLE")) {
        Optional<String> from = table(words);
        if (from.filter(made::contains).isPresent() && words.take("RENAME", "TO")) {
          words.name().ifPresent(replaced::add);
        }
      }
    }
    replaced.addAll(made);
  }

  private void statement(Words words) {
    if (words.take("CREATE")) {
      Optional<String> table = createdTable(words);
      table.ifPresent(created::add);
      if (table.isEmpty()) {
        create(words);
      }
    } else if (words.take("ALTER", "TABLE")) {
      table(words)
          .ifPresent(table -> words.parts().forEach(action -> action(table, action, words)));
    } else if (words.take("DROP", "TABLE") || words.take("TRUNCATE")) {
      words.take("TABLE");
      words.take("ONLY");
      words.take("IF", "EXISTS");
      if (words.parts().stream()
          .anyMatch(
              part ->
                  part.name()
                      .filter(this::old)
                      .filter(name -> !replaced.contains(name))
                      .isPresent())) {
        report(Rule.DROP);
      }
    } else if (words.take("RENAME", "TABLE")) {
      words.name().filter(this::old).ifPresent(_ -> report(Rule.RENAME));
    } else if (words.take("UPDATE") || words.take("DELETE", "FROM")) {
      words.take("ONLY");
      words.name().filter(this::old).ifPresent(_ -> changeRows(words));
    } else {
      other(words);
    }
  }

  private static Optional<String> createdTable(Words words) {
    Words all = words.again();
    all.take("CREATE");
    while (all.takeOne("OR", "REPLACE", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED")) {
      // what kind of table it is does not matter
    }
    if (!all.take("TABLE") && !all.take("MATERIALIZED", "VIEW")) {
      return Optional.empty();
    }
    all.take("IF", "NOT", "EXISTS");
    return all.name();
  }

  private static Optional<String> table(Words words) {
    words.take("IF", "EXISTS");
    words.take("ONLY");
    return words.name();
  }

  private void action(String table, Words action, Words whole) {
    if (!old(table)) {
      if (action.take("RENAME", "TO")) {
        action.name().ifPresent(created::add);
      }
      return;
    }
    alter(table, action.again(), whole);
    if (action.take("ADD")) {
      boolean column = action.take("COLUMN") || !action.next(NO_COLUMN);
      action.take("IF", "NOT", "EXISTS");
      if (column && action.name().isPresent()) {
        if (action.has("NOT", "NULL") && !fillsItself(action)) {
          report(Rule.NOT_NULL_WITHOUT_DEFAULT);
        }
        addColumn(action);
      }
    } else if (action.take("DROP")) {
      if (action.take("COLUMN") || !action.next(NO_COLUMN)) {
        report(Rule.DROP);
      }
    } else if (action.take("RENAME") && !action.next("CONSTRAINT", "INDEX", "KEY")) {
      boolean moved = action.take("TO") && replaced.contains(table);
      if (moved) {
        action.name().ifPresent(created::add);
      } else {
        report(Rule.RENAME);
      }
    }
  }

  private static boolean fillsItself(Words column) {
    return column.has("DEFAULT")
        || column.has("GENERATED")
        || column.has("AS")
        || column.has("AUTO_INCREMENT")
        || serial(column);
  }

  /** Whether the column's type counts by itself; it is the next word. */
  static boolean serial(Words column) {
    return column.next("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8");
  }

  /** Whether there may be rows in it, and traffic. */
  final boolean old(String table) {
    return !created.contains(table);
  }

  /** The file that is being read. */
  final Script script() {
    return script;
  }

  final void report(Rule rule) {
    found.accept(rule, number);
  }

  // ---- what a database has of its own

  /** A new file. */
  void begin() {}

  /** CREATE of something that is no table; CREATE itself is passed over. */
  void create(Words words) {}

  /**
   * One of the things that an ALTER TABLE does to a table with rows.
   *
   * @param whole all of them
   */
  abstract void alter(String table, Words action, Words whole);

  /** A column that comes to a table with rows; its name is passed over. */
  void addColumn(Words column) {}

  /** UPDATE or DELETE of a table with rows; the table is passed over. */
  abstract void changeRows(Words words);

  /** Any other statement. */
  void other(Words words) {}

  /** Whether each change of the schema is committed by itself. */
  boolean commitsEach() {
    return false;
  }

  // ---- what several databases have

  final void checkAllRows(Words words) {
    if (!words.has("WHERE") && !words.has("LIMIT")) {
      report(Rule.ALL_ROWS);
    }
  }

  final void checkType(Words action) {
    if (action.take("ALTER")) {
      action.take("COLUMN");
      if (action.name().isPresent() && (action.take("TYPE") || action.take("SET", "DATA"))) {
        report(Rule.TYPE_CHANGE);
      }
    }
  }

  /** A file of several changes, of which at least one cannot be run a second time. */
  final void checkHalves() {
    int changes = 0;
    int second = -1;
    boolean again = true;
    for (int i = 0; i < script.sentences().size(); i++) {
      Words words = script.sentences().get(i).words();
      if (words.next("CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE")) {
        changes++;
        second = changes == 2 ? i : second;
        again &= words.has("IF", "NOT", "EXISTS") || words.has("IF", "EXISTS");
      }
    }
    if (changes > 1 && !again) {
      found.accept(Rule.HALF_APPLIED, second);
    }
  }

  /** An identifier as it is compared. */
  static String key(String table, String column) {
    return (table + "." + column).toLowerCase(Locale.ROOT);
  }
}
