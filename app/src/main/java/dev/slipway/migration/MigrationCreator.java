package dev.slipway.migration;

import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationLayout.Script;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of a migration that is still to be written: in the format of the folder's newest, with
 * a version above theirs.
 */
public final class MigrationCreator {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}\\p{N}_-]{1,100}");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");

  private MigrationCreator() {}

  /**
   * Makes the files, and the folder if it is missing.
   *
   * @param settings the folder, and which files in it are not migrations
   * @param dialects a pair for each of these databases; none: one pair for all
   * @param now the version, where versions are times
   * @return the files, in the order of their names
   * @throws SlipwayException (usage) for a name or a database that no file can have
   */
  public static List<Path> create(
      Settings.Migrate settings,
      String name,
      List<String> dialects,
      boolean autocommit,
      LocalDateTime now) {
    Path folder = settings.paths().getFirst();
    requireName(name);
    dialects.forEach(Drivers::require);
    Optional<MigrationFile> newest = newest(settings);
    MigrationFormat format =
        MigrationFormat.of(settings.fileFormat())
            .or(() -> newest.map(MigrationFile::format))
            .orElse(MigrationFormat.PAIRS);
    if (format != MigrationFormat.PAIRS && !dialects.isEmpty()) {
      throw noDatabases(folder, format);
    }
    if (format == MigrationFormat.FLYWAY && autocommit) {
      throw SlipwayException.usageError(
              "the files in " + folder + " have Flyway's names, which do not say --autocommit")
          .hint(
              "write executeInTransaction=false into a file named as the migration with .conf at "
                  + "its end");
    }
    String version = next(newest.flatMap(MigrationFile::version), now);
    Script empty = Script.empty(autocommit);
    return new MigrationLayout(format, settings.flyway())
        .files(version, name, dialects, empty, Optional.of(empty)).entrySet().stream()
            .map(file -> write(folder.resolve(file.getKey()), file.getValue()))
            .toList();
  }

  private static SlipwayException noDatabases(Path folder, MigrationFormat format) {
    return SlipwayException.usageError(
            "the files in "
                + folder
                + " have the format "
                + format.label()
                + ", whose names say no database")
        .hint("write a folder for each database");
  }

  /**
   * Checks a name.
   *
   * @throws SlipwayException (usage) for a name that no file can have
   */
  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw SlipwayException.usageError("a migration cannot be named `" + name + "`")
          .hint("letters, digits, _ and -: slipway migrate sql create add_email");
    }
  }

  /** The version above the last one, or a time in an empty folder. */
  static String next(Optional<MigrationVersion> last, LocalDateTime now) {
    return last.map(version -> above(version.toString(), now)).orElseGet(() -> TIME.format(now));
  }

  /** The newest of the versioned migrations. */
  static Optional<MigrationFile> newest(Settings.Migrate settings) {
    return MigrationFolders.readForCreation(settings).files().stream()
        .filter(file -> file.version().isPresent())
        .max(Comparator.comparing(file -> file.version().orElseThrow()));
  }

  /** A time where the last one may be a time, otherwise the next number; as wide as the last. */
  private static String above(String last, LocalDateTime now) {
    int dot = last.lastIndexOf('.') + 1;
    String number = last.substring(dot);
    String time = TIME.format(now);
    if (dot == 0 && number.length() >= time.length()) {
      // Ory's versions are times, with more digits behind.
      String padded = time + "0".repeat(number.length() - time.length());
      if (new BigInteger(padded).compareTo(new BigInteger(number)) > 0) {
        return padded;
      }
    }
    String next = new BigInteger(number).add(BigInteger.ONE).toString();
    return last.substring(0, dot) + "0".repeat(Math.max(0, number.length() - next.length())) + next;
  }

  /**
   * Writes a new file, and its folder if it is missing.
   *
   * @throws SlipwayException (usage) if it exists or cannot be written
   */
  static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw SlipwayException.usageError("cannot write " + file + ": " + IoErrors.describe(e))
          .cause(e);
    }
  }
}
