package dev.slipway.json;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import tools.jackson.core.JsonPointer;

/** JSON Pointers (RFC 6901), checked more strictly than Jackson checks them. */
final class JsonPointers {
  /** No document that can be read has anything below this. */
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
    int segments = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' && ++segments > SEGMENTS_MAX) {
        throw SlipwayException.usageError(
            "'"
                + Excerpt.of(text)
                + "' leads deeper than a document may nest, "
                + SEGMENTS_MAX
                + " levels");
      }
      if (c == '~' && (i + 1 == text.length() || "01".indexOf(text.charAt(i + 1)) < 0)) {
        throw invalid(text, "~ stands before 0 or 1 only");
      }
    }
    return JsonPointer.compile(text);
  }

  /** How many names and indexes lead to the place of a pointer. */
  static int segments(JsonPointer pointer) {
    return (int) pointer.toString().chars().filter(c -> c == '/').count();
  }

  /** The text of a pointer with one more segment. */
  static String append(String pointer, String segment) {
    return pointer + "/" + segment.replace("~", "~0").replace("/", "~1");
  }

  private static SlipwayException invalid(String text, String why) {
    return SlipwayException.usageError("'" + Excerpt.of(text) + "' is not a JSON Pointer: " + why);
  }
}
