package dev.slipway.driver.postgres;

import dev.slipway.driver.NonTransactionalStatements;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlTokens;
import dev.slipway.sql.Token;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What PostgreSQL 14 to 18 reject with "cannot run inside a transaction block". Whether a table has
 * partitions and a subscription has a slot is known only as far as the files create them.
 */
final class PostgresNonTransactionalStatements extends NonTransactionalStatements {
  private static final Pattern CANDIDATES =
      Pattern.compile(
          "\\b(?:concurrently|database|tablespace|system|vacuum|cluster|reindex|subscription|discard"
              + "|partition|index|procedure|call|do)\\b",
          Pattern.CASE_INSENSITIVE);

  /** Partitioned tables, and their indexes. */
  private final Set<String> partitioned = new HashSet<>();

  /** Procedures that end the transaction of their caller. */
  private final Set<String> procedures = new HashSet<>();

  /** Subscriptions, and whether a replication slot belongs to them. */
  private final Map<String, Boolean> slots = new HashMap<>();

  PostgresNonTransactionalStatements() {
    super(CANDIDATES);
  }

  @Override
  protected boolean matches(SqlScript script, Statement statement, SqlTokens tokens) {
    if (tokens.size() == 0) {
      return false;
    }
    return switch (tokens.get(0).text()) {
      case "CREATE" -> create(tokens);
      case "DROP" -> drop(tokens);
      case "ALTER" -> alter(tokens);
      case "VACUUM" -> true;
      case "CLUSTER" -> cluster(tokens);
      case "REINDEX" -> reindex(tokens);
      case "DISCARD" -> tokens.word(1, "ALL");
      case "DO" -> endsTransaction(tokens);
      case "CALL" -> procedures.contains(name(tokens, 1));
      default -> false;
    };
  }

  private boolean create(SqlTokens tokens) {
    if (tokens.word(1, "SUBSCRIPTION")) {
      boolean connects = option(tokens, "CONNECT", true);
      slots.put(name(tokens, 2), !text(tokens, "SLOT_NAME").equals("none"));
      return option(tokens, "CREATE_SLOT", connects);
    }
    int table = tokens.find(1, "TABLE");
    if (table > 0 && table <= 2) {
      int partition = tokens.find(table, "PARTITION");
      while (partition > 0 && !tokens.word(partition + 1, "BY")) {
        partition = tokens.find(partition + 1, "PARTITION");
      }
      if (partition > 0) {
        partitioned.add(name(tokens, passIfExists(tokens, table + 1)));
      }
    }
    int procedure = tokens.find(1, "PROCEDURE");
    if (procedure > 0 && procedure <= 3 && endsTransaction(tokens)) {
      procedures.add(name(tokens, procedure + 1));
    }
    createIndex(tokens);
    return tokens.words(1, "INDEX", "CONCURRENTLY")
        || tokens.words(1, "UNIQUE", "INDEX", "CONCURRENTLY")
        || tokens.word(1, "DATABASE", "TABLESPACE");
  }

  private void createIndex(SqlTokens tokens) {
    int index = tokens.word(1, "UNIQUE") ? 2 : 1;
    int on = tokens.find(index, "ON");
    if (tokens.word(index, "INDEX") && on > 0) {
      int table = tokens.word(on + 1, "ONLY") ? on + 2 : on + 1;
      if (partitioned.contains(name(tokens, table))) {
        partitioned.add(name(tokens, passIfExists(tokens, index + 1)));
      }
    }
  }

  private boolean drop(SqlTokens tokens) {
    if (tokens.word(1, "SUBSCRIPTION")) {
      int name = passIfExists(tokens, 2);
      // Without its slot, the subscription is dropped in a transaction, and so is one that does not
      // exist.
      return slots.getOrDefault(name(tokens, name), name == 2);
    }
    return tokens.words(1, "INDEX", "CONCURRENTLY") || tokens.word(1, "DATABASE", "TABLESPACE");
  }

