package dev.slipway.e2e;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An enum constant that has a name on the command line. */
interface Named {
  /** The name of the constant. */
  String name();

  /** The name on the command line. */
  default String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The value with this name.
   *
   * @param kind what the values are, for the message about an unknown name
   */
  static <T extends Named> T of(String kind, T[] values, String name) {
    return Arrays.stream(values)
        .filter(value -> value.id().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown %s %s; expected one of: %s"
                        .formatted(
                            kind,
                            name,
                            Arrays.stream(values)
                                .map(Named::id)
                                .collect(Collectors.joining(", ")))));
  }

  /** The values with these names, or all values when there are no names. */
  static <T extends Named> List<T> allOf(String kind, T[] values, String... names) {
    return names.length == 0
        ? List.of(values)
        : Arrays.stream(names).map(name -> of(kind, values, name)).toList();
  }
}
