package dev.slipway.migration;

import java.util.Optional;

/** The names of Flyway's files. */
final class FlywayFileName {
  private FlywayFileName() {}

  /**
   * Reads an exact name: {@code V<version>__<name>.sql}, {@code U<version>__<name>.sql}, {@code
   * R__<name>.sql}.
   */
  static Optional<NameParts> of(String name) {
    String stem = name.substring(0, name.length() - ".sql".length());
    if (stem.startsWith("R__") && stem.length() > 3) {
      return Optional.of(
          new NameParts(
              MigrationKind.REPEATABLE,
              Optional.empty(),
              stem.substring(3),
              Optional.empty(),
              false,
              MigrationFormat.FLYWAY));
    }
    int end = stem.startsWith("V") || stem.startsWith("U") ? version(stem, 1) : 0;
    if (end < 2 || (end < stem.length() && !stem.startsWith("__", end))) {
      return Optional.empty();
    }
    String description = end == stem.length() ? "" : stem.substring(end + 2);
    return Optional.of(
        new NameParts(
            stem.startsWith("V") ? MigrationKind.UP : MigrationKind.DOWN,
            Optional.of(MigrationVersion.of(stem.substring(1, end))),
            description,
            Optional.empty(),
            false,
            MigrationFormat.FLYWAY));
  }

  /** The end of the digits that begin here. */
  static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /** The end of numbers with single dots or underscores between them. */
  static int version(String text, int from) {
    int end = digits(text, from);
    while (end > from
        && end + 1 < text.length()
        && "._".indexOf(text.charAt(end)) >= 0
        && digits(text, end + 1) > end + 1) {
      end = digits(text, end + 1);
    }
    return end;
  }
}
