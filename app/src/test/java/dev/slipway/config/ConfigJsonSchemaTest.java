package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigJsonSchemaTest {
  private static final Path FILE = Path.of("src/main/resources/config.schema.json");

  /** With {@code -Dslipway.generate=true} it writes the file in place of comparing it. */
  @Test
  void theShippedSchemaIsMadeFromTheSettings() throws IOException {
    String fresh = Json.pretty(ConfigJsonSchema.document()) + "\n";
    if (Boolean.getBoolean("slipway.generate")) {
      Files.writeString(FILE, fresh);
    }
    assertEquals(
        fresh,
        Files.readString(FILE),
        "run: mvn test -Dtest=ConfigJsonSchemaTest -Dslipway.generate=true");
  }

  @Test
  void everyKeyIsInTheSchema() {
    for (Setting setting : Setting.values()) {
      Object at = ConfigJsonSchema.document();
      for (String word : setting.key().split("\\.")) {
        Object properties = ((Map<?, ?>) at).get("properties");
        at = ((Map<?, ?>) properties).get(word);
        assertTrue(at instanceof Map, setting.key());
      }
    }
  }

  @Test
  void keysVariablesAndFlagsAreUsedOnce() {
    Setting[] all = Setting.values();
    assertEquals(all.length, Arrays.stream(all).map(Setting::key).distinct().count());
    assertEquals(all.length, Arrays.stream(all).map(Setting::variable).distinct().count());
    long flags = Arrays.stream(all).filter(each -> each.flag().isPresent()).count();
    assertEquals(
        flags, Arrays.stream(all).flatMap(each -> each.flag().stream()).distinct().count());
  }

  @Test
  void everyDefaultFitsItsRange() {
    for (Setting setting : Setting.values()) {
      if (!setting.defaultText().isEmpty()) {
        assertTrue(setting.kind().accepts(setting.defaultText()), setting.key());
      }
    }
  }
}
