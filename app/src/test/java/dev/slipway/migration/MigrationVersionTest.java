package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions as Flyway orders them. */
class MigrationVersionTest {

  @ParameterizedTest
  @CsvSource({
    "1, 2",
    "2, 10",
    "1, 1.1",
    "1.9, 1.10",
    "1.1, 2",
    "20210101, 20210101000000",
    "20210101000000000009, 20210101000000000010"
  })
  void areInTheOrderOfTheirNumbers(String earlier, String later) {
    assertTrue(MigrationVersion.of(earlier).compareTo(MigrationVersion.of(later)) < 0);
    assertTrue(MigrationVersion.of(later).compareTo(MigrationVersion.of(earlier)) > 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 1.0", "1_2, 1.2", "007, 7", "1.0.0, 1"})
  void areEqualWhenTheirNumbersAre(String one, String other) {
    assertEquals(MigrationVersion.of(one), MigrationVersion.of(other));
    assertEquals(MigrationVersion.of(one).hashCode(), MigrationVersion.of(other).hashCode());
    assertEquals(0, MigrationVersion.of(one).compareTo(MigrationVersion.of(other)));
  }

  @Test
  void printAsTheyWereWritten() {
    assertEquals("007", MigrationVersion.of("007").toString());
    assertEquals("1.2", MigrationVersion.of("1_2").toString());
    assertNotEquals(MigrationVersion.of("1"), MigrationVersion.of("2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "1.", ".1", "1..2", "-1", "1a", "1 2"})
  void areNothingButNumbers(String text) {
    assertThrows(IllegalArgumentException.class, () -> MigrationVersion.of(text));
  }
}
