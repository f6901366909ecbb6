package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0s, 0, 0",
    "300ms, 300, 300ms",
    "5s, 5000, 5s",
    "1m30s, 90000, 1m30s",
    "0.5m, 30000, 30s",
    "1.5s, 1500, 1.5s",
    ".5s, 500, 500ms",
    "2h, 7200000, 2h",
    "1h5s, 3605000, 1h5s",
    "1500us, 1, 1.5ms",
  })
  void readsWhatGoReadsAndWritesItBack(String text, long millis, String written) {
    Duration duration = Durations.parse(text);
    assertEquals(millis, duration.toMillis());
    assertEquals(written, Durations.format(duration));
    assertEquals(duration, Durations.parse(Durations.format(duration)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "-5s", "5x", "5 s", "s", "1h2", "abc", "1s ", "1d", "0x5s"})
  void refusesWhatIsNone(String text) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> Durations.parse(text));
    assertEquals(ExitCode.USAGE, fault.exitCode());
    assertEquals("'" + text + "' is no duration", fault.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999999999h", "9223372036854775808ns"})
  void refusesWhatNoDurationHolds(String text) {
    assertThrows(SlipwayException.class, () -> Durations.parse(text));
  }
}
