package dev.slipway.migration;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The names of Flyway's files, as the settings describe them: {@code V<version>__<name>.sql},
 * {@code U<version>__<name>.sql}, {@code B<version>__<name>[.<dialect>].sql}, and {@code
 * R__<name>.sql} by default. As in Flyway, case does not count in a suffix. Immutable.
 */
final class FlywayFileName {
  private final List<Prefix> prefixes = new ArrayList<>();
  private final String separator;
  private final List<String> suffixes;

  /** A prefix, what it stands for, and the one that Flyway has by default. */
  private record Prefix(String text, MigrationKind kind, char standard) {}

  FlywayFileName(Settings.Flyway settings) {
    prefixes.add(new Prefix(settings.versionedPrefix(), MigrationKind.UP, 'V'));
    prefixes.add(new Prefix(settings.undoPrefix(), MigrationKind.DOWN, 'U'));
    prefixes.add(new Prefix(settings.baselinePrefix(), MigrationKind.BASELINE, 'B'));
    prefixes.add(new Prefix(settings.repeatablePrefix(), MigrationKind.REPEATABLE, 'R'));
    // The longest prefix of a name is the one that counts.
    prefixes.sort(Comparator.comparingInt(prefix -> -prefix.text().length()));
    this.separator = settings.separator();
    this.suffixes = settings.suffixes();
  }

  /** Reads an exact name. */
  Optional<NameParts> parse(String name) {
    Optional<String> stem = withoutSuffix(name);
    if (stem.isEmpty()) {
      return Optional.empty();
    }
    for (Prefix prefix : prefixes) {
      if (stem.get().startsWith(prefix.text())) {
        return parse(stem.get().substring(prefix.text().length()), prefix.kind());
      }
    }
    return Optional.empty();
  }

  private Optional<NameParts> parse(String rest, MigrationKind kind) {
    int end = rest.indexOf(separator);
    String version = end < 0 ? rest : rest.substring(0, end);
    String description = end < 0 ? "" : rest.substring(end + separator.length());
    boolean repeatable = kind == MigrationKind.REPEATABLE;
    if (repeatable
        ? !version.isEmpty() || description.isEmpty()
        : version.isEmpty() || version(version, 0) < version.length()) {
      return Optional.empty();
    }
    Optional<DatabaseDriver> dialect =
        kind == MigrationKind.BASELINE ? dialect(description) : Optional.empty();
    return Optional.of(
        new NameParts(
            kind,
            repeatable ? Optional.empty() : Optional.of(MigrationVersion.of(version)),
            dialect.isPresent()
                ? description.substring(0, description.lastIndexOf('.'))
                : description,
            dialect,
            false,
            MigrationFormat.FLYWAY));
  }

  /**
   * The database of a baseline migration: unlike the versions that it stands for, it contains the
   * SQL of one database.
   */
  private static Optional<DatabaseDriver> dialect(String description) {
    int dot = description.lastIndexOf('.');
    return dot > 0 ? Drivers.byName(description.substring(dot + 1)) : Optional.empty();
  }

  /** The name without the first suffix of the settings that it has. */
  Optional<String> withoutSuffix(String name) {
    for (String suffix : suffixes) {
      int length = name.length() - suffix.length();
      if (length > 0 && name.regionMatches(true, length, suffix, 0, suffix.length())) {
        return Optional.of(name.substring(0, length));
      }
    }
    return Optional.empty();
  }

  /** A name of one kind. */
  String of(MigrationKind kind, String version, String description) {
    String prefix =
        prefixes.stream()
            .filter(each -> each.kind() == kind)
            .map(Prefix::text)
            .findFirst()
            .orElseThrow();
    return prefix
        + version
        + (kind != MigrationKind.REPEATABLE && description.isEmpty() ? "" : separator + description)
        + suffixes.getFirst();
  }

  /**
   * A name that may be meant for Flyway, with Flyway's own prefix and separator in place of those
   * of the settings; any other name as it is.
   */
  String withStandardParts(String name) {
    for (Prefix prefix : prefixes) {
      String text = prefix.text();
      if (name.regionMatches(true, 0, text, 0, text.length())) {
        String rest = name.substring(text.length());
        int digits = prefix.kind() == MigrationKind.REPEATABLE ? 0 : version(rest, 0);
        boolean separated = rest.startsWith(separator, digits);
        if (digits > 0 || (separated && prefix.kind() == MigrationKind.REPEATABLE)) {
          return prefix.standard()
              + rest.substring(0, digits)
              + (separated
                  ? "__" + rest.substring(digits + separator.length())
                  : rest.substring(digits));
        }
      }
    }
    return name;
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
