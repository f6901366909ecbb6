package dev.slipway.driver.postgres;

import dev.slipway.driver.LintRule;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TokenCursor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What PostgreSQL locks, and for how long. */
public final class PostgresLintRules extends StatementRules {
  static final LintRule INDEX_LOCKS =
      LintRule.specific(
          "index-locks",
          LintRule.Severity.ERROR,
          "Nobody may write to the table while the index is built.",
          "CREATE INDEX CONCURRENTLY, alone in a file named `.autocommit`; for UNIQUE and PRIMARY KEY"
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
          "The lock on the first table is held while the second is waited for: that is how deadlocks"
              + " with the service come about.",
          "One table for each file.");

  private static final Set<String> VOLATILE =
      Set.of(
          "random",
          "gen_random_uuid",
          "uuidv4",
          "uuidv7",
          "uuid_generate_v1",
          "uuid_generate_v1mc",
          "uuid_generate_v4",
          "clock_timestamp",
          "timeofday",
          "nextval",
          "gen_random_bytes",
          "gen_salt");

  /** Constraints that are not valid yet, and the columns that they say are not NULL. */
  private final Map<String, List<String>> pendingChecks = new HashMap<>();

  private final Set<String> knownNotNull = new HashSet<>();
  private final Set<String> addedHere = new HashSet<>();
  private final Set<String> lockedHere = new HashSet<>();

  PostgresLintRules(boolean together) {
    super(together);
  }

  @Override
  protected void begin() {
    addedHere.clear();
    lockedHere.clear();
  }

  @Override
  protected void create(TokenCursor words) {
    words.accept("UNIQUE");
    if (words.accept("INDEX")) {
      boolean concurrently = words.accept("CONCURRENTLY");
      words.skipPast("ON");
      words.accept("ONLY");
      Optional<String> table = words.name();
      if (concurrently) {
        if (script().statements().size() > 1) {
          report(CONCURRENTLY_ALONE);
        }
      } else if (table.filter(this::mayHaveRows).isPresent()) {
        lock(table.get());
        report(INDEX_LOCKS);
      }
    }
  }

  @Override
  protected void alter(String table, TokenCursor action, TokenCursor whole) {
    if (action.accept("VALIDATE", "CONSTRAINT")) {
      action.name().ifPresent(name -> validate(table, name));
      return;
    }
    lock(table);
    checkType(action.restart());
    if (action.accept("ALTER")) {
      action.accept("COLUMN");
      Optional<String> column = action.name();
      if (action.accept("SET", "NOT", "NULL")
          && column.filter(name -> knownNotNull.contains(key(table, name))).isEmpty()) {
        report(SET_NOT_NULL);
      }
    } else if (action.accept("ADD")) {
      Optional<String> name = action.accept("CONSTRAINT") ? action.name() : Optional.empty();
      addConstraint(table, name.orElse(""), action);
    }
  }

  private void addConstraint(String table, String name, TokenCursor words) {
    boolean valid = !words.has("NOT", "VALID");
    if (words.nextIs("UNIQUE", "PRIMARY")) {
      if (!words.has("USING", "INDEX")) {
        report(INDEX_LOCKS);
      }
    } else if (words.nextIs("FOREIGN", "CHECK")) {
      if (valid) {
        report(CONSTRAINT_LOCKS);
      }
      if (words.nextIs("CHECK")) {
        List<String> columns = words.notNullColumns();
        pendingChecks.put(key(table, name), columns);
        if (valid) {
          columns.forEach(column -> knownNotNull.add(key(table, column)));
        }
      }
      addedHere.add(key(table, name));
    } else if (words.accept("NOT", "NULL") && valid) {
      report(SET_NOT_NULL);
    }
  }

  private void validate(String table, String name) {
    if (addedHere.contains(key(table, name)) && transactional()) {
      report(VALIDATE_APART);
    }
    pendingChecks
        .getOrDefault(key(table, name), List.of())
        .forEach(column -> knownNotNull.add(key(table, column)));
  }

  @Override
  protected void addColumn(TokenCursor column) {
    boolean counts = serial(column);
    if (column.has("UNIQUE") || column.has("PRIMARY", "KEY")) {
      report(INDEX_LOCKS);
    }
    boolean rewrites = counts || column.has("IDENTITY") || column.has("STORED");
    if (column.skipPast("DEFAULT")) {
      rewrites |= column.calls().stream().anyMatch(VOLATILE::contains);
    }
    if (rewrites) {
      report(LintRule.VOLATILE_DEFAULT);
    }
  }

  @Override
  protected void changeRows(TokenCursor words) {
    checkAllRows(words);
    if (!lockedHere.isEmpty() && transactional()) {
      report(ROWS_BEHIND_DDL);
    }
  }

  @Override
  protected void other(TokenCursor words) {
    if (words.accept("REINDEX") && !words.has("CONCURRENTLY")) {
      report(INDEX_LOCKS);
    }
  }

  /** A lock that lasts until the file's transaction ends. */
  private void lock(String table) {
    if (lockedHere.add(table) && lockedHere.size() == 2 && transactional()) {
      report(SEVERAL_TABLES);
    }
  }
}
