package dev.slipway.audit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What PostgreSQL locks, and for how long. */
final class PostgresRules extends StatementRules {
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

  PostgresRules(boolean together) {
    super(together);
  }

  @Override
  void begin() {
    addedHere.clear();
    lockedHere.clear();
  }

  @Override
  void create(Words words) {
    words.take("UNIQUE");
    if (words.take("INDEX")) {
      boolean concurrently = words.take("CONCURRENTLY");
      words.skipPast("ON");
      words.take("ONLY");
      Optional<String> table = words.name();
      if (concurrently) {
        if (script().sentences().size() > 1) {
          report(Rule.CONCURRENTLY_ALONE);
        }
      } else if (table.filter(this::old).isPresent()) {
        lock(table.get());
        report(Rule.INDEX_LOCKS);
      }
    } else if (words.next("DATABASE", "TABLESPACE")) {
      outside();
    }
  }

  @Override
  void alter(String table, Words action, Words whole) {
    if (action.take("VALIDATE", "CONSTRAINT")) {
      action.name().ifPresent(name -> validate(table, name));
      return;
    }
    lock(table);
    if (action.has("DETACH", "PARTITION") && action.has("CONCURRENTLY")) {
      outside();
    }
    checkType(action.again());
    if (action.take("ALTER")) {
      action.take("COLUMN");
      Optional<String> column = action.name();
      if (action.take("SET", "NOT", "NULL")
          && column.filter(name -> knownNotNull.contains(key(table, name))).isEmpty()) {
        report(Rule.SET_NOT_NULL);
      }
    } else if (action.take("ADD")) {
      Optional<String> name = action.take("CONSTRAINT") ? action.name() : Optional.empty();
      addConstraint(table, name.orElse(""), action);
    }
  }

  private void addConstraint(String table, String name, Words words) {
    boolean valid = !words.has("NOT", "VALID");
    if (words.next("UNIQUE", "PRIMARY")) {
      if (!words.has("USING", "INDEX")) {
        report(Rule.INDEX_LOCKS);
      }
    } else if (words.next("FOREIGN", "CHECK")) {
      if (valid) {
        report(Rule.CONSTRAINT_LOCKS);
      }
      if (words.next("CHECK")) {
        List<String> columns = words.notNulls();
        pendingChecks.put(key(table, name), columns);
        if (valid) {
          columns.forEach(column -> knownNotNull.add(key(table, column)));
        }
      }
      addedHere.add(key(table, name));
    } else if (words.take("NOT", "NULL") && valid) {
      report(Rule.SET_NOT_NULL);
    }
  }

  private void validate(String table, String name) {
    if (addedHere.contains(key(table, name)) && script().step().transactional()) {
      report(Rule.VALIDATE_APART);
    }
    pendingChecks
        .getOrDefault(key(table, name), List.of())
        .forEach(column -> knownNotNull.add(key(table, column)));
  }

  @Override
  void addColumn(Words column) {
    boolean counts = serial(column);
    if (column.has("UNIQUE") || column.has("PRIMARY", "KEY")) {
      report(Rule.INDEX_LOCKS);
    }
    boolean rewrites = counts || column.has("IDENTITY") || column.has("STORED");
    if (column.skipPast("DEFAULT")) {
      rewrites |= column.calls().stream().anyMatch(VOLATILE::contains);
    }
    if (rewrites) {
      report(Rule.VOLATILE_DEFAULT);
    }
  }

  @Override
  void changeRows(Words words) {
    checkAllRows(words);
    if (!lockedHere.isEmpty() && script().step().transactional()) {
      report(Rule.ROWS_BEHIND_DDL);
    }
  }

  @Override
  void other(Words words) {
    if (words.take("REINDEX")) {
      if (words.has("CONCURRENTLY")) {
        outside();
      } else {
        report(Rule.INDEX_LOCKS);
      }
    } else if (words.take("VACUUM")
        || words.take("ALTER", "SYSTEM")
        || words.take("DROP", "INDEX", "CONCURRENTLY")
        || words.take("DROP", "DATABASE")
        || words.take("DROP", "TABLESPACE")) {
      outside();
    }
  }

  private void outside() {
    if (script().step().transactional()) {
      report(Rule.NOT_IN_TRANSACTION);
    }
  }

  /** A lock that lasts until the file's transaction ends. */
  private void lock(String table) {
    if (lockedHere.add(table) && lockedHere.size() == 2 && script().step().transactional()) {
      report(Rule.SEVERAL_TABLES);
    }
  }
}
