package dev.slipway.migration;

import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    if (!NAME.matcher(name).matches()) {
      throw SlipwayException.usageError("a migration cannot be named `" + name + "`")
          .hint("letters, digits, _ and -: slipway migrate sql create add_email");
    }
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
    String version =
        newest
            .flatMap(MigrationFile::version)
            .map(last -> above(last.toString(), now))
            .orElseGet(() -> TIME.format(now));
    FlywayFileName flyway = new FlywayFileName(settings.flyway());
    return files(format, version, name, dialects, autocommit, flyway).entrySet().stream()
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

  /** The text of each file by its name, in the order of the names. */
  private static Map<String, String> files(
      MigrationFormat format,
      String version,
      String name,
      List<String> dialects,
      boolean autocommit,
      FlywayFileName flyway) {
    String stem = version + "_" + name;
    Map<String, String> files = new TreeMap<>();
    switch (format) {
      case PAIRS -> {
        for (String dialect : dialects.isEmpty() ? List.of("") : dialects) {
          String start =
              stem + (dialect.isEmpty() ? "" : "." + dialect) + (autocommit ? ".autocommit" : "");
          files.put(start + ".down.sql", "");
          files.put(start + ".up.sql", "");
        }
      }
      case FLYWAY -> {
        files.put(flyway.of(MigrationKind.DOWN, version, name), "");
        files.put(flyway.of(MigrationKind.UP, version, name), "");
      }
      case GOOSE ->
          files.put(
              stem + ".sql",
              (autocommit ? "-- +goose NO TRANSACTION\n" : "")
                  + "-- +goose Up\n\n-- +goose Down\n");
      case DBMATE -> {
        String mode = autocommit ? " transaction:false" : "";
        files.put(stem + ".sql", "-- migrate:up" + mode + "\n\n-- migrate:down" + mode + "\n");
      }
      case PLAIN -> files.put(stem + ".sql", autocommit ? "-- no-transaction\n" : "");
      case PRISMA -> files.put(stem + "/migration.sql", autocommit ? "-- no-transaction\n" : "");
      case DIESEL -> {
        files.put(stem + "/down.sql", "");
        if (autocommit) {
          files.put(stem + "/metadata.toml", "run_in_transaction = false\n");
        }
        files.put(stem + "/up.sql", "");
      }
    }
    return files;
  }

  private static Optional<MigrationFile> newest(Settings.Migrate settings) {
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

  private static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw SlipwayException.usageError("cannot write " + file + ": " + IoErrors.describe(e))
          .cause(e);
    }
  }
}
