package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected values are those of github.com/mfridman/interpolate. */
class EnvironmentReaderTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("NAME", "value", "EMPTY", "", "R2D2", "robot");

  private final Map<String, String> used = new HashMap<>();

  private String read(String text) throws IOException {
    try (var reader =
        new EnvironmentReader(new StringReader(text), Path.of("1_a.sql"), ENVIRONMENT, used)) {
      return reader.readAllAsString();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "$NAME, value",
    "a${NAME}b, avalueb",
    "$R2D2., robot.",
    "$NONE, ''",
    "${NONE:-x}, x",
    "${EMPTY:-x}, x",
    "${EMPTY-x}, ''",
    "${NONE-x}, x",
    "${NONE:-${NAME:-y}}, value",
    "${NAME:1}, alue",
    "${NAME:-3}, value",
    "${NAME: -3}, lue",
    "${NAME:1:2}, al",
    "${NAME:1:-1}, alu",
    "${NAME?gone}, value",
    "$$, $",
    "\\$NAME, $NAME",
    "\\\\$NAME, \\\\value",
    "$(date), $(date)",
    "100 $, 100 $",
  })
  void replacesVariables(String text, String expected) throws IOException {
    assertEquals(
        "-- +goose ENVSUB ON\n" + expected + "\n", read("-- +goose ENVSUB ON\n" + text + "\n"));
  }

  @Test
  void replacesOnlyBetweenTheAnnotations() throws IOException {
    String text =
        "$NAME\n-- +goose envsub on\r\n%s\n-- +goose ENVSUB OFF\n$NAME\n" + "x".repeat(300);
    assertEquals(text.formatted("value"), read(text.formatted("$NAME")));
    assertEquals(Map.of("NAME", "value"), used);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "${NONE?say so} | the environment has no variable NONE: say so",
        "$1 | no name of a variable follows `$`",
        "${NAME | `${NAME` has no end",
        "${NAME:x} | `` is no number",
      })
  void namesTheLineOfWhatIsWrong(String text, String problem) {
    SlipwayException e =
        assertThrows(SlipwayException.class, () -> read("\n-- +goose ENVSUB ON\n" + text + "\n"));
    assertEquals("1_a.sql:3: " + problem, e.getMessage());
  }
}
