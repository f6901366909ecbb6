package dev.slipway.json;

import dev.slipway.error.SlipwayException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes JSON as plain values: {@code Map} in the order of the document, {@code List},
 * {@code String}, {@code Number}, {@code Boolean}, and null. Writes records too. Thread-safe.
 */
public final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(JsonLimits.READ)
          // The table of names would retain up to 12,000 names of any length from clients.
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .build();

  private static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  /**
   * Reads one document.
   *
   * @param source the name of the document, for messages: a file's name, "the body"
   * @throws SlipwayException (usage) with line and column if it is not JSON, exceeds a limit, has a
   *     number with a huge exponent, or names a key twice
   */
  public static @Nullable Object read(String text, String source) {
    if (text.isBlank()) {
      throw SlipwayException.usageError(source + " is not readable as JSON: it is empty");
    }
    return PlainValueReader.read(FACTORY, text, source, "JSON");
  }

  /**
   * Reads one document.
   *
   * @throws SlipwayException (usage) also if the bytes are not UTF-8
   */
  public static @Nullable Object read(byte[] utf8, String source) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    // Invalid bytes decode to this character, which may also be valid input.
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
      } catch (CharacterCodingException e) {
        throw SlipwayException.usageError(
            source + " is not readable as JSON: it is not valid UTF-8");
      }
    }
    return read(text, source);
  }

  /**
   * Reads one document to store: databases return it unchanged.
   *
   * @throws SlipwayException (usage) that names the location by its JSON pointer, also if the
   *     document nests deeper than 50 levels, a string or a name contains U+0000 or half a
   *     surrogate pair, an integer exceeds 64 bits, or a number has more digits than a double
   */
  public static @Nullable Object readPortable(byte[] utf8, String source) {
    Object value = read(utf8, source);
    PortableJson.check(value, source);
    return value;
  }

  /** Writes a value in one line. */
  public static String write(@Nullable Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Writes a value in several lines, indented by two spaces. */
  public static String pretty(@Nullable Object value) {
    return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
  }
}
