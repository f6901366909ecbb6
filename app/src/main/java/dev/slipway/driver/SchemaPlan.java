package dev.slipway.driver;

import java.util.List;

/**
 * The way from one schema to another. Immutable.
 *
 * @param statements the statements, in order
 * @param rejected differences for which there is no statement, each as a sentence that begins with
 *     the {@link SchemaObject#key}
 * @param renames pairs of which one may be the other under a new name; the plan drops the old one
 *     and creates the new one
 * @param kept objects that the target lacks and the plan does not remove, because the request
 *     excludes their kind: their {@link SchemaObject#key}
 */
public record SchemaPlan(
    List<PlannedStatement> statements,
    List<String> rejected,
    List<PossibleRename> renames,
    List<String> kept) {

  /**
   * A table or column that the target lacks, and one with the same shape that only the target has.
   *
   * @param from as {@code --rename} takes it: {@code table}, or {@code table.column}
   */
  public record PossibleRename(String from, String to) {}

  /** A plan with copies of these. */
  public SchemaPlan {
    statements = List.copyOf(statements);
    rejected = List.copyOf(rejected);
    renames = List.copyOf(renames);
    kept = List.copyOf(kept);
  }
}
