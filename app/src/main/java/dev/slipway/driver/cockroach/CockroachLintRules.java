package dev.slipway.driver.cockroach;

import dev.slipway.driver.LintRule;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TokenCursor;

/** CockroachDB builds indexes and checks rows beside the traffic; transactions are its limit. */
public final class CockroachLintRules extends StatementRules {
  static final LintRule TRANSACTION =
      LintRule.specific(
          "cockroach-transaction",
          LintRule.Severity.ERROR,
          "In a transaction that also changes rows, CockroachDB may fail to change the schema at"
              + " COMMIT, with the rows changed.",
          "Take out BEGIN and COMMIT, or use one file for the schema and one for the rows.");

  private boolean transaction;
  private boolean schema;
  private boolean rows;

  CockroachLintRules(boolean together) {
    super(together);
  }

  @Override
  protected void begin() {
    transaction = false;
    checkHalves();
  }

  @Override
  protected void alter(String table, TokenCursor action, TokenCursor whole) {
    checkType(action);
    schema = true;
    checkTransaction();
  }

  @Override
  protected void create(TokenCursor words) {
    schema = true;
    checkTransaction();
  }

  @Override
  protected void changeRows(TokenCursor words) {
    checkAllRows(words);
    rows = true;
    checkTransaction();
  }

  @Override
  protected void other(TokenCursor words) {
    if (words.nextIs("BEGIN", "START")) {
      transaction = true;
      schema = false;
      rows = false;
    } else if (words.nextIs("COMMIT", "END", "ROLLBACK")) {
      transaction = false;
    } else if (words.nextIs("INSERT", "UPSERT")) {
      rows = true;
      checkTransaction();
    }
  }

  private void checkTransaction() {
    if (transaction && schema && rows) {
      transaction = false;
      report(TRANSACTION);
    }
  }

  @Override
  protected boolean commitsEach() {
    return true;
  }
}
