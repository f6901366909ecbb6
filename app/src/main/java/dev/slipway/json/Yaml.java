package dev.slipway.json;

import dev.slipway.fault.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** YAML, of which JSON is a part, as the same plain values as {@link Json}. Thread-safe. */
public final class Yaml {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .streamReadConstraints(Limits.READ)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          // Without it "1.10" would come back as a number.
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private Yaml() {}

  /**
   * Reads one document; an empty one is null.
   *
   * @param what the document in words, for messages
   * @throws Fault (usage) with line and column when it is no YAML, exceeds a limit, or names a key
   *     twice
   */
  public static Object read(String text, String what) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JacksonException e) {
      throw Unreadable.fault(what, "YAML", e);
    }
  }

  /** The value in block style, with a line break at the end. */
  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }
}
