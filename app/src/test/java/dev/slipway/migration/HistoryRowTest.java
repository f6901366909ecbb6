package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.migration.HistoryRow.FailurePoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of the history: names, types, failure points, and the checksums before accepted edits. */
class HistoryRowTest {
  @Test
  void keepsTheChecksumsThatAnEditReplaced() {
    HistoryRow row = row("1_table.up.sql", 5);
    assertEquals(Set.of(), row.formerChecksums());
    HistoryRow edited = row(row.scriptAfterEdit(-7), -7);
    assertEquals("1_table.up.sql (accepted in place of checksum 5)", edited.script());
    assertEquals(Set.of(5), edited.formerChecksums());
    HistoryRow again = row(edited.scriptAfterEdit(9), 9);
    assertEquals("1_table.up.sql (accepted in place of checksum 5, -7)", again.script());
    assertEquals(List.of(5, -7), List.copyOf(again.formerChecksums()));
  }

  @Test
  void theAcceptedChecksumIsNoFormerOne() {
    HistoryRow edited = row(row("1_table.up.sql", 5).scriptAfterEdit(-7), -7);
    assertEquals("1_table.up.sql (accepted in place of checksum -7)", edited.scriptAfterEdit(5));
  }

  @Test
  void fitsTheColumn() {
    HistoryRow row = row("x".repeat(1000), 0);
    for (int checksum = Integer.MIN_VALUE; checksum < Integer.MIN_VALUE + 30; checksum++) {
      row = row(row.scriptAfterEdit(checksum), checksum);
      assertTrue(row.script().length() <= 1000, row.script());
    }
    assertEquals(20, row.formerChecksums().size());
    assertTrue(row.formerChecksums().contains(Integer.MIN_VALUE + 28));
  }

  @Test
  void aLongScriptIsCutBeforeItsFormerChecksums() {
    String note = " (accepted in place of checksum 5)";
    assertEquals(
        "x".repeat(1000 - note.length()) + note, row("x".repeat(1000), 5).scriptAfterEdit(6));
  }

  @Test
  void aRowWithoutAChecksumHasNoFormerOne() {
    HistoryRow row =
        new HistoryRow(1, Optional.empty(), "x", "SQL", "R__x.sql", Optional.empty(), true, 0);
    assertEquals("R__x.sql", row.scriptAfterEdit(7));
  }

  @ParameterizedTest(name = "execution time {0}")
  @CsvSource({
    "0,        0, false, false",
    "-3,       3, false, false",
    "-1000000, 0, true,  false",
    "-1000003, 3, true,  false",
    "-2000003, 3, false, true",
    "-3000003, 3, true,  true",
  })
  void aFailurePointIsANegativeExecutionTime(
      int executionTime, int statement, boolean failed, boolean released) {
    FailurePoint point = new FailurePoint(statement, failed, released);
    assertEquals(point, FailurePoint.of(executionTime));
    assertEquals(executionTime, point.encoded());
    assertEquals(new FailurePoint(statement, failed, true), point.release());
  }

  @Test
  void anExecutionTimeOfPlainFlywayNamesNoStatement() {
    assertEquals(new FailurePoint(0, false, false), FailurePoint.of(1_000_250));
  }

  @ParameterizedTest(name = "{0}, rank {1}")
  @CsvSource({
    "SQL,           1,  true",
    "SQL,           0,  true",
    "SQL,           -1, false",
    "JDBC,          1,  true",
    "SCHEMA,        1,  false",
    "DELETE,        1,  false",
    "BASELINE,      1,  false",
    "SQL_BASELINE,  1,  false",
    "UNDO_SQL,      1,  false",
  })
  void aRowOfAMigrationHasItsTypeAndARank(String type, int rank, boolean migration) {
    assertEquals(
        migration,
        new HistoryRow(rank, Optional.empty(), "x", type, "x", Optional.empty(), true, 0)
            .isMigration());
  }

  @ParameterizedTest(name = "version {0}, description {1}")
  @CsvSource({
    "1, add users,              add_users, 1_add_users",
    "1, << no description >>,   '',        1",
    ",  a view,                 a_view,    a_view",
    ",  << no description >>,   '',        ''",
  })
  void aLabelIsVersionAndName(String version, String description, String name, String label) {
    HistoryRow row =
        new HistoryRow(
            1,
            Optional.ofNullable(version).map(MigrationVersion::of),
            description,
            "SQL",
            "x",
            Optional.empty(),
            true,
            0);
    assertEquals(name, row.name());
    assertEquals(label, row.label());
  }

  private static HistoryRow row(String script, int checksum) {
    return new HistoryRow(
        1,
        Optional.of(MigrationVersion.of("1")),
        "table",
        "SQL",
        script,
        Optional.of(checksum),
        true,
        0);
  }
}
