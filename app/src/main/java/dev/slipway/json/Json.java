package dev.slipway.json;

import dev.slipway.fault.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as {@code Map}, {@code List}, {@code String}, {@code Number}, {@code Boolean} and null; maps
 * keep their order. Records are written too. Thread-safe.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(Limits.READ)
                  // The first of two equal keys would be lost without a word.
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          // Text behind the document is a sign that the file is not what its reader thinks.
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // 0.1 stays 0.1, and 20 digits stay 20 digits.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /**
   * Reads one document.
   *
   * @param what the document in words, for messages: a file's name, "the body"
   * @throws Fault (usage) with line and column when it is no JSON, exceeds a limit, or names a key
   *     twice
   */
  public static Object read(String text, String what) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JacksonException e) {
      throw Unreadable.fault(what, "JSON", e);
    }
  }

  /**
   * Reads one document.
   *
   * @throws Fault (usage) also when the bytes are no UTF-8
   */
  public static Object read(byte[] utf8, String what) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    // What cannot be decoded has become this character; so has what was encoded as it.
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
      } catch (CharacterCodingException e) {
        throw Fault.usage(what + " is not readable as JSON: it is not valid UTF-8");
      }
    }
    return read(text, what);
  }

  /**
   * Reads one document that is going to be stored: what a database gives back is equal to it.
   *
   * @throws Fault (usage) that names the place by its JSON pointer, also when it nests deeper than
   *     50 levels, when a text or a name holds U+0000 or half a surrogate pair, when a whole number
   *     does not fit in 64 bits, or when a number has more digits than a double holds
   */
  public static Object readStorable(byte[] utf8, String what) {
    Object value = read(utf8, what);
    Storable.check(value, what);
    return value;
  }

  /** The value in one line. */
  public static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** The value over several lines, indented by two spaces. */
  public static String pretty(Object value) {
    return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
  }
}
