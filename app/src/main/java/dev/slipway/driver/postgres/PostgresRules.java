package dev.slipway.driver.postgres;

import dev.slipway.driver.LintRule;

/** The lint rules that only PostgreSQL has. */
final class PostgresRules {
  static final LintRule INDEX_LOCKS =
      LintRule.specific(
          "index-locks",
          LintRule.Severity.ERROR,
          "Nobody may write to the table while the index is built.",
          "CREATE INDEX CONCURRENTLY, alone in a file that runs outside a transaction; for UNIQUE and PRIMARY KEY"
              + " then ADD CONSTRAINT … USING INDEX.");

  static final LintRule CONCURRENTLY_ALONE =
      LintRule.specific(
          "concurrently-alone",
          LintRule.Severity.ERROR,
          "When it fails it leaves an invalid index, which the next `up` cleans up by itself only where"
              + " the file holds nothing else.",
          "Give each CREATE INDEX CONCURRENTLY a file of its own.");

  static final LintRule SET_NOT_NULL =
      LintRule.specific(
          "set-not-null",
          LintRule.Severity.ERROR,
          "All rows are read while nobody may read or write the table.",
          "ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID, VALIDATE it in the next file, then SET NOT"
              + " NULL, which trusts it.");

  static final LintRule CONSTRAINT_LOCKS =
      LintRule.specific(
          "constraint-locks",
          LintRule.Severity.ERROR,
          "All rows are checked while nobody may write to the table.",
          "Add it NOT VALID, and VALIDATE CONSTRAINT in a file of its own.");

  static final LintRule VALIDATE_APART =
      LintRule.specific(
          "validate-apart",
          LintRule.Severity.WARNING,
          "In one transaction with its ADD CONSTRAINT, VALIDATE reads all rows under the lock that NOT"
              + " VALID was to spare.",
          "Put VALIDATE CONSTRAINT into the next file.");

  static final LintRule ROWS_BEHIND_DDL =
      LintRule.specific(
          "rows-behind-ddl",
          LintRule.Severity.ERROR,
          "The lock of the ALTER above it is held until all these rows are changed.",
          "Put it into a file of its own, after this one.");

  static final LintRule SEVERAL_TABLES =
      LintRule.specific(
          "several-tables",
          LintRule.Severity.WARNING,
          "The migration holds the lock on the first table while it waits for the second. This can"
              + " cause a deadlock with the service.",
          "One table for each file.");

  static final LintRule EXCLUSION_LOCKS =
      LintRule.specific(
          "exclusion-locks",
          LintRule.Severity.ERROR,
          "The index of an exclusion constraint is built while nobody may write to the table, and"
              + " cannot be built concurrently.",
          "Create it together with its table; for a table with rows, create a new table with it, fill"
              + " it in parts, and change over.");

  static final LintRule REFRESH_LOCKS =
      LintRule.specific(
          "refresh-locks",
          LintRule.Severity.ERROR,
          "Nobody may read the materialized view until it is filled.",
          "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index.");

  static final LintRule DETACH_LOCKS =
      LintRule.specific(
          "detach-locks",
          LintRule.Severity.ERROR,
          "It waits for all statements on the parent while nobody may start one, and the release that"
              + " runs no longer finds the rows there.",
          "When no release needs the rows, DETACH PARTITION … CONCURRENTLY, alone in a file"
              + " that runs outside a transaction.");

  private PostgresRules() {}
}
