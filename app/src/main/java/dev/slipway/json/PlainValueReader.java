package dev.slipway.json;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  /** Far beyond any double; a number stays small also when all its digits are written out. */
  private static final int EXPONENT_MAX = 1000;

  private static final int MESSAGE_MAX = 400;

  private PlainValueReader() {}

  /**
   * Reads the only document of a text; null if there is none.
   *
   * @param source the name of the document, for messages
   * @param format JSON or YAML, for messages
   * @throws SlipwayException (usage) with line and column when the text is not valid, exceeds a
   *     limit, contains a number with a huge exponent, or names a key twice
   */
  static Object read(TokenStreamFactory factory, String text, String source, String format) {
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
  private static Object value(JsonParser parser) {
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

  private static Map<String, Object> object(JsonParser parser) {
    var object = new LinkedHashMap<String, Object>();
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

  private static List<Object> array(JsonParser parser) {
    var array = new ArrayList<Object>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static BigDecimal decimal(JsonParser parser) {
    checkExponent(parser, parser.getString());
    BigDecimal number = parser.getDecimalValue();
    // Some databases refuse 0e400, which is 0 for all of them.
    return number.signum() == 0 && number.scale() < 0 ? BigDecimal.ZERO : number;
  }

  private static void checkExponent(JsonParser parser, String number) {
    int start = Math.max(number.indexOf('e'), number.indexOf('E')) + 1;
    if (start == 0) {
      return;
    }
    int exponent = 0;
    for (int i = start; i < number.length() && exponent <= EXPONENT_MAX; i++) {
      int digit = Character.digit(number.charAt(i), 10);
      // A sign, or what YAML allows between digits.
      exponent = digit < 0 ? exponent : 10 * exponent + digit;
    }
    if (exponent > EXPONENT_MAX) {
      throw new StreamConstraintsException(
          "the exponent of a number is beyond " + EXPONENT_MAX + ": " + Excerpt.of(number),
          parser.currentTokenLocation());
    }
  }
}
