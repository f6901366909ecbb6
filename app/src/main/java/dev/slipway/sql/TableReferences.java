package dev.slipway.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Finds the names of tables, views, and routines in statements. Elsewhere {@code a.b} is a column
 * of a table or an alias. Used once, by one thread.
 */
public final class TableReferences {
  /** Words between an opening keyword and the name. */
  private static final String[] MODIFIERS = {
    "IF",
    "NOT",
    "EXISTS",
    "LOW_PRIORITY",
    "QUICK",
    "IGNORE",
    "DELAYED",
    "HIGH_PRIORITY",
    "INTO",
    "TABLE",
    "ONLY",
    "LATERAL",
    "CONCURRENTLY"
  };

  /** After these, names are columns again. */
  private static final String[] CLAUSES = {
    "WHERE",
    "SET",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "VALUES",
    "VALUE",
    "WINDOW",
    "EXCEPT",
    "INTERSECT",
    "FOR",
    "RETURNING",
    "BEGIN",
    "DO",
    "THEN"
  };

  private static final String[] DDL = {
    "CREATE", "ALTER", "DROP", "RENAME", "LOCK", "OPTIMIZE", "ANALYZE", "CHECK", "REPAIR", "FLUSH"
  };

  private final SqlTokens tokens;
  private final IntPredicate starts;
  private final ReferenceHandler found;
  private final Deque<Scope> levels = new ArrayDeque<>();
  private Scope level = new Scope(false, Use.DEFINES);
  private int head;
  private boolean object;
  private boolean on;

  /** What a statement does at a name. */
  public enum Use {
    READS,
    WRITES,
    DEFINES
  }

  /** Hears of each name. */
  public interface ReferenceHandler {
    /**
     * A name.
     *
     * @param at where it stands
     * @param parts the identifiers that its dots join
     * @param use reads if the statement only reads there; writes if it may change rows
     */
    void name(int at, List<String> parts, Use use);
  }

  /** What is open inside of one pair of parentheses. */
  private static final class Scope {
    boolean list;
    boolean expected;
    boolean query;
    Use use;

    Scope(boolean expected, Use use) {
      this.list = expected;
      this.expected = expected;
      this.use = use;
    }
  }

  private TableReferences(SqlTokens tokens, IntPredicate starts, ReferenceHandler found) {
    this.tokens = tokens;
    this.starts = starts;
    this.found = found;
  }

  /**
   * Reads statements from left to right.
   *
   * @param starts whether a statement starts at an index
   */
  public static void find(SqlTokens tokens, IntPredicate starts, ReferenceHandler found) {
    new TableReferences(tokens, starts, found).find();
  }

  private void find() {
    int i = 0;
    while (i < tokens.size()) {
      if (starts.test(i)) {
        begin(i);
      }
      if (tokens.symbol(i, "(")) {
        levels.push(level);
        level = new Scope(level.expected, level.use);
        levels.peek().expected = false;
        i++;
      } else if (tokens.symbol(i, ")")) {
        level = levels.isEmpty() ? level : levels.pop();
        i++;
      } else if (tokens.symbol(i, ",")) {
        level.expected = level.list;
        i++;
      } else if (part(i)) {
        i = tokens.symbol(i + 1, ".") || !keyword(i) ? name(i) : i + 1;
      } else {
        i++;
      }
    }
  }

  private void begin(int at) {
    head = at;
    object = false;
    on = false;
    level.expected = false;
    level.use = Use.DEFINES;
    // What looks like a start may be inside of an expression, before the list of tables.
    if (at == 0 || tokens.symbol(at - 1, ";")) {
      level.list = false;
      level.query = false;
    }
  }

  /** With ANSI_QUOTES, MySQL takes what stands in double quotes for a name. */
  private boolean part(int at) {
    return tokens.name(at)
        || (tokens.string(at) && (tokens.symbol(at + 1, ".") || tokens.symbol(at - 1, ".")));
  }

