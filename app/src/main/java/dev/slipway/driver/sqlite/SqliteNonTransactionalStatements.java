package dev.slipway.driver.sqlite;

import dev.slipway.driver.NonTransactionalStatements;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlTokens;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What SQLite rejects in a transaction, or ignores. {@code PRAGMA foreign_keys} is not among them:
 * it is ignored too, and Slipway checks foreign keys before each commit where the DSN enables them.
 */
final class SqliteNonTransactionalStatements extends NonTransactionalStatements {
  private static final Pattern CANDIDATES =
      Pattern.compile(
          "\\b(?:vacuum|journal_mode|synchronous|wal_checkpoint|detach)\\b",
          Pattern.CASE_INSENSITIVE);

  SqliteNonTransactionalStatements() {
    super(CANDIDATES);
  }

  @Override
  protected boolean matches(SqlScript script, Statement statement, SqlTokens tokens) {
    if (tokens.word(0, "VACUUM")) {
      return true;
    }
    if (tokens.word(0, "DETACH")) {
      int name = tokens.word(1, "DATABASE") ? 2 : 1;
      return name < tokens.size() && isUsedBefore(script, statement, tokens.get(name).text());
    }
    if (!tokens.word(0, "PRAGMA")) {
      return false;
    }
    int at = tokens.symbol(2, ".") ? 3 : 1;
    boolean hasValue = tokens.symbol(at + 1, "=") || tokens.symbol(at + 1, "(");
    return at < tokens.size()
        && switch (tokens.get(at).text().toLowerCase(Locale.ROOT)) {
          case "wal_checkpoint" -> true;
          case "journal_mode", "synchronous" -> hasValue;
          default -> false;
        };
  }

  /** Whether the transaction has used an attached database, so that it is locked. */
  private static boolean isUsedBefore(SqlScript script, Statement detach, String database) {
    for (Statement statement : script.statements()) {
      if (statement.start() >= detach.start()) {
        return false;
      }
      SqlTokens tokens = SqlTokens.of(script.sql(statement), script.syntax(), 1);
      for (int i = 1; i < tokens.size(); i++) {
        if (tokens.symbol(i, ".") && tokens.get(i - 1).text().equalsIgnoreCase(database)) {
          return true;
        }
      }
    }
    return false;
  }
}
