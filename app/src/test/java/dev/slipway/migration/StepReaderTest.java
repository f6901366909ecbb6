package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Drivers;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationStep.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files read as steps: transactions, placeholders, rejections, and where a step continues. */
class StepReaderTest {
  @TempDir Path folder;

  private MigrationFile file(String name, String sql) throws IOException {
    Path path = Files.writeString(folder.resolve(name), sql);
    return MigrationFile.of(path, name, MigrationFixture.name(name).parts().orElseThrow());
  }

  private MigrationStep read(String database, String name, String sql) throws IOException {
    return new StepReader(Drivers.require(database), MigrationFixture.placeholders("schema=app"))
        .read(file(name, sql), Direction.UP);
  }

  private static List<String> statements(MigrationStep step) {
    return step.script().statements().stream().map(step.script()::sql).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "postgres, 1_a.up.sql, true",
    "sqlite3, 1_a.up.sql, true",
    "mysql, 1_a.up.sql, false",
    "cockroach, 1_a.up.sql, false",
    "postgres, 1_a.autocommit.up.sql, false",
    "sqlite3, 1_a.autocommit.up.sql, false",
  })
  void aStepIsOneTransactionWhereTheDatabaseAndTheNameAllowIt(
      String database, String name, boolean transactional) throws IOException {
    assertEquals(transactional, read(database, name, "CREATE TABLE t (id INT);").transactional());
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE INDEX CONCURRENTLY i ON t (a);, false",
    "CREATE INDEX i ON t (a);, true",
    "VACUUM t;, false",
  })
  void flywayDecidesAboutTheTransactionOfItsFiles(String sql, boolean transactional)
      throws IOException {
    assertEquals(transactional, read("postgres", "V1__a.sql", sql).transactional());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BEGIN; SELECT 1; COMMIT;",
        "START TRANSACTION; SELECT 1; END;",
        "BEGIN; SELECT 1;",
        "SELECT 1; COMMIT;",
        "SELECT 1;",
      })
  void aFrameOfBeginAndCommitIsRemoved(String sql) throws IOException {
    assertEquals(List.of("SELECT 1"), statements(read("postgres", "1_a.up.sql", sql)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1; ROLLBACK; SELECT 2; | controls a transaction",
        "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT; | controls a transaction",
        "CREATE INDEX CONCURRENTLY i ON t (a); | cannot run inside a transaction",
        "SET client_encoding = 'LATIN1'; | changes how text or dates travel",
        "\\connect other | is a command of the database's shell",
      })
  void whatBreaksTheTransactionIsRejectedWithItsLine(String sql, String message) {
    SlipwayException e =
        assertThrows(
            SlipwayException.class,
            () -> read("postgres", "1_a.up.sql", "SELECT 0;\n" + sql + "\n"));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(2, e.location().orElseThrow().line());
    assertTrue(e.hint().isPresent());
  }

  @Test
  void anAutocommitFileMayControlTransactions() throws IOException {
    MigrationStep step =
        read("postgres", "1_a.autocommit.up.sql", "BEGIN; SELECT 1; COMMIT; VACUUM;");
    assertEquals(List.of("BEGIN", "SELECT 1", "COMMIT", "VACUUM"), statements(step));
  }

  /** Prisma writes such files when a value of an enum is removed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BEGIN; SELECT 1; COMMIT; SELECT 2; | false",
        "CREATE INDEX CONCURRENTLY i ON t (a); | false",
        "BEGIN; SELECT 1; COMMIT; | true",
        "SELECT 1; SELECT 2; | true",
      })
  void aFileOfPrismaRunsOutsideATransactionWhereItHasToAsInPrisma(String sql, boolean transactional)
      throws IOException {
    Path path = Files.writeString(folder.resolve("migration.sql"), sql);
    MigrationFile file =
        new MigrationFile(
            path,
            "1_a/migration.sql",
            MigrationKind.UP,
            Optional.of(MigrationVersion.of("1")),
            "a",
            Optional.empty(),
            false,
            MigrationFormat.PRISMA,
            false);
    MigrationStep step =
        new StepReader(Drivers.require("postgres"), MigrationFixture.placeholders("schema=app"))
            .read(file, Direction.UP);
    assertEquals(transactional, step.transactional());
  }

  @Test
  void placeholdersAreReplacedOnlyInFlywaysFiles() throws IOException {
    String sql = "CREATE SCHEMA ${schema};";
    assertEquals(List.of("CREATE SCHEMA app"), statements(read("postgres", "V1__a.sql", sql)));
    assertEquals(
        List.of("CREATE SCHEMA ${schema}"), statements(read("postgres", "1_a.up.sql", sql)));
    SlipwayException e =
        assertThrows(
            SlipwayException.class, () -> read("postgres", "V1__a.sql", "SELECT\n '${none}';"));
    assertTrue(e.getMessage().contains("no value for the placeholder `${none}`"), e.getMessage());
    assertEquals(2, e.location().orElseThrow().line());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // failure point; first statement; whether it may have taken effect
    "0, 1, false",
    "-1, 1, true",
    "-2, 2, true",
    "-1000002, 2, false",
    "-3, 3, false",
    "-9, 3, false",
  })
  void aStepContinuesWhereTheHistorySays(int recorded, int first, boolean mayBeApplied)
      throws IOException {
    StepReader reader = new StepReader(Drivers.require("mysql"), MigrationFixture.placeholders(""));
    MigrationStep step =
        reader.read(
            file("1_a.up.sql", "CREATE TABLE a (i INT); CREATE TABLE b (i INT);"), Direction.UP);
    HistoryRow row =
        new HistoryRow(
            1,
            Optional.of(MigrationVersion.of("1")),
            "a",
            "SQL",
            "1_a.up.sql",
            Optional.of(1),
            false,
            recorded);
    MigrationStep resumed = reader.resume(step, row);
    assertEquals(first, resumed.firstStatement());
    assertEquals(mayBeApplied, resumed.firstMayBeApplied());
    assertEquals(Optional.of(row), resumed.row());
    assertFalse(resumed.transactional());
  }
}