  /** Whether a word changes what is expected, or stands before what is. */
  private boolean keyword(int at) {
    if (tokens.get(at).kind() != Token.Kind.WORD) {
      return false;
    }
    boolean call = tokens.symbol(at + 1, "(");
    switch (tokens.get(at).text()) {
      case "SELECT" -> {
        level.query = true;
        level.use = Use.READS;
        open(false, false);
      }
      case "FROM" -> {
        if (level.query) {
          open(true, true);
        }
      }
      case "JOIN", "STRAIGHT_JOIN", "USING" -> open(true, true);
      case "DELETE" -> {
        // It may stand after WITH or EXPLAIN.
        if (!tokens.word(at - 1, "ON", "BEFORE", "AFTER", "OR") && part(at + 1)) {
          level.query = true;
          writes(true);
        }
      }
      case "UPDATE" -> {
        boolean clause =
            tokens.word(at - 1, "KEY", "ON", "FOR", "BEFORE", "AFTER", "OR")
                || (tokens.word(at - 1, "DO") && tokens.word(at + 1, "SET"));
        if (clause) {
          open(false, false);
        } else {
          writes(true);
        }
      }
      case "INTO" ->
          open(
              tokens.word(
                  at - 1,
                  "INSERT",
                  "REPLACE",
                  "UPSERT",
                  "MERGE",
                  "IGNORE",
                  "LOW_PRIORITY",
                  "DELAYED",
                  "HIGH_PRIORITY",
                  "IMPORT"),
              false);
      case "INSERT", "REPLACE", "TRUNCATE" -> {
        if (call || tokens.word(at - 1, "BEFORE", "AFTER", "OR")) {
          open(false, false);
        } else {
          writes(tokens.word(at, "TRUNCATE"));
        }
      }
      case "LOAD" -> {
        if (head != at) {
          return false;
        }
        level.use = Use.WRITES;
      }
      case "TABLE" -> open(true, true);
      case "CACHE" -> {
        // CACHE INDEX t, LOAD INDEX INTO CACHE t
        if (!tokens.word(head, "CACHE", "LOAD")) {
          return false;
        }
        open(true, true);
      }
      case "CALL", "HANDLER" -> open(head == at, false);
      case "REFERENCES" -> open(true, false);
      case "TABLES",
          "VIEW",
          "TRIGGER",
          "PROCEDURE",
          "FUNCTION",
          "EVENT",
          "SEQUENCE",
          "TYPE",
          "INDEX",
          "SCHEMA" -> {
        if (!object && tokens.word(head, DDL)) {
          object = true;
          boolean index = tokens.word(at, "INDEX");
          // CockroachDB's indexes are named with their table.
          boolean name = !index || (head == at - 1 && tokens.word(head, "ALTER", "DROP"));
          on = index || tokens.word(at, "TRIGGER");
          open(name, name);
        }
      }
      case "ON" -> {
        // A comma after a join's condition is the list's again.
        level.expected = on || tokens.word(head, "GRANT", "REVOKE");
        on = false;
      }
      case "TO" -> open(tokens.word(head, "RENAME", "ALTER"), tokens.word(head, "RENAME"));
      case "UNION" -> {
        // UNION=(…) lists the tables of a MERGE table, and needs no sign.
        boolean option =
            tokens.symbol(at + 1, "=")
                || (tokens.symbol(at + 1, "(")
                    && tokens.name(at + 2)
                    && !tokens.word(at + 2, "SELECT", "WITH", "TABLE", "VALUES"));
        open(option, option);
      }
      case "RENAME" -> open(head == at || tokens.word(head, "ALTER"), false);
      case "AS" -> level.expected &= tokens.word(at - 1, "RENAME");
      case "LIKE" -> open(tokens.word(head, "CREATE") && !level.query, false);
      default -> {
        // IGNORE INDEX FOR ORDER BY stands inside of a list.
        if ((tokens.word(at, "FOR") && tokens.word(at - 1, "INDEX", "KEY"))
            || (tokens.word(at, "ORDER", "GROUP") && tokens.word(at - 1, "FOR"))) {
          return true;
        }
        // These two are names too.
        boolean name = level.expected && tokens.word(at, "BEGIN", "DO");
        if (!name && tokens.word(at, CLAUSES)) {
          open(false, false);
        } else if (!level.expected || !tokens.word(at, MODIFIERS)) {
          return false;
        }
      }
    }
    return true;
  }

  private void writes(boolean list) {
    level.use = Use.WRITES;
    open(true, list);
  }

  private void open(boolean expected, boolean list) {
    level.expected = expected;
    level.list = list;
  }

  /** Reads a name with all of its parts, and the star that may be the last. */
  private int name(int from) {
    List<String> parts = new ArrayList<>();
    int at = from;
    parts.add(tokens.key(at));
    while (tokens.symbol(at + 1, ".") && (part(at + 2) || tokens.symbol(at + 2, "*"))) {
      at += 2;
      parts.add(tokens.symbol(at, "*") ? "*" : tokens.key(at));
    }
    boolean whole = parts.getLast().equals("*");
    boolean variable = tokens.symbol(from - 1, "@") || tokens.symbol(from - 1, ".");
    boolean called = tokens.symbol(at + 1, "(");
    boolean granted = whole && tokens.word(head, "GRANT", "REVOKE");
    if (whole && level.expected && !granted) {
      parts.removeLast();
      whole = false;
    }
    if (!variable
        && (parts.size() > 2
            || granted
            || (level.expected && !whole)
            || (parts.size() == 2 && !whole && called))) {
      found.name(from, List.copyOf(parts), called && !level.expected ? Use.READS : level.use);
    }
    level.expected = false;
    return at + 1;
  }
}
