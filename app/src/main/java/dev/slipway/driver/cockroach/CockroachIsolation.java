package dev.slipway.driver.cockroach;

import dev.slipway.driver.postgres.PostgresIsolation;
import dev.slipway.sql.DynamicSqlEvaluator;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlTokens;
import dev.slipway.sql.TableReferences;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * CockroachDB: what PostgreSQL shares, and what concerns the cluster or another of its databases.
 */
public final class CockroachIsolation extends PostgresIsolation {
  private static final Set<String> SCHEMAS =
      Set.of(
          "public",
          "pg_catalog",
          "information_schema",
          "crdb_internal",
          "pg_extension",
          "pg_temp",
          DynamicSqlEvaluator.OWN_DATABASE);

  private final Set<String> created = new HashSet<>();

  CockroachIsolation(SqlSyntax syntax) {
    super(syntax);
  }

  @Override
  protected void names(SqlTokens tokens) {
    if (!collecting()) {
      TableReferences.find(
          tokens,
          at -> starts(tokens, at),
          (at, parts, _) -> {
            if (parts.size() > 1 && other(parts)) {
              report(tokens, at, "names another database, `" + parts.getFirst() + "`");
            }
          });
    }
  }

  /** {@code a.b} is a table of the schema a, or of the database a when there is no such schema. */
  private boolean other(List<String> parts) {
    boolean whole = parts.getLast().equals("*");
    int names = parts.size() - (whole ? 1 : 0);
    String first = parts.getFirst();
    return names > 2
        ? !first.equals(DynamicSqlEvaluator.OWN_DATABASE)
        : !SCHEMAS.contains(first) && !created.contains(first);
  }

  @Override
  protected void head(SqlTokens tokens, int at) {
    super.head(tokens, at);
    if (tokens.words(at, "CREATE", "SCHEMA")) {
      List<String> parts = parts(tokens, target(tokens, at + 2));
      if (collecting() && !parts.isEmpty()) {
        created.add(parts.getLast());
      }
    } else if (tokens.word(at, "USE") || (tokens.word(at, "SET") && database(tokens, at))) {
      report(tokens, at, "changes to another database");
    } else if (tokens.word(at, "SET", "RESET") && tokens.words(at + 1, "CLUSTER", "SETTING")) {
      report(tokens, at, "changes the configuration of the cluster");
    } else if (tokens.word(at, "BACKUP", "EXPORT", "RESTORE", "IMPORT")
        && !tokens.words(at, "IMPORT", "FOREIGN")) {
      report(tokens, at, "reads or writes files outside of the database");
    } else if (tokens.word(at, "PAUSE", "RESUME", "CANCEL")
        || (tokens.word(at, "CREATE", "ALTER", "DROP")
            && tokens.word(
                at + 1,
                "CHANGEFEED",
                "SCHEDULE",
                "SCHEDULES",
                "EXTERNAL",
                "TENANT",
                "VIRTUAL",
                "RANGE",
                "BACKUP",
                "JOB",
                "LOGICAL",
                "LOGICALLY"))) {
      report(tokens, at, "acts on the whole cluster");
    }
  }

  private static boolean database(SqlTokens tokens, int at) {
    int name = tokens.word(at + 1, "SESSION", "LOCAL") ? at + 2 : at + 1;
    return tokens.word(name, "DATABASE");
  }
}
