package dev.slipway.json;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks that every database returns exactly the value that it stores. */
final class PortableJson {
  /** More digits than a double has, few enough for databases that write them all. */
  private static final int SCALE_MAX = 60;

  private final String source;

  /** Names and indexes; they become a pointer only in a message. */
  private final List<Object> path = new ArrayList<>();

  private PortableJson(String source) {
    this.source = source;
  }

  /**
   * Rejects a value that some database would reject or change.
   *
   * @param source the name of the document, for messages
   * @throws SlipwayException (usage) that names the location by its JSON pointer
   */
  static void check(@Nullable Object value, String source) {
    new PortableJson(source).check(value);
  }

  private void check(@Nullable Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        checkDepth();
        map.forEach(
            (name, each) -> {
              text((String) name, "has a name that ");
              path.add(name);
              check(each);
              path.removeLast();
            });
      }
      case List<?> list -> {
        checkDepth();
        for (int i = 0; i < list.size(); i++) {
          path.add(i);
          check(list.get(i));
          path.removeLast();
        }
      }
      case String text -> text(text, "");
      case BigInteger _ -> throw reject("is a whole number beyond 64 bits");
      case BigDecimal number -> decimal(number);
      case null, default -> {}
    }
  }

  private void checkDepth() {
    if (path.size() >= JsonLimits.STORED_DEPTH) {
      throw SlipwayException.usageError(
          source + " nests deeper than " + JsonLimits.STORED_DEPTH + " levels");
    }
  }

  private void text(String text, String which) {
    for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      if (c == 0) {
        throw reject(which + "holds the character U+0000");
      }
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw reject(which + "holds half a surrogate pair");
      }
    }
  }

  /**
   * MySQL and SQLite keep a double; PostgreSQL writes a whole number without its exponent, as which
   * it has to come back in.
   */
  private void decimal(BigDecimal number) {
    double nearest = number.doubleValue();
    if (!Double.isFinite(nearest) || Math.abs(nearest) >= 0x1p63) {
      throw reject("is a number beyond 64 bits");
    }
    if (number.scale() > SCALE_MAX
        || new BigDecimal(Double.toString(nearest)).compareTo(number) != 0) {
      throw reject("is a number with more digits than a double holds");
    }
  }

  private SlipwayException reject(String message) {
    String pointer =
        path.stream().map(each -> Excerpt.of(each.toString())).reduce("", JsonPointers::append);
    return SlipwayException.usageError(
        source + ": " + (pointer.isEmpty() ? "it" : Excerpt.of(pointer)) + " " + message);
  }
}
