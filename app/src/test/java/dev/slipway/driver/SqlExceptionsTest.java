package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.dsn.Dsn;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts of errors. */
class SqlExceptionsTest {
  private static final Dsn DSN = Drivers.parse("postgres://u:hunter2@h/d");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "23000 | Duplicate entry 'ann' for key 'u.email' | Duplicate entry '***' for key 'u.email'",
        "23000 | Duplicate entry 'it's' for key 'u.email' | Duplicate entry '***' for key 'u.email'",
        "22P02 | invalid input syntax for type integer: \"ann\""
            + " | invalid input syntax for type integer: \"***\"",
        "HY000 | Incorrect integer value: 'ann' for column 'a' at row 1"
            + " | Incorrect integer value: '***' for column 'a' at row 1",
        "22001 | Data truncation: Incorrect date value: 'ann' for column 'a' at row 1"
            + " | Data truncation: Incorrect date value: '***' for column 'a' at row 1",
        "23502 | null value in column \"a\" of relation \"t\" violates not-null constraint"
            + " | null value in column \"a\" of relation \"t\" violates not-null constraint",
        "42P01 | relation \"a\" does not exist | relation \"a\" does not exist",
      })
  void aLogWithholdsValuesOfRows(String state, String message, String expected) {
    assertEquals(
        expected + " (SQLSTATE " + state + ")",
        SqlExceptions.describeWithoutValues(new SQLException(message, state), DSN));
  }

  @Test
  void detailsAreRedactedIndentedAndShortened() {
    assertEquals(
        "\nDETAIL: with ***\nCONTEXT: a\n  b",
        SqlExceptions.details(List.of("DETAIL: with hunter2", "CONTEXT: a\nb"), DSN));
    assertEquals(
        4000 + 1 + "… (5000 characters)".length(),
        SqlExceptions.details(List.of("x".repeat(5000)), DSN).length());
  }
}