  private boolean alter(SqlTokens tokens) {
    if (tokens.word(1, "SUBSCRIPTION")) {
      return alterSubscription(tokens);
    }
    if (tokens.word(1, "DATABASE")) {
      int set = tokens.find(3, "SET");
      return set > 0 && tokens.word(set + 1, "TABLESPACE");
    }
    if (tokens.word(1, "TABLE")) {
      int detach = tokens.find(2, "DETACH");
      return detach > 0
          && tokens.word(detach + 1, "PARTITION")
          && tokens.find(detach, "CONCURRENTLY") > 0;
    }
    return tokens.word(1, "SYSTEM");
  }

  private boolean alterSubscription(SqlTokens tokens) {
    if (tokens.word(3, "SET") && tokens.symbol(4, "(")) {
      String slot = text(tokens, "SLOT_NAME");
      if (!slot.isEmpty()) {
        slots.put(name(tokens, 2), !slot.equals("none"));
      }
      return !text(tokens, "FAILOVER").isEmpty() || !option(tokens, "TWO_PHASE", true);
    }
    if (tokens.word(3, "SET", "ADD", "DROP") && tokens.word(4, "PUBLICATION")) {
      return option(tokens, "REFRESH", true);
    }
    return tokens.words(3, "REFRESH", "PUBLICATION");
  }

  /** All tables, or a partitioned one. */
  private boolean cluster(SqlTokens tokens) {
    int table = tokens.symbol(1, "(") ? tokens.close(1) : tokens.word(1, "VERBOSE") ? 2 : 1;
    return table >= tokens.size() || partitioned.contains(name(tokens, table));
  }

  private boolean reindex(SqlTokens tokens) {
    int kind = tokens.symbol(1, "(") ? tokens.close(1) : 1;
    if (kind > 1 && option(tokens, "CONCURRENTLY", false)) {
      return true;
    }
    return tokens.word(kind, "SCHEMA", "DATABASE", "SYSTEM")
        || tokens.word(kind + 1, "CONCURRENTLY")
        || partitioned.contains(name(tokens, kind + 1));
  }

  /** Whether the body of a DO block ends the transaction. */
  private static boolean endsTransaction(SqlTokens tokens) {
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.string(i)) {
        SqlTokens body = SqlTokens.of(tokens.get(i).text(), tokens.syntax(), 1);
        for (int at = 1; at < body.size(); at++) {
          boolean starts =
              body.symbol(at - 1, ";") || body.word(at - 1, "BEGIN", "THEN", "ELSE", "LOOP");
          if (starts && body.word(at, "COMMIT", "ROLLBACK")) {
            return true;
          }
        }
      }
    }
    return false;
  }

  // ---- tokens

  /** The index after IF EXISTS or IF NOT EXISTS. */
  private static int passIfExists(SqlTokens tokens, int at) {
    return tokens.words(at, "IF", "EXISTS")
        ? at + 2
        : tokens.words(at, "IF", "NOT", "EXISTS") ? at + 3 : at;
  }

  /** The name here without its schema; empty if the token is not a name. */
  private static String name(SqlTokens tokens, int at) {
    int last = at;
    while (tokens.name(last) && tokens.symbol(last + 1, ".") && tokens.name(last + 2)) {
      last += 2;
    }
    return tokens.name(last) ? tokens.key(last) : "";
  }

  /** Whether an option in parentheses is on; without a value, it is. */
  private static boolean option(SqlTokens tokens, String name, boolean defaultValue) {
    String value = text(tokens, name);
    return value.isEmpty() ? defaultValue : !Set.of("false", "off", "0").contains(value);
  }

  /**
   * The value of an option in parentheses, {@code true} if it has none; empty without the option.
   */
  private static String text(SqlTokens tokens, String name) {
    for (int i = 2; i < tokens.size(); i++) {
      boolean starts = tokens.symbol(i - 1, "(") || tokens.symbol(i - 1, ",");
      if (starts && tokens.word(i, name)) {
        int value = tokens.symbol(i + 1, "=") ? i + 2 : i + 1;
        Token token = tokens.get(Math.min(value, tokens.size() - 1));
        return token.kind() == Token.Kind.WORD
                || token.kind() == Token.Kind.STRING
                || token.text().matches("\\d+")
            ? token.text().toLowerCase(Locale.ROOT)
            : "true";
      }
    }
    return "";
  }
}
