package dev.slipway.driver.sqlite;

import dev.slipway.driver.LintRule;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TokenCursor;

/** What SQLite's ALTER TABLE cannot do. Locks are no matter: it has one writer at a time anyway. */
public final class SqliteLintRules extends StatementRules {
  SqliteLintRules(boolean together) {
    super(together);
  }

  @Override
  protected void alter(String table, TokenCursor action, TokenCursor whole) {
    boolean column =
        action.nextIs("RENAME", "DROP", "ADD")
            && !(action.accept("ADD")
                && action.nextIs(
                    "CONSTRAINT",
                    "PRIMARY",
                    "UNIQUE",
                    "FOREIGN",
                    "CHECK",
                    "INDEX",
                    "KEY",
                    "FULLTEXT",
                    "SPATIAL"))
            && !(action.accept("DROP") && action.nextIs("PRIMARY", "FOREIGN", "INDEX", "KEY"));
    if (!column || whole.parts().size() > 1) {
      report(LintRule.SQLITE_ALTER);
    }
  }

  @Override
  protected void addColumn(TokenCursor column) {
    boolean refused = column.has("PRIMARY", "KEY") || column.has("UNIQUE") || column.has("STORED");
    if (column.skipPast("DEFAULT")) {
      refused |=
          column.nextIsParenthesis()
              || column.nextIs("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME");
    }
    if (refused) {
      report(LintRule.SQLITE_ADD_COLUMN);
    }
  }

  @Override
  protected void changeRows(TokenCursor words) {}

  @Override
  protected void other(TokenCursor words) {
    if (transactional() && (words.accept("VACUUM") || words.accept("PRAGMA", "JOURNAL_MODE"))) {
      report(LintRule.NOT_IN_TRANSACTION);
    }
  }
}
