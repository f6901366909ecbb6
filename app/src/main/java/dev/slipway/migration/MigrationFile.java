package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A migration file, as its name describes it: {@link MigrationFileName} reads names.
 *
 * @param path where the file lies
 * @param script its name in the history: relative to the folder that was named
 * @param kind what it is for
 * @param version absent for a repeatable migration alone
 * @param name the words of the file name as written, underscores and all
 * @param dialect the only database it is for; empty for every database
 * @param autocommit whether it runs outside a transaction, by its name, its text, or its
 *     configuration
 * @param format the convention that its name follows
 * @param placeholders whether placeholders such as <code>${name}</code> are replaced in it
 */
public record MigrationFile(
    Path path,
    String script,
    MigrationKind kind,
    Optional<MigrationVersion> version,
    String name,
    Optional<DatabaseDriver> dialect,
    boolean autocommit,
    MigrationFormat format,
    boolean placeholders) {

  /** The migration with this exact name. */
  static MigrationFile of(Path path, String script, NameParts parts) {
    return new MigrationFile(
        path,
        script,
        parts.kind(),
        parts.version(),
        parts.name(),
        parts.dialect(),
        parts.autocommit(),
        parts.format(),
        parts.format() == MigrationFormat.FLYWAY);
  }

  /** The same file, outside a transaction. */
  MigrationFile withAutocommit() {
    return new MigrationFile(
        path, script, kind, version, name, dialect, true, format, placeholders);
  }

  /** The same file, in which placeholders are not replaced. */
  MigrationFile withoutPlaceholders() {
    return new MigrationFile(path, script, kind, version, name, dialect, autocommit, format, false);
  }

  /** The description that the history holds, as Flyway writes it: words instead of underscores. */
  String description() {
    String words = name.replace('_', ' ').strip();
    return words.length() <= 200 ? words : words.substring(0, 197) + "...";
  }

  /** What people call it: version and name, or the name alone. */
  public String label() {
    return version.map(number -> number + "_" + name).orElse("R__" + name);
  }

  /** Whether the name is one of Flyway's. */
  public boolean flyway() {
    return format == MigrationFormat.FLYWAY;
  }

  /** What to call it in a message about several files. */
  public String fileName() {
    return format.hasFolders() ? script : path.getFileName().toString();
  }

  /**
   * Reads the file, or its part for this direction, into memory.
   *
   * @throws SlipwayException (usage) if it cannot be read, or is not UTF-8 text
   */
  Content read() {
    try (MigrationFileReader reader = open()) {
      String text = reader.readAllAsString();
      return new Content(text, reader.checksum());
    }
  }

  /**
   * Reads the file without keeping it.
   *
   * @throws SlipwayException as {@link #read}
   */
  public int checksum() {
    try (MigrationFileReader reader = open()) {
      return reader.checksum();
    }
  }

  /**
   * Opens the file.
   *
   * @throws SlipwayException as {@link #read}, here and while it is read
   */
  MigrationFileReader open() {
    return format.hasSections()
        ? MigrationFileReader.ofSection(path, kind)
        : new MigrationFileReader(path);
  }

  /**
   * Writes the text of the file.
   *
   * @throws SlipwayException as {@link #read}
   */
  void writeTo(Appendable target) throws IOException {
    char[] buffer = new char[1 << 13];
    try (MigrationFileReader text = open()) {
      for (int read = text.read(buffer); read >= 0; read = text.read(buffer)) {
        target.append(new String(buffer, 0, read));
      }
    }
  }

  /**
   * The size of the file in bytes.
   *
   * @throws SlipwayException (usage) if it cannot be read
   */
  public long size() {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw MigrationFileReader.unreadable(path, e);
    }
  }

  /**
   * What a file holds.
   *
   * @param text without a byte order mark
   * @param checksum Flyway's: the CRC-32 of all lines without their ends
   */
  record Content(String text, int checksum) {}
}
