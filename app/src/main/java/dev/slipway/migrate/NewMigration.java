package dev.slipway.migrate;

import dev.slipway.db.Dialect;
import dev.slipway.fault.Fault;
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
public final class NewMigration {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");

  private NewMigration() {}

  /**
   * Makes the files, and the folder if it is missing.
   *
   * @param dialects a pair for each of these databases; none: one pair for all
   * @param now the version, where versions are times
   * @return the files, in the order of their names
   * @throws Fault (usage) for a name or a database that no file can have
   */
  public static List<Path> create(
      Path folder, String name, List<String> dialects, boolean autocommit, LocalDateTime now) {
    if (!NAME.matcher(name).matches()) {
      throw Fault.usage("a migration cannot be named `" + name + "`")
          .hint("letters, digits, _ and -: slipway migrate sql create add_email");
    }
    dialects.forEach(Dialect::of);
    Optional<MigrationFile> newest = newest(folder);
    boolean flyway = newest.isPresent() && newest.get().flyway();
    if (flyway && (autocommit || !dialects.isEmpty())) {
      throw Fault.usage(
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

  private static Optional<MigrationFile> newest(Path folder) {
    if (Files.notExists(folder)) {
      return Optional.empty();
    }
    return MigrationFiles.list(folder).stream()
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
      throw Fault.usage("cannot write " + file + ": " + MigrationFile.reason(e)).cause(e);
    }
  }
}
