package dev.slipway.migration;

import java.util.List;
import java.util.stream.Stream;

/** Names in a message, which may be too many to list. */
final class NameList {
  /** How many names a message lists. */
  private static final int NAMED_MAX = 20;

  private NameList() {}

  /** The first names, and how many more there are. */
  static String of(Stream<String> all) {
    List<String> names = all.toList();
    int more = names.size() - NAMED_MAX;
    return String.join(", ", names.subList(0, Math.min(NAMED_MAX, names.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }
}
