package dev.slipway.migration;

/** What a file of migrations is for. */
public enum MigrationKind {
  UP,
  DOWN,
  REPEATABLE
}
