package dev.slipway.driver.sqlite;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.ObjectName;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.RowChange;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TokenCursor;

/** What SQLite's ALTER TABLE cannot do. Locks are no matter: it has one writer at a time anyway. */
public final class SqliteLintRules extends StatementRules {
  static final LintRule ALTER =
      LintRule.specific(
          "sqlite-alter",
          LintRule.Severity.ERROR,
          "SQLite's ALTER TABLE does one of four things at a time: RENAME TO, RENAME, ADD or DROP"
              + " COLUMN.",
          "One ALTER TABLE for each; for anything else, create a new table.");

  static final LintRule ADD_COLUMN =
      LintRule.specific(
          "sqlite-add-column",
          LintRule.Severity.ERROR,
          "SQLite adds such a column to an empty table at most, so it fails where there are rows.",
          "Use a constant default; PRIMARY KEY, UNIQUE and STORED need a new table.");

  SqliteLintRules(boolean together) {
    super(together);
  }

  @Override
  protected void alterTable(ObjectName table, TokenCursor action, TokenCursor whole) {
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
      report(ALTER);
    }
  }

  @Override
  protected void addColumn(ObjectName table, Column column, TokenCursor definition) {
    boolean refused =
        definition.has("PRIMARY", "KEY") || definition.has("UNIQUE") || definition.has("STORED");
    if (definition.skipPast("DEFAULT")) {
      refused |=
          definition.nextIsParenthesis()
              || definition.nextIs("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME");
    }
    if (refused) {
      report(ADD_COLUMN);
    }
  }

  @Override
  protected void changeRows(RowChange change) {}
}
