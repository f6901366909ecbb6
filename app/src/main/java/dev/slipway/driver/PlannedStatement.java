package dev.slipway.driver;

import java.util.Optional;
import java.util.Set;

/**
 * A statement of a {@link SchemaPlan}. Immutable.
 *
 * @param sql one statement without a final semicolon
 * @param placement the file in which it belongs
 * @param tables the tables whose rows it may change or read, by the names of {@link
 *     SchemaContents#tables}
 * @param loss which data it deletes, as a noun phrase ("column public.t.a"); empty if none
 * @param needs what must hold for the rows for it to succeed, as a query that finds offending rows;
 *     empty if it succeeds for all rows
 * @param blocks why other sessions wait for it longer than for a lock of a moment; empty if they do
 *     not
 * @param irreversible why no statement undoes it; empty if one does
 */
public record PlannedStatement(
    String sql,
    Placement placement,
    Set<String> tables,
    Optional<String> loss,
    Optional<String> needs,
    Optional<String> blocks,
    Optional<String> irreversible) {

  /** The file in which a statement belongs. */
  public enum Placement {
    /** In one transaction with its neighbors. */
    WITH_NEIGHBORS,
    /**
     * In a later file than the statements before it: what they locked must be free again when it
     * runs, or it needs what they committed.
     */
    NEW_FILE,
    /** Alone in a file that runs outside a transaction. */
    OUTSIDE_TRANSACTION
  }

  /** A statement with a copy of the tables. */
  public PlannedStatement {
    tables = Set.copyOf(tables);
  }

  /** A statement that deletes nothing, always succeeds, and blocks for a moment only. */
  public static PlannedStatement of(String sql, String... tables) {
    return new PlannedStatement(
        sql,
        Placement.WITH_NEIGHBORS,
        Set.of(tables),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
