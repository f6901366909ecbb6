package dev.slipway.json;

import dev.slipway.error.SlipwayException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
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

  /**
   * A value as the text writes it.
   *
   * @param line from 1
   * @param text of a scalar, so that 007 stays 007; empty for a map or a list
   */
  public record Position(int line, String text) {}

  /**
   * Where each value of a document stands, or its key, by its JSON pointer.
   *
   * @throws SlipwayException as {@link #read}
   */
  public static Map<String, Position> positions(String text, String source) {
    read(text, source);
    Map<String, Position> all = new LinkedHashMap<>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructEnd()) {
          continue;
        }
        String pointer = parser.streamReadContext().pathAsPointer().toString();
        Position key = all.get(pointer);
        all.put(
            pointer,
            new Position(
                key == null ? parser.currentTokenLocation().getLineNr() : key.line(),
                token.isScalarValue() ? parser.getString() : ""));
      }
    }
    return all;
  }

  /** The value in block style, with a line break at the end. */
  public static String write(@Nullable Object value) {
    return MAPPER.writeValueAsString(value);
  }
}
