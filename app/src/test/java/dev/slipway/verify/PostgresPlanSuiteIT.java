package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans each change of postgres-changes.txt in both directions, on each version of PostgreSQL, and
 * runs the plan; the same for pairs of random schemas. {@code make postgres-plan-suite} makes all
 * changes and 500 pairs; otherwise it is a sample.
 */
class PostgresPlanSuiteIT {
  /** How many changes are tried; {@code all} for each. */
  private static final String LIMIT = System.getProperty("slipway.plan.changes", "8");

  /** How many random pairs are tried. */
  private static final int PAIRS = Integer.getInteger("slipway.plan.pairs", 5);

  private static final double REJECTED_MAX = 0.05;

  static Stream<Server> servers() {
    return Server.available().filter(server -> server.family() == Server.Family.POSTGRES);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void plansEachChangeAndItsReverse(Server server) throws SQLException {
    List<String> wrong = new ArrayList<>();
    try (TestDatabase base = server.database()) {
      base.execute(PostgresChange.base());
      int version =
          Integer.parseInt(
              base.query("SELECT current_setting('server_version_num')::int / 10000").getFirst());
      for (PostgresChange change : sample(version)) {
        try (TestDatabase changed = PostgresSchemaSuiteIT.copy(base)) {
          changed.execute(change.statement());
          try (TestDatabase start = PostgresSchemaSuiteIT.copy(base);
              Connection from = start.connect();
              Connection to = changed.connect()) {
            String failure = PlanTrial.run(from, to).failure();
            if (!failure.isEmpty()) {
              wrong.add(change.statement() + ": " + failure);
            }
          }
          try (TestDatabase start = PostgresSchemaSuiteIT.copy(changed);
              Connection from = start.connect();
              Connection to = base.connect()) {
            String failure = PlanTrial.run(from, to).failure();
            if (!failure.isEmpty()) {
              wrong.add("back from " + change.statement() + ": " + failure);
            }
          }
        }
      }
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
  }

  /**
   * What the generator may write that PostgreSQL rejects, such as an index on a type without order.
   */
  private static final Pattern NO_SCHEMA =
      Pattern.compile(
          "does not exist|no default operator class|incompatible types|equality operator"
              + "|only permanent tables");

  @ParameterizedTest
  @MethodSource("servers")
  void plansRandomPairs(Server server) throws SQLException {
    List<String> wrong = new ArrayList<>();
    List<String> rejected = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      try (TestDatabase start = random(server, 2L * pair);
          TestDatabase target = random(server, 2L * pair + 1);
          Connection from = start.connect();
          Connection to = target.connect()) {
        PlanTrial trial = PlanTrial.run(from, to);
        if (trial.isRejected()) {
          rejected.add("pair " + pair + ": " + trial.plan().rejected());
        } else if (!trial.failure().isEmpty()) {
          wrong.add("pair " + pair + ": " + trial.failure());
        } else if (!lines(server.schemaDump(start)).equals(lines(server.schemaDump(target)))) {
          wrong.add("pair " + pair + ": pg_dump differs");
        }
      }
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
    assertTrue(rejected.size() <= PAIRS * REJECTED_MAX, () -> String.join("\n", rejected));
  }

  private static TestDatabase random(Server server, long seed) throws SQLException {
    TestDatabase database = server.database();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : RandomPostgresSchema.of(seed)) {
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          if (!NO_SCHEMA.matcher(e.getMessage()).find()) {
            throw new IllegalStateException("seed " + seed + ": " + sql, e);
          }
        }
      }
    }
    return database;
  }

  /** The lines of a dump; the order of columns is no matter. */
  private static List<String> lines(Optional<String> dump) {
    return dump.stream()
        .flatMap(String::lines)
        .map(line -> line.replaceFirst(",$", ""))
        .filter(line -> !line.startsWith("\\"))
        .sorted()
        .toList();
  }

  private static List<PostgresChange> sample(int version) {
    List<PostgresChange> changes =
        new ArrayList<>(
            PostgresChange.all().stream().filter(change -> change.since() <= version).toList());
    if (LIMIT.equals("all")) {
      return changes;
    }
    Collections.shuffle(changes, new Random(19));
    return changes.subList(0, Math.min(Integer.parseInt(LIMIT), changes.size()));
  }
}
