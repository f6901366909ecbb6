package dev.slipway.migration;

/** What a file of migrations is for. */
public enum MigrationKind {
  UP,
  DOWN,
  REPEATABLE,
  /** Starts an empty schema, in place of all versions up to its own. */
  BASELINE
}
