package dev.slipway.driver;

import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import dev.slipway.sql.SqlTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The statements that a database rejects or ignores in a transaction. Reads files in the order in
 * which they run, because some statements depend on what an earlier one created. Not thread-safe.
 */
public abstract class NonTransactionalStatements {
  private final Pattern candidates;

  /**
   * @param candidates a pattern that each of these statements contains; only statements that
   *     contain it are split into tokens
   */
  protected NonTransactionalStatements(Pattern candidates) {
    this.candidates = candidates;
  }

  /** None: for a database on which Slipway runs each statement in a transaction of its own. */
  static NonTransactionalStatements none() {
    return new NonTransactionalStatements(Pattern.compile("(?!)")) {
      @Override
      protected boolean matches(SqlScript script, Statement statement, SqlTokens tokens) {
        return false;
      }
    };
  }

  /** The statements of a file that cannot run in a transaction, in their order. */
  public final List<Statement> in(SqlScript script) {
    List<Statement> found = new ArrayList<>();
    for (Statement statement : script.statements()) {
      if (statement.kind() != StatementKind.ROWS
          && candidates.matcher(script.text()).region(statement.start(), statement.end()).find()
          && matches(script, statement, SqlTokens.of(script.sql(statement), script.syntax(), 1))) {
        found.add(statement);
      }
    }
    return found;
  }

  /**
   * Whether a statement cannot run in a transaction.
   *
   * @param tokens the tokens of the statement
   */
  protected abstract boolean matches(SqlScript script, Statement statement, SqlTokens tokens);
}
