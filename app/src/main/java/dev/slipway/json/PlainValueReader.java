package dev.slipway.json;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;

/**
 * Reads plain values from a parser's tokens. Numbers keep their exact value (0.1 is 0.1). Exponents
 * are limited here, before any arithmetic.
 */
final class PlainValueReader {
  /** Beyond any double, but small enough to write out all digits. */
  private static final int EXPONENT_MAX = 1000;

  private static final int MESSAGE_MAX = 400;

  private PlainValueReader() {}

  /**
   * Reads the only document of a text; null if the text is empty.
   *
   * @param source the name of the document, for messages
   * @param format JSON or YAML, for messages
   * @throws SlipwayException (usage) with line and column when the text is not valid, exceeds a
   *     limit, contains a number with a huge exponent, or names a key twice
   */
  static @Nullable Object read(
      TokenStreamFactory factory, String text, String source, String format) {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        return null;
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "there is more after the end of the document");
      }
      return value;
    } catch (JacksonException e) {
      // The first line only: further ones quote the document, which may contain a secret.
      String reason = e.getOriginalMessage().lines().findFirst().orElse("it cannot be parsed");
      TokenStreamLocation at = e.getLocation();
      String position =
          at == null || at.getLineNr() < 1 ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
      // Without the cause, whose message quotes the document.
      throw SlipwayException.usageError(
          "%s%s is not readable as %s: %s"
              .formatted(source, position, format, Excerpt.of(reason, MESSAGE_MAX)));
    }
  }

  /** Nests as deep as the parser's limit allows. */
  private static @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> parser.isNaN() ? parser.getNumberValue() : decimal(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_EMBEDDED_OBJECT -> parser.getEmbeddedObject();
      case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE ->
          throw new StreamReadException(parser, "a value was expected");
    };
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) {
    var object = new LinkedHashMap<String, @Nullable Object>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      int before = object.size();
      object.put(name, value(parser));
      if (object.size() == before) {
        // The first of the two values would be lost silently.
        throw new StreamReadException(
            parser, "Duplicate Object property \"" + Excerpt.of(name) + "\"");
      }
    }
    return object;
  }

  private static List<@Nullable Object> array(JsonParser parser) {
    var array = new ArrayList<@Nullable Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static BigDecimal decimal(JsonParser parser) {
    String text = parser.getString();
    int start = Math.max(text.indexOf('e'), text.indexOf('E')) + 1;
    // Without signs, leading zeros, and what YAML allows between digits.
    String exponent = start == 0 ? "" : text.substring(start).replaceAll("^\\D*0*|\\D", "");
    if (exponent.length() > 4 || Integer.parseInt("0" + exponent) > EXPONENT_MAX) {
      throw new StreamConstraintsException(
          "the exponent of a number is beyond " + EXPONENT_MAX + ": " + Excerpt.of(text),
          parser.currentTokenLocation());
    }
    BigDecimal number = parser.getDecimalValue();
    // Some databases reject 0e400, although it is 0.
    return number.signum() == 0 && number.scale() < 0 ? BigDecimal.ZERO : number;
  }
}
