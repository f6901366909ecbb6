package dev.slipway.driver.cockroach;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.ColumnType;
import dev.slipway.ddl.ObjectName;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.RowChange;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TokenCursor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** CockroachDB builds indexes and checks rows beside the traffic; transactions are its limit. */
public final class CockroachLintRules extends StatementRules {
  static final LintRule TRANSACTION =
      LintRule.specific(
          "cockroach-transaction",
          LintRule.Severity.ERROR,
          "In a transaction that also changes rows, CockroachDB may fail to change the schema at"
              + " COMMIT, with the rows changed.",
          "Take out BEGIN and COMMIT, or use one file for the schema and one for the rows.");

  private static final List<String> INTEGERS = List.of("smallint", "int", "bigint");
  private static final Set<String> STRINGS = Set.of("string", "varchar", "text", "char");

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
  protected void alterTable(ObjectName table, TokenCursor action, TokenCursor whole) {
    if (action.accept("ALTER")) {
      action.accept("COLUMN");
      Optional<String> column = action.name();
      if (action.accept("TYPE") || action.accept("SET", "DATA", "TYPE")) {
        boolean widens =
            column
                .flatMap(name -> column(table, name))
                .flatMap(Column::type)
                .filter(from -> ColumnType.read(action).filter(to -> widens(from, to)).isPresent())
                .isPresent();
        if (!widens || !action.atEnd()) {
          report(LintRule.TYPE_CHANGE);
        }
      }
    } else if (action.accept("ENABLE", "ROW") || action.accept("FORCE", "ROW")) {
      report(LintRule.ROW_SECURITY);
    }
    changeSchema();
  }

  /** Whether the values stay as they are stored: CockroachDB stores strings and integers alike. */
  private static boolean widens(ColumnType from, ColumnType to) {
    if (from.array() || to.array()) {
      return false;
    }
    int integer = INTEGERS.indexOf(from.name());
    if (integer >= 0) {
      return INTEGERS.indexOf(to.name()) >= integer;
    }
    boolean strings = STRINGS.contains(from.name()) && STRINGS.contains(to.name());
    boolean numerics =
        from.name().equals("numeric")
            && to.name().equals("numeric")
            && from.number(1).equals(to.number(1));
    return (strings || numerics)
        && (to.arguments().isEmpty()
            || from.number(0).filter(width -> width <= to.number(0).orElse(0)).isPresent());
  }

  @Override
  protected void alterObject(String kind, ObjectName name, TokenCursor action) {
    if (kind.equals("TYPE") && action.has("ATTRIBUTE")) {
      report(LintRule.TYPE_CHANGE);
    }
    changeSchema();
  }

  @Override
  protected void createOther(TokenCursor words) {
    changeSchema();
  }

  private void changeSchema() {
    schema = true;
    checkTransaction();
  }

  @Override
  protected void changeRows(RowChange change) {
    if (change.all()) {
      report(LintRule.ALL_ROWS);
    }
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
