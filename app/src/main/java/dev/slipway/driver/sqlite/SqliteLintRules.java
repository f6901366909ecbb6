package dev.slipway.driver.sqlite;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.ObjectName;
import dev.slipway.ddl.TableReader;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.RowChange;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TokenCursor;
import java.util.Optional;

/** What SQLite's ALTER TABLE cannot do. Locks are no matter: it has one writer at a time anyway. */
public final class SqliteLintRules extends StatementRules {
  static final LintRule ALTER =
      LintRule.specific(
          "sqlite-alter",
          LintRule.Severity.ERROR,
          "SQLite's ALTER TABLE makes one change at a time, and cannot change types, defaults, or keys.",
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
    if (!isSupported(action.copy()) || whole.parts().size() > 1) {
      report(ALTER);
    } else if (action.accept("ALTER")) {
      action.accept("COLUMN");
      Optional<Column> column = action.name().flatMap(name -> column(table, name));
      boolean filled =
          column.filter(each -> each.notNull() || !each.defaultValue().isEmpty()).isPresent();
      if (action.accept("SET", "NOT", "NULL") && !filled) {
        report(LintRule.NOT_NULL_WITHOUT_DEFAULT);
      }
    }
  }

  private static boolean isSupported(TokenCursor action) {
    if (action.nextIs("RENAME")) {
      return true;
    }
    if (action.accept("ALTER")) {
      action.accept("COLUMN");
      action.name();
      return action.accept("SET", "NOT", "NULL") || action.accept("DROP", "NOT", "NULL");
    }
    if (action.accept("DROP")) {
      return action.nextIs("CONSTRAINT") || TableReader.namesColumn(action);
    }
    if (!action.accept("ADD")) {
      return false;
    }
    if (action.accept("CONSTRAINT")) {
      action.name();
    }
    return action.nextIs("CHECK") || TableReader.namesColumn(action);
  }

  @Override
  protected void addColumn(ObjectName table, Column column, TokenCursor definition) {
    boolean refused =
        definition.has("PRIMARY", "KEY") || definition.has("UNIQUE") || definition.has("STORED");
    if (definition.skipPast("DEFAULT")) {
      // A constant in parentheses is one token, or a sign and one.
      refused |=
          definition
                  .copy()
                  .parenthesized()
                  .filter(value -> value.rest().size() > 2 || !value.calls().isEmpty())
                  .isPresent()
              || definition.nextIs("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME");
    }
    if (refused) {
      report(ADD_COLUMN);
    }
  }

  @Override
  protected void changeRows(RowChange change) {}
}
