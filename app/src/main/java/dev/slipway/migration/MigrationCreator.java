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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of a migration that is still to be written: up and down, named as the folder's newest
 * are, with a version above theirs.
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
    boolean flyway = newest.isPresent() && newest.get().flyway();
    if (flyway && (autocommit || !dialects.isEmpty())) {
      throw SlipwayException.usageError(
              "the files in "
                  + folder
                  + " have Flyway's names, which say neither a "
                  + "database nor --autocommit")
          .hint(
              "write a folder for each database, and executeInTransaction=false into a file "
                  + "named as the migration with .conf at its end");
    }
    String version =
        newest
            .flatMap(MigrationFile::version)
            .map(last -> above(last.toString(), now))
            .orElseGet(() -> TIME.format(now));
    List<String> names = new ArrayList<>();
    if (flyway) {
      names.add("U" + version + "__" + name + ".sql");
      names.add("V" + version + "__" + name + ".sql");
    } else {
      for (String dialect : dialects.isEmpty() ? List.of("") : dialects) {
        String stem =
            version
                + "_"
                + name
                + (dialect.isEmpty() ? "" : "." + dialect)
                + (autocommit ? ".autocommit" : "");
        names.add(stem + ".down.sql");
        names.add(stem + ".up.sql");
      }
    }
    return names.stream().map(each -> write(folder, each)).toList();
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

  private static Path write(Path folder, String name) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      return Files.writeString(file, "", StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw SlipwayException.usageError("cannot write " + file + ": " + IoErrors.describe(e))
          .cause(e);
    }
  }
}
