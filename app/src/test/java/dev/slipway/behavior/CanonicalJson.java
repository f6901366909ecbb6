package dev.slipway.behavior;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as a tree: two texts of one tree become the same text. */
final class CanonicalJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private CanonicalJson() {}

  /** The text with the members of each object in order; empty when it is no object or array. */
  static Optional<String> of(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.writeValueAsString(MAPPER.readValue(stripped, Object.class)));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** What stands at a JSON pointer. */
  static String at(String text, String pointer) {
    return MAPPER.readTree(text).at(pointer).asString();
  }
}
