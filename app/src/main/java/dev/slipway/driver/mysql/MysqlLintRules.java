package dev.slipway.driver.mysql;

import dev.slipway.driver.LintRule;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TokenCursor;
import java.util.Optional;

/** What makes MySQL copy a table or stop its writes. */
public final class MysqlLintRules extends StatementRules {
  static final LintRule TABLE_COPY =
      LintRule.specific(
          "table-copy",
          LintRule.Severity.ERROR,
          "MySQL may copy the table for this, and nobody may write to it meanwhile.",
          "Say ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE: MySQL refuses where it would copy or"
              + " lock.");

  MysqlLintRules(boolean together) {
    super(together);
  }

  @Override
  protected void begin() {
    checkHalves();
  }

  @Override
  protected void create(TokenCursor words) {
    if (words.acceptAny("FULLTEXT", "SPATIAL")
        && words.skipPast("ON")
        && words.name().filter(this::mayHaveRows).isPresent()
        && !refusesToLock(words)) {
      report(TABLE_COPY);
    }
  }

  @Override
  protected void alter(String table, TokenCursor action, TokenCursor whole) {
    TokenCursor words = action.restart();
    boolean copies = copies(action);
    if (copies && !refusesToLock(whole)) {
      report(TABLE_COPY);
    }
    if (words.accept("CHANGE")) {
      words.accept("COLUMN");
      Optional<String> from = words.name();
      if (!from.equals(words.name())) {
        report(LintRule.RENAME);
      }
    }
  }

  private static boolean copies(TokenCursor words) {
    if (words.nextIs("MODIFY", "CHANGE", "CONVERT") || words.accept("DROP", "PRIMARY")) {
      return true;
    }
    if (!words.accept("ADD")) {
      return false;
    }
    if (words.accept("CONSTRAINT") && !words.nextIs("FOREIGN", "CHECK", "UNIQUE", "PRIMARY")) {
      words.name();
    }
    return words.nextIs("FOREIGN", "CHECK", "FULLTEXT", "SPATIAL")
        || words.has("AUTO_INCREMENT")
        || words.has("STORED");
  }

  /** Whether the statement says itself that MySQL shall refuse rather than copy or lock. */
  private static boolean refusesToLock(TokenCursor whole) {
    return whole.hasOption("ALGORITHM", "INSTANT")
        || whole.hasOption("ALGORITHM", "INPLACE")
        || whole.hasOption("LOCK", "NONE");
  }

  @Override
  protected void addColumn(TokenCursor column) {
    if (column.skipPast("DEFAULT") && column.nextIsParenthesis() && !column.calls().isEmpty()) {
      report(LintRule.VOLATILE_DEFAULT);
    }
  }

  @Override
  protected void changeRows(TokenCursor words) {
    checkAllRows(words);
  }

  @Override
  protected boolean commitsEach() {
    return true;
  }
}
