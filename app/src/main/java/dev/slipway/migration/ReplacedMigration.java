package dev.slipway.migration;

import dev.slipway.config.IoErrors;
import dev.slipway.error.SlipwayException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A migration that a baseline migration replaces, as a comment at the top of that file says: the
 * files are deleted, and a history that lacks one of them must not go on without it. Immutable.
 *
 * @param checksum that of its file
 * @param script the name of its file
 */
public record ReplacedMigration(MigrationVersion version, int checksum, String script) {
  private static final Pattern LINE =
      Pattern.compile("-- slipway:replaces (\\d+(?:\\.\\d+)*) (-?\\d{1,10}) (.+)");

  /** The comment. */
  public String line() {
    return "-- slipway:replaces " + version + " " + checksum + " " + script;
  }

  /** The name in the file's name. */
  String name() {
    return script.replaceFirst("^(?:.*/)?[^_]*_+", "").replaceFirst("(?:\\.up)?\\.[^.]*$", "");
  }

  /**
   * Reads the comments at the top of a baseline migration; none where no {@code squash} wrote it.
   *
   * @throws SlipwayException (usage) if the file cannot be read
   */
  static List<ReplacedMigration> in(MigrationFile baseline) {
    List<ReplacedMigration> replaced = new ArrayList<>();
    try (BufferedReader reader = new BufferedReader(baseline.open())) {
      for (String line = reader.readLine();
          line != null && line.startsWith("--");
          line = reader.readLine()) {
        of(line).ifPresent(replaced::add);
      }
    } catch (IOException e) {
      throw SlipwayException.usageErrorIn(
              baseline.path(), "cannot be read: " + IoErrors.describe(e))
          .cause(e);
    }
    return replaced;
  }

  private static Optional<ReplacedMigration> of(String line) {
    Matcher parts = LINE.matcher(line);
    return parts.matches()
        ? Optional.of(
            new ReplacedMigration(
                MigrationVersion.of(parts.group(1)),
                (int) Long.parseLong(parts.group(2)),
                parts.group(3)))
        : Optional.empty();
  }
}
