package dev.slipway.driver.mysql;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.ObjectName;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.RowChange;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TokenCursor;
import java.util.Optional;
import java.util.Set;

/** What makes MySQL copy a table or stop its writes. */
public final class MysqlLintRules extends StatementRules {
  static final LintRule TABLE_COPY =
      LintRule.specific(
          "table-copy",
          LintRule.Severity.ERROR,
          "MySQL may copy the table for this, and nobody may write to it meanwhile.",
          "Say ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE: MySQL refuses where it would copy or"
              + " lock.");

  private static final Set<String> VOLATILE =
      Set.of(
          "uuid",
          "uuid_short",
          "rand",
          "random_bytes",
          "now",
          "sysdate",
          "current_timestamp",
          "connection_id",
          "user",
          "current_user",
          "session_user",
          "last_insert_id");

  MysqlLintRules(boolean together) {
    super(together);
  }

  @Override
  protected void begin() {
    checkHalves();
  }

  @Override
  protected void createOther(TokenCursor words) {
    if (words.acceptAny("FULLTEXT", "SPATIAL")
        && words.skipPast("ON")
        && ObjectName.read(words).filter(this::mayHaveRows).isPresent()
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
    if (action.accept("CHANGE")) {
      action.accept("COLUMN");
      Optional<String> from = action.name();
      if (!from.equals(action.name())) {
        report(LintRule.RENAME);
      }
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
    if (definition.skipPast("DEFAULT")
        && definition.nextIsParenthesis()
        && definition.calls().stream().anyMatch(VOLATILE::contains)) {
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
