package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The former checksums that a row keeps after accepted edits. */
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
