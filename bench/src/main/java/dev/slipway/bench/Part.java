package dev.slipway.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What can be measured by itself. */
enum Part {
  SQLITE,
  POSTGRES,
  POSTGRES_FAR,
  MYSQL,
  MYSQL_FAR,
  GROWTH,
  SERVE,
  IMAGE;

  /** Every part that migrates. */
  static final Set<Part> MIGRATE = EnumSet.complementOf(EnumSet.of(SERVE, IMAGE));

  /**
   * The parts that a comma-separated list names.
   *
   * @throws IllegalArgumentException when there is no such part
   */
  static Set<Part> named(String words) {
    return Arrays.stream(words.split(","))
        .flatMap(word -> (word.equals("migrate") ? MIGRATE : Set.of(of(word))).stream())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Part.class)));
  }

  private static Part of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
