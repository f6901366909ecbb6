package dev.slipway.lint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lint and a real server judge the same migrations. The server decides whether a migration stops or
 * breaks the service: by its locks, by the tables that it rewrites, and by what the statements of
 * the release return afterwards. {@code make lint-suite} runs all of them.
 */
class LintSuiteIT {
  private static final int LIMIT = Integer.getInteger("slipway.lint.migrations", 60);
  private static final double PRECISION = 0.95;
  private static final double RECALL = 0.9;

  /** Rules that are not about locks, rewrites, or the running release. */
  private static final Set<String> OTHER_RULES =
      Set.of("half-applied", "several-tables", "concurrently-alone");

  @TempDir Path folder;

  static Stream<Server> servers() {
    return Server.available().filter(server -> server.family() != Server.Family.COCKROACH);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void lintAgreesWithTheServer(Server server) throws IOException, SQLException {
    try (TestDatabase database = server.database()) {
      LintSamples samples = LintSamples.of(database.dialect());
      int both = 0;
      List<String> falseAlarms = new ArrayList<>();
      List<String> missed = new ArrayList<>();
      List<String> migrations = samples.migrations(LIMIT);
      try (ServerVerdict verdict = verdict(database, samples)) {
        for (String migration : migrations) {
          Optional<String> stops = verdict.judge(migration);
          List<String> found = lint(samples, migration);
          if (stops.isPresent() && !found.isEmpty()) {
            both++;
          } else if (stops.isPresent()) {
            missed.add(migration + "\n    server: " + stops.get());
          } else if (!found.isEmpty()) {
            falseAlarms.add(migration + "\n    lint: " + found);
          }
        }
      }
      double precision = both / (double) Math.max(1, both + falseAlarms.size());
      double recall = both / (double) Math.max(1, both + missed.size());
      String figures =
          "%s: %d migrations, of which %d stop the service; precision %.3f, recall %.3f"
              .formatted(server, migrations.size(), both + missed.size(), precision, recall);
      System.out.println(figures);
      falseAlarms.forEach(each -> System.out.println("  false alarm: " + each));
      missed.forEach(each -> System.out.println("  missed: " + each));
      assertTrue(precision >= PRECISION && recall >= RECALL, figures);
    }
  }

  private static ServerVerdict verdict(TestDatabase database, LintSamples samples)
      throws SQLException {
    return switch (database.family()) {
      case POSTGRES -> new PostgresVerdict(database, samples);
      case MYSQL -> new MysqlVerdict(database, samples);
      case SQLITE -> new SqliteVerdict(database, samples);
      case COCKROACH -> throw new IllegalArgumentException("no verdict of " + database);
    };
  }

  private List<String> lint(LintSamples samples, String migration) throws IOException {
    Files.writeString(folder.resolve("1_a.up.sql"), samples.schema());
    Files.writeString(folder.resolve("1_a.down.sql"), "SELECT 1;");
    Files.writeString(folder.resolve("2_b.up.sql"), migration + ";\n");
    Files.writeString(folder.resolve("2_b.down.sql"), "SELECT 1;");
    Settings.Migrate settings =
        Settings.load(Map.of(Setting.MIGRATE_PATH, folder.toString()), Map.of(), Optional.empty())
            .migrate();
    return Linter.check(
            settings,
            List.of(Drivers.require(samples.dialect())),
            new Linter.Scope(Optional.of(MigrationVersion.of("2")), Optional.empty()))
        .flaws()
        .stream()
        .map(flaw -> flaw.rule().id())
        .filter(rule -> !OTHER_RULES.contains(rule))
        .toList();
  }
}
