package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Connections;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import dev.slipway.driver.SchemaPlan;
import dev.slipway.driver.SchemaPlanner.Request;
import dev.slipway.driver.SessionOptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import dev.slipway.verify.SchemaChanges.Change;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Plans on MySQL, run on a real server: it rejects a statement that names an algorithm which it
 * does not have for the change.
 */
class MysqlPlanSuiteIT {
  private static final SchemaChanges CHANGES = new SchemaChanges("mysql");
  private static final int PAIRS = Integer.getInteger("slipway.plan.pairs", 4);
  private static final long SEED = Long.getLong("slipway.plan.seed", 19);

  /** Kinds of objects for which MySQL's planner has no statement. */
  private static final Set<String> REJECTED =
      Set.of("9.2 CREATE LIBRARY", "ALTER TABLE tablespace back");

  private static Connection connect(TestDatabase database) throws SQLException {
    Dsn dsn = Drivers.parse(database.dsn());
    return Connections.connect(
        dsn,
        new SessionOptions("plan suite", Duration.ZERO, Duration.ZERO),
        Duration.ZERO,
        _ -> {});
  }

  private static SchemaPlan plan(TestDatabase from, TestDatabase to, Map<String, String> renames)
      throws SQLException {
    try (Connection start = connect(from);
        Connection target = connect(to)) {
      return Drivers.of(Drivers.parse(from.dsn()))
          .schemaPlanner()
          .orElseThrow()
          .plan(start, target, new Request(Set.of("schema_migration"), renames, false));
    }
  }

  /** Runs a plan, each file in a session of its own. */
  private static void apply(TestDatabase database, SchemaPlan plan) throws SQLException {
    List<List<PlannedStatement>> files = new ArrayList<>(List.of(new ArrayList<>()));
    for (PlannedStatement statement : plan.statements()) {
      if (statement.placement() != Placement.WITH_NEIGHBORS) {
        files.add(new ArrayList<>());
      }
      files.getLast().add(statement);
    }
    for (List<PlannedStatement> file : files) {
      try (Connection connection = connect(database);
          Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        for (PlannedStatement each : file) {
          try {
            statement.execute(each.sql());
          } catch (SQLException e) {
            throw new SQLException(e.getMessage() + " in: " + each.sql(), e);
          }
        }
      }
    }
  }

  /** Says how a plan is wrong; empty where it leads to the target. */
  private static Optional<String> wrong(TestDatabase from, TestDatabase to, SchemaPlan plan)
      throws SQLException {
    try {
      apply(from, plan);
    } catch (SQLException e) {
      return Optional.of(e.getMessage() + "\n  of " + sql(plan));
    }
    List<?> differences = SchemaChanges.model(from).differences(SchemaChanges.model(to));
    if (!differences.isEmpty()) {
      return Optional.of(differences + "\n  after " + sql(plan));
    }
    SchemaPlan second = plan(from, to, Map.of());
    return second.statements().isEmpty()
        ? Optional.empty()
        : Optional.of("second plan: " + sql(second) + "\n  after " + sql(plan));
  }

  private static String sql(SchemaPlan plan) {
    return String.join("; ", plan.statements().stream().map(PlannedStatement::sql).toList());
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_4", "MYSQL"})
  void eachListedChangeIsMadeAndReverted(Server server) throws SQLException {
    List<String> wrong = new ArrayList<>();
    try (TestDatabase base = CHANGES.create(server)) {
      base.execute("CREATE USER IF NOT EXISTS slipway_reader");
      for (Change change : CHANGES.sample()) {
        if (REJECTED.contains(change.name())
            || (server != Server.MYSQL && change.name().startsWith("9"))) {
          continue;
        }
        try (TestDatabase work = CHANGES.create(server);
            TestDatabase changed = CHANGES.create(server)) {
          changed.execute(change.statements().toArray(String[]::new));
          for (TestDatabase target : List.of(changed, base)) {
            SchemaPlan plan = plan(work, target, Map.of());
            String name = change.name() + (target == base ? " back" : "");
            if (!plan.rejected().isEmpty()) {
              if (!REJECTED.contains(name)) {
                wrong.add(name + ": rejected " + plan.rejected());
              }
              break;
            }
            Optional<String> failure = wrong(work, target, plan);
            if (failure.isPresent()) {
              wrong.add(name + ": " + failure.get());
              break;
            }
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL"})
  void randomSchemasLeadToEachOther(Server server) throws SQLException {
    List<String> wrong = new ArrayList<>();
    int rejected = 0;
    int pairs = 0;
    for (long seed = SEED; pairs < PAIRS; seed++) {
      MysqlRandomSchema schema = new MysqlRandomSchema(seed);
      MysqlRandomSchema other = schema.changed(6);
      try (TestDatabase work = server.database();
          TestDatabase start = server.database();
          TestDatabase target = server.database()) {
        try {
          work.execute(schema.statements().toArray(String[]::new));
          start.execute(schema.statements().toArray(String[]::new));
          target.execute(other.statements().toArray(String[]::new));
        } catch (IllegalStateException e) {
          // The generator does not know all rules of the server.
          System.out.println("seed " + seed + ": " + e.getMessage());
          continue;
        }
        pairs++;
        for (TestDatabase to : List.of(target, start)) {
          SchemaPlan plan = plan(work, to, Map.of());
          if (!plan.rejected().isEmpty()) {
            rejected++;
            System.out.println("seed " + seed + ": rejected " + plan.rejected());
            break;
          }
          Optional<String> failure = wrong(work, to, plan);
          if (failure.isPresent()) {
            wrong.add("seed " + seed + (to == start ? " back: " : ": ") + failure.get());
            break;
          }
          List<String> result = dump(server, work);
          List<String> expected = dump(server, to);
          List<String> more = new ArrayList<>(result);
          expected.forEach(more::remove);
          result.forEach(expected::remove);
          if (!more.isEmpty() || !expected.isEmpty()) {
            wrong.add("seed " + seed + ": the dump has " + more + " and not " + expected);
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(rejected * 20 <= pairs, rejected + " of " + pairs + " rejected");
  }

  private static List<String> dump(Server server, TestDatabase database) {
    // An event without a start starts when it is created.
    return SchemaChanges.dump(server, database).orElse(List.of()).stream()
        .map(line -> line.replaceAll(" STARTS '20[12]\\d-[^']*'", ""))
        .map(line -> line.replaceAll("_(ibfk|chk)_\\d+", "").replaceAll("-\\((\\d+)\\)", "-$1"))
        .collect(Collectors.toCollection(ArrayList::new));
  }
}
