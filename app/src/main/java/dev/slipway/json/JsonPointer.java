package dev.slipway.json;

import dev.slipway.fault.Fault;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in a document, as RFC 6901 writes it.
 *
 * @param segments the names and indexes on the way there, unescaped
 */
record JsonPointer(List<String> segments) {
  static final JsonPointer ROOT = new JsonPointer(List.of());

  JsonPointer {
    segments = List.copyOf(segments);
  }

  /**
   * Reads one.
   *
   * @throws Fault (usage) when it is none
   */
  static JsonPointer parse(String text) {
    if (text.isEmpty()) {
      return ROOT;
    }
    if (text.charAt(0) != '/') {
      throw Fault.usage("'" + text + "' is no JSON pointer: it has to start with /");
    }
    var segments = new ArrayList<String>();
    for (String segment : text.substring(1).split("/", -1)) {
      segments.add(unescaped(segment, text));
    }
    return new JsonPointer(segments);
  }

  /** The text of a pointer with one more segment. */
  static String append(String pointer, String segment) {
    return pointer + "/" + segment.replace("~", "~0").replace("/", "~1");
  }

  /** Whether the other place is inside the value at this one. */
  boolean holds(JsonPointer other) {
    return other.segments.size() > segments.size()
        && other.segments.subList(0, segments.size()).equals(segments);
  }

  private static String unescaped(String segment, String text) {
    for (int i = segment.indexOf('~'); i >= 0; i = segment.indexOf('~', i + 1)) {
      if (i + 1 == segment.length() || "01".indexOf(segment.charAt(i + 1)) < 0) {
        throw Fault.usage("'" + text + "' is no JSON pointer: ~ stands before 0 or 1 only");
      }
    }
    return segment.replace("~1", "/").replace("~0", "~");
  }

  @Override
  public String toString() {
    return segments.stream().reduce("", JsonPointer::append);
  }
}
