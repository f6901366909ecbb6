package dev.slipway.json;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.util.regex.Pattern;
import tools.jackson.core.JsonPointer;

/** JSON Pointers (RFC 6901), checked more strictly than Jackson checks them. */
final class JsonPointers {
  private static final Pattern INVALID_ESCAPE = Pattern.compile("~(?![01])");

  /** No document that can be read nests deeper. */
  private static final int SEGMENTS_MAX = JsonLimits.READ.getMaxNestingDepth();

  private JsonPointers() {}

  /**
   * Reads a pointer.
   *
   * @throws SlipwayException (usage) when it is not valid, or leads deeper than any document nests
   */
  static JsonPointer parse(String text) {
    if (!text.isEmpty() && text.charAt(0) != '/') {
      throw invalid(text, "it has to start with /");
    }
    if (hasInvalidEscape(text)) {
      throw invalid(text, "~ stands before 0 or 1 only");
    }
    if (text.chars().filter(c -> c == '/').count() > SEGMENTS_MAX) {
      throw SlipwayException.usageError(
          "'%s' leads deeper than a document may nest, %d levels"
              .formatted(Excerpt.of(text), SEGMENTS_MAX));
    }
    return JsonPointer.compile(text);
  }

  /** Whether ~ is in any place but before 0 or 1. */
  static boolean hasInvalidEscape(String pointer) {
    return INVALID_ESCAPE.matcher(pointer).find();
  }

  /** The number of names and indexes in a pointer. */
  static int segments(JsonPointer pointer) {
    return (int) pointer.toString().chars().filter(c -> c == '/').count();
  }

  /** Appends a segment, escaped, to the text of a pointer. */
  static String append(String pointer, String segment) {
    return pointer + "/" + segment.replace("~", "~0").replace("/", "~1");
  }

  private static SlipwayException invalid(String text, String reason) {
    return SlipwayException.usageError(
        "'" + Excerpt.of(text) + "' is not a JSON Pointer: " + reason);
  }
}
