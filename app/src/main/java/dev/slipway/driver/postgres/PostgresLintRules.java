package dev.slipway.driver.postgres;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.ColumnType;
import dev.slipway.ddl.ObjectName;
import dev.slipway.ddl.Table;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.RowChange;
import dev.slipway.driver.StatementRules;
import dev.slipway.sql.TableReferences;
import dev.slipway.sql.TokenCursor;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What PostgreSQL locks, and for how long. */
public final class PostgresLintRules extends StatementRules {
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
          "gen_salt",
          "setval",
          "txid_current",
          "pg_current_xact_id",
          "random_normal");

  /** Constraints of this file that are not valid yet. */
  private final Set<String> addedHere = new HashSet<>();

  /** Tables with a lock that lasts until the transaction of the file ends. */
  private final Set<String> lockedHere = new HashSet<>();

  PostgresLintRules(boolean together) {
    super(together);
  }

  @Override
  protected void begin() {
    addedHere.clear();
    lockedHere.clear();
  }

  // ---- CREATE, DROP, and ALTER of what is not a table

  @Override
  protected void createTable(ObjectName table, TokenCursor words) {
    if (words.has("AS") && !words.has("WITH", "NO", "DATA")) {
      checkCopy(words);
    }
    if (words.skipPast("PARTITION", "OF")) {
      ObjectName.read(words)
          .filter(this::mayHaveRows)
          .flatMap(this::table)
          .filter(Table::hasDefaultPartition)
          .ifPresent(_ -> report(PostgresRules.CONSTRAINT_LOCKS));
    }
  }

  @Override
  protected void createOther(TokenCursor words) {
    if (words.accept("POLICY")) {
      if (words.has("RESTRICTIVE")) {
        checkPolicy(words);
      }
      return;
    }
    words.accept("UNIQUE");
    if (words.accept("INDEX")) {
      boolean concurrently = words.accept("CONCURRENTLY");
      words.skipPast("ON");
      words.accept("ONLY");
      Optional<ObjectName> table = ObjectName.read(words);
      if (concurrently) {
        if (script().statements().size() > 1) {
          report(PostgresRules.CONCURRENTLY_ALONE);
        }
      } else if (table.filter(this::mayHaveRows).isPresent()
          && schema().object("MATERIALIZED VIEW", table.get()).isEmpty()) {
        lock(table.get());
        report(PostgresRules.INDEX_LOCKS);
      }
    }
  }

  @Override
  protected void dropOther(TokenCursor words) {
    if (words.accept("POLICY")) {
      checkPolicy(words);
    }
  }

  @Override
  protected void alterOther(TokenCursor words) {
    if (words.accept("POLICY")) {
      checkPolicy(words);
    } else if (words.accept("INDEX") && words.has("SET", "TABLESPACE")) {
      report(LintRule.TABLE_REWRITE);
    }
  }

  /** A policy that takes rows away, on a table that may have policies in effect. */
  private void checkPolicy(TokenCursor words) {
    words.skipPast("ON");
    Optional<ObjectName> name = ObjectName.read(words);
    if (name.isPresent() && mayHaveRows(name.get()) && !isWithoutRowSecurity(name.get())) {
      report(LintRule.ROW_SECURITY);
    }
  }

  private boolean isWithoutRowSecurity(ObjectName name) {
    return table(name).filter(table -> table.isComplete() && !table.hasRowSecurity()).isPresent();
  }

  @Override
  protected void alterObject(String kind, ObjectName name, TokenCursor action) {
    if (kind.equals("DOMAIN")) {
      boolean valid = !action.has("NOT", "VALID");
      if (action.accept("SET", "NOT", "NULL")) {
        report(PostgresRules.SET_NOT_NULL);
      } else if ((action.accept("ADD") && valid) || action.accept("VALIDATE")) {
        report(PostgresRules.CONSTRAINT_LOCKS);
      }
    } else if (kind.equals("TYPE")
        && (action.accept("ALTER", "ATTRIBUTE") || action.accept("ADD", "ATTRIBUTE"))) {
      report(LintRule.TYPE_CHANGE);
    }
  }

  // ---- ALTER TABLE

  @Override
  protected void alterTable(ObjectName table, TokenCursor action, TokenCursor whole) {
    if (action.accept("VALIDATE", "CONSTRAINT")) {
      action
          .name()
          .filter(name -> addedHere.contains(key(table, name)))
          .ifPresent(
              _ -> {
                if (transactional()) {
                  report(PostgresRules.VALIDATE_APART);
                }
              });
      return;
    }
    lock(table);
    if (action.accept("ALTER")) {
      action.accept("COLUMN");
      action.name().ifPresent(column -> alterColumn(table, column, action));
    } else if (action.accept("ADD")) {
      Optional<String> name = action.accept("CONSTRAINT") ? action.name() : Optional.empty();
      addConstraint(table, name.orElse(""), action);
    } else if (action.accept("SET")) {
      checkRewrite(table, action);
    } else if (action.accept("DETACH", "PARTITION")) {
      if (!action.has("CONCURRENTLY") && !action.has("FINALIZE")) {
        report(PostgresRules.DETACH_LOCKS);
      }
    } else if (action.accept("NO", "INHERIT")) {
      report(PostgresRules.DETACH_LOCKS);
    } else if (action.accept("ATTACH", "PARTITION")) {
      checkAttach(table, action);
    } else if (action.accept("ENABLE", "ROW")) {
      if (table(table).filter(Table::hasRowSecurity).isEmpty()) {
        report(LintRule.ROW_SECURITY);
      }
    } else if (action.accept("FORCE", "ROW") && !isWithoutRowSecurity(table)) {
      report(LintRule.ROW_SECURITY);
    }
  }

  private void alterColumn(ObjectName table, String column, TokenCursor words) {
    if (words.accept("TYPE") || words.accept("SET", "DATA", "TYPE")) {
      Optional<ColumnType> type = ColumnType.read(words);
      words.accept("USING", column.toUpperCase(Locale.ROOT));
      boolean metadataOnly =
          words.atEnd()
              && type.filter(to -> TypeChange.isMetadataOnly(schema(), table, column, to))
                  .isPresent();
      if (!metadataOnly) {
        report(LintRule.TYPE_CHANGE);
      }
    } else if (words.accept("SET", "NOT", "NULL")) {
      if (table(table).filter(of -> of.isKnownNotNull(column)).isEmpty()) {
        report(PostgresRules.SET_NOT_NULL);
      }
    } else if (words.accept("SET", "EXPRESSION")) {
      report(LintRule.TABLE_REWRITE);
    }
  }

  private void addConstraint(ObjectName table, String name, TokenCursor words) {
    boolean valid = !words.has("NOT", "VALID");
    if (words.nextIs("UNIQUE", "PRIMARY")) {
      if (!words.has("USING", "INDEX")) {
        report(PostgresRules.INDEX_LOCKS);
      } else if (words.nextIs("PRIMARY") && words.skipPast("INDEX")) {
        checkPrimaryKey(table, words);
      }
    } else if (words.nextIs("EXCLUDE")) {
      report(PostgresRules.EXCLUSION_LOCKS);
    } else if (words.nextIs("FOREIGN", "CHECK")) {
      if (valid && !words.has("NOT", "ENFORCED")) {
        report(PostgresRules.CONSTRAINT_LOCKS);
      }
      addedHere.add(key(table, name));
    } else if (words.accept("NOT", "NULL")) {
      boolean known =
          words
              .name()
              .filter(column -> table(table).filter(of -> of.isKnownNotNull(column)).isPresent())
              .isPresent();
      if (valid && !known) {
        report(PostgresRules.SET_NOT_NULL);
      }
    }
  }

  /** The columns of a primary key become NOT NULL, which reads all rows unless they are. */
  private void checkPrimaryKey(ObjectName table, TokenCursor words) {
    Optional<Table> known = table(table);
    boolean scans =
        words
            .name()
            .flatMap(index -> known.flatMap(of -> of.index(index)))
            .filter(
                index -> !index.columns().stream().allMatch(known.orElseThrow()::isKnownNotNull))
            .isPresent();
    if (scans) {
      report(PostgresRules.SET_NOT_NULL);
    }
  }

  private void checkRewrite(ObjectName table, TokenCursor action) {
    boolean same =
        action.nextIs("LOGGED")
            ? table(table).filter(of -> of.isComplete() && !of.isUnlogged()).isPresent()
            : action.nextIs("UNLOGGED") && table(table).filter(Table::isUnlogged).isPresent();
    if (!same && action.nextIs("LOGGED", "UNLOGGED", "TABLESPACE", "ACCESS")) {
      report(LintRule.TABLE_REWRITE);
    }
  }

  /** PostgreSQL reads all rows of a new partition unless a constraint of its table implies it. */
  private void checkAttach(ObjectName parent, TokenCursor action) {
    Optional<ObjectName> partition = ObjectName.read(action);
    boolean reads =
        partition
            .filter(this::mayHaveRows)
            .filter(
                name ->
                    table(name).stream()
                        .flatMap(of -> of.checks().stream())
                        .noneMatch(Table.Check::valid))
            .isPresent();
    if (reads || table(parent).filter(Table::hasDefaultPartition).isPresent()) {
      report(PostgresRules.CONSTRAINT_LOCKS);
    }
    boolean builds =
        partition
            .filter(this::mayHaveRows)
            .flatMap(this::table)
            .filter(of -> table(parent).filter(above -> !hasIndexesOf(above, of)).isPresent())
            .isPresent();
    if (builds) {
      report(PostgresRules.INDEX_LOCKS);
    }
  }

  private static boolean hasIndexesOf(Table parent, Table partition) {
    return parent.indexes().stream()
        .allMatch(
            index ->
                partition.indexes().stream()
                    .anyMatch(own -> own.columns().equals(index.columns())));
  }

  @Override
  protected void addColumn(ObjectName table, Column column, TokenCursor definition) {
    if (definition.has("UNIQUE") || definition.has("PRIMARY", "KEY")) {
      report(PostgresRules.INDEX_LOCKS);
    }
    boolean reference = definition.has("REFERENCES") && !column.defaultValue().isEmpty();
    if (definition.has("CHECK") || reference) {
      report(PostgresRules.CONSTRAINT_LOCKS);
    }
    boolean volatileDefault =
        definition.skipPast("DEFAULT") && definition.calls().stream().anyMatch(this::isVolatile);
    if (volatileDefault
        || column.generated().equals("stored")
        || column.generated().equals("identity")) {
      report(LintRule.VOLATILE_DEFAULT);
    } else if (column.type().filter(type -> TypeChange.isChecked(schema(), type)).isPresent()) {
      // A column of a domain with a constraint rewrites the table, whatever its default.
      report(LintRule.TABLE_REWRITE);
    }
  }

  private boolean isVolatile(String function) {
    return VOLATILE.contains(function)
        || schema()
            .object("FUNCTION", ObjectName.of(function))
            .filter(known -> !known.definition().matches(".*\\b(?:immutable|stable)\\b.*"))
            .isPresent();
  }

  // ---- rows and locks

  @Override
  protected void changeRows(RowChange change) {
    if (change.all()) {
      report(LintRule.ALL_ROWS);
    }
    if (!lockedHere.isEmpty() && transactional() && !change.keyed()) {
      report(PostgresRules.ROWS_BEHIND_DDL);
    }
  }

  @Override
  protected void other(TokenCursor words) {
    if (words.accept("REINDEX")) {
      if (!words.has("CONCURRENTLY") && !words.restart().skipPast("CONCURRENTLY")) {
        report(PostgresRules.INDEX_LOCKS);
      }
    } else if (words.accept("LOCK")) {
      checkLock(words);
    } else if (words.accept("REFRESH", "MATERIALIZED", "VIEW")) {
      boolean concurrently = words.accept("CONCURRENTLY");
      if (!concurrently && ObjectName.read(words).filter(this::mayHaveRows).isPresent()) {
        report(PostgresRules.REFRESH_LOCKS);
      }
    } else if (words.accept("CLUSTER") || (words.accept("VACUUM") && isFull(words))) {
      report(LintRule.TABLE_REWRITE);
    } else if (words.accept("INSERT", "INTO")) {
      checkCopy(words);
    }
  }

  private static boolean isFull(TokenCursor words) {
    return words.nextIs("FULL")
        || words.copy().parenthesized().filter(options -> options.has("FULL")).isPresent();
  }

  /** A lock that the service has to wait for, unlike those of its own statements. */
  private void checkLock(TokenCursor words) {
    words.accept("TABLE");
    words.accept("ONLY");
    boolean weak =
        words.has("IN", "ACCESS", "SHARE")
            || words.has("IN", "ROW")
            || words.has("IN", "SHARE", "UPDATE");
    boolean used =
        words.parts().stream()
            .anyMatch(part -> ObjectName.read(part).filter(this::mayHaveRows).isPresent());
    if (used && !weak) {
      report(LintRule.EXPLICIT_LOCK);
    }
  }

  /** Reading the rows of a table while the lock of an earlier statement is held. */
  private void checkCopy(TokenCursor words) {
    if (lockedHere.isEmpty() || !transactional()) {
      return;
    }
    boolean[] reads = new boolean[1];
    TableReferences.find(
        words.restart().rest(),
        at -> at == 0,
        (_, parts, use) ->
            reads[0] |=
                use == TableReferences.Use.READS && mayHaveRows(ObjectName.of(parts.getLast())));
    if (reads[0]) {
      report(PostgresRules.ROWS_BEHIND_DDL);
    }
  }

  /** A lock that lasts until the transaction of the file ends. */
  private void lock(ObjectName table) {
    if (lockedHere.add(table.name()) && lockedHere.size() == 2 && transactional()) {
      report(PostgresRules.SEVERAL_TABLES);
    }
  }

  private static String key(ObjectName table, String constraint) {
    return table.name() + "." + constraint;
  }
}
