package dev.slipway.driver.mysql;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.ObjectName;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.RowChange;
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
  protected void createOther(TokenCursor words) {
    boolean special = words.acceptAny("FULLTEXT", "SPATIAL");
    words.accept("UNIQUE");
    if (words.accept("INDEX")
        && words.skipPast("ON")
        && ObjectName.read(words).filter(this::mayHaveRows).isPresent()
        && (special || TableCopies.hasExpression(words))
        && !refusesToLock(words)) {
      report(TABLE_COPY);
    }
  }

  @Override
  protected void alterTable(ObjectName table, TokenCursor action, TokenCursor whole) {
    if (action.nextIs("DROP", "TRUNCATE") && action.has("PARTITION")) {
      report(LintRule.DROP);
      return;
    }
    if (TableCopies.copies(table(table), action.copy(), whole) && !refusesToLock(whole)) {
      report(TABLE_COPY);
    }
    if (action.nextIs("MODIFY", "CHANGE")) {
      redefine(table, action);
    }
  }

  private void redefine(ObjectName table, TokenCursor action) {
    boolean renames = action.accept("CHANGE");
    action.accept("MODIFY");
    action.accept("COLUMN");
    Optional<String> from = action.name();
    if (renames && !from.equals(action.name())) {
      report(LintRule.RENAME);
    }
    Optional<Column> known =
        from.flatMap(name -> column(table, name)).filter(old -> old.type().isPresent());
    if (known.isEmpty()) {
      return;
    }
    Column old = known.get();
    Column to = Column.read(old.name(), action, false);
    boolean without = to.defaultValue().isEmpty() && to.generated().isEmpty();
    if (without && to.notNull() && (!old.notNull() || !old.defaultValue().isEmpty())) {
      report(LintRule.NOT_NULL_WITHOUT_DEFAULT);
    } else if (without && !old.defaultValue().isEmpty()) {
      report(LintRule.DROP_DEFAULT);
    }
  }

  /** Whether the statement itself makes MySQL reject it rather than copy or lock. */
  private static boolean refusesToLock(TokenCursor whole) {
    return whole.hasOption("ALGORITHM", "INSTANT")
        || (whole.hasOption("ALGORITHM", "INPLACE")
            && !whole.hasOption("LOCK", "SHARED")
            && !whole.hasOption("LOCK", "EXCLUSIVE"))
        || whole.hasOption("LOCK", "NONE");
  }

  @Override
  protected void addColumn(ObjectName table, Column column, TokenCursor definition) {
    // MySQL copies the table for every expression, also for a constant one.
    if (definition.skipPast("DEFAULT") && definition.nextIsParenthesis()) {
      report(LintRule.VOLATILE_DEFAULT);
    }
  }

  @Override
  protected void changeRows(RowChange change) {
    if (change.all()) {
      report(LintRule.ALL_ROWS);
    }
  }

  @Override
  protected void other(TokenCursor words) {
    boolean locks =
        (words.accept("LOCK", "TABLES") || words.accept("LOCK", "TABLE"))
            ? words.parts().stream()
                .anyMatch(part -> ObjectName.read(part).filter(this::mayHaveRows).isPresent())
            : words.accept("FLUSH") && words.has("WITH", "READ", "LOCK");
    if (locks) {
      report(LintRule.EXPLICIT_LOCK);
    }
  }

  @Override
  protected boolean commitsEach() {
    return true;
  }
}
