package dev.slipway.driver.postgres;

import dev.slipway.driver.SqlQuoting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The difference of two lists of storage parameters.
 *
 * @param actions what ALTER takes: RESET, SET, both, or neither
 */
record Options(List<String> actions) {
  /** The difference of two values of a property, as the schema's reader prints them. */
  static Options between(Optional<String> before, Optional<String> after) {
    return between(before, after, "");
  }

  /** The same with a prefix for each name, such as {@code toast.}. */
  static Options between(Optional<String> before, Optional<String> after, String prefix) {
    Map<String, String> old = parse(before);
    Map<String, String> wanted = parse(after);
    List<String> actions = new ArrayList<>();
    String removed =
        old.keySet().stream()
            .filter(name -> !wanted.containsKey(name))
            .map(name -> prefix + name)
            .collect(Collectors.joining(", "));
    if (!removed.isEmpty()) {
      actions.add("RESET (" + removed + ")");
    }
    String set =
        wanted.entrySet().stream()
            .filter(entry -> !entry.getValue().equals(old.get(entry.getKey())))
            .map(entry -> prefix + entry.getKey() + " = " + SqlQuoting.literal(entry.getValue()))
            .collect(Collectors.joining(", "));
    if (!set.isEmpty()) {
      actions.add("SET (" + set + ")");
    }
    return new Options(List.copyOf(actions));
  }

  private static Map<String, String> parse(Optional<String> text) {
    Map<String, String> options = new TreeMap<>();
    text.ifPresent(
        list -> {
          for (String each : list.split(", (?=\\w+=)")) {
            int equals = each.indexOf('=');
            options.put(each.substring(0, equals), each.substring(equals + 1));
          }
        });
    return options;
  }
}
