package dev.slipway.json;

import dev.slipway.error.SlipwayException;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** YAML, of which JSON is a part, as the same plain values as {@link Json}. Thread-safe. */
public final class Yaml {
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder().streamReadConstraints(JsonLimits.READ).build();

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          // Without it "1.10" would come back as a number.
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private Yaml() {}

  /**
   * Reads one document; an empty one is null.
   *
   * @param source the name of the document, for messages
   * @throws SlipwayException (usage) with line and column when it is not YAML, exceeds a limit, has
   *     a number with a huge exponent, or names a key twice
   */
  public static @Nullable Object read(String text, String source) {
    return PlainValueReader.read(FACTORY, text, source, "YAML");
  }

  /** The value in block style, with a line break at the end. */
  public static String write(@Nullable Object value) {
    return MAPPER.writeValueAsString(value);
  }
}
