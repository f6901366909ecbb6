package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackTracesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "app:hunter2x@h",
        "no jdbc:x://app:hunter2x@h/d",
        "no jdbc:x://app:y/hunter2x@h/d",
        "no jdbc:x://h/d?user=app&password=hunter2x",
        "no jdbc:x://h/d;sslPassword=hunter2x;a=b",
        "no (host=h,password=hunter2x)",
      })
  void causesContainNoPassword(String message) {
    String trace =
        StackTraces.of(
            SlipwayException.usageError("no connection").cause(new IOException(message)));
    assertFalse(trace.contains("hunter2x"), trace);
    assertTrue(trace.contains("Caused by: java.io.IOException: "), trace);
    assertTrue(trace.contains("\tat dev.slipway.cli.StackTracesTest."), trace);
  }

  @ParameterizedTest
  @ValueSource(strings = {"near hunter2x", "a\nhunter2x"})
  void theMessageOfADriverIsLeftOut(String message) {
    String trace =
        StackTraces.of(
            SlipwayException.usageError("no connection").cause(new SQLException(message, "42601")));
    assertFalse(trace.contains("hunter2x"), trace);
    assertTrue(trace.contains("Caused by: java.sql.SQLException (SQLSTATE 42601)"), trace);
  }
}
