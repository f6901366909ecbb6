package dev.slipway.migrate;

import dev.slipway.db.Dialect;
import dev.slipway.fault.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a migration file's name says of it. The two families of names that count are {@link #ORY}
 * (golang-migrate's names are a part of it) and {@link #FLYWAY}; nothing else is accepted.
 *
 * @param path where the file lies
 * @param script its name in the history: relative to the folder that was named
 * @param kind what it is for
 * @param version absent for a repeatable migration alone
 * @param name the words of the file name as written, underscores and all
 * @param dialect the only database it is for; empty for every database
 * @param autocommit whether it runs outside a transaction, because its name says so
 * @param flyway whether the name is one of Flyway's, whose placeholders are replaced
 */
public record MigrationFile(
    Path path,
    String script,
    Kind kind,
    Optional<Version> version,
    String name,
    Optional<Dialect> dialect,
    boolean autocommit,
    boolean flyway) {

  /** What a file is for. */
  public enum Kind {
    UP,
    DOWN,
    REPEATABLE
  }

  /** {@code <version>_<name>[.<dialect>][.autocommit].{up,down}.sql} */
  private static final Pattern ORY =
      Pattern.compile(
          "(\\d+)_([^.]+)(?:\\.(?!autocommit\\.)([a-z0-9]+))?(\\.autocommit)?\\.(up|down)\\.sql");

  /** {@code V<version>__<name>.sql}, {@code U<version>__<name>.sql}, {@code R__<name>.sql} */
  private static final Pattern FLYWAY =
      Pattern.compile("(?:([VU])(\\d+(?:[._]\\d+)*)(?:__(.*))?|(R)__(.+))\\.sql");

  private static final Pattern FLYWAY_BASELINE =
      Pattern.compile("B\\d+(?:[._]\\d+)*(?:__.*)?\\.sql");
  private static final Pattern FLYWAY_CALLBACK =
      Pattern.compile("(?:before|after|create|drop)[A-Z]\\w*?(?:__.*)?\\.sql");

  /** Databases that Ory's files know and Slipway does not run on: their files are passed over. */
  private static final Set<String> OTHER_DIALECTS = Set.of("mariadb", "yugabyte", "yugabytedb");

  private static final String PATTERNS =
      "<version>_<name>[.<dialect>][.autocommit].up.sql (or .down.sql), "
          + "V<version>__<name>.sql, U<version>__<name>.sql, R__<name>.sql";

  /**
   * Reads a name that ends in {@code .sql}.
   *
   * @return empty for a file of a database that Slipway does not run on
   * @throws Fault (usage) if the name fits no pattern
   */
  static Optional<MigrationFile> of(Path path, String script) {
    String file = path.getFileName().toString();
    Matcher ory = ORY.matcher(file);
    if (ory.matches()) {
      return ofOry(path, script, ory);
    }
    Matcher flyway = FLYWAY.matcher(file);
    if (flyway.matches()) {
      return Optional.of(ofFlyway(path, script, flyway));
    }
    if (FLYWAY_BASELINE.matcher(file).matches()) {
      throw Fault.usage(
              path
                  + ": baseline migrations (B…) are not run by Slipway, as they "
                  + "replace versions that other databases have in their history")
          .hint(
              "keep the V files, and use `slipway migrate sql baseline VERSION` on a database "
                  + "that has their tables already");
    }
    if (FLYWAY_CALLBACK.matcher(file).matches()) {
      throw Fault.usage(
              path
                  + ": Flyway's callbacks are not run by Slipway, as what they do would "
                  + "be in no history")
          .hint(
              "make it a repeatable migration, R__"
                  + file.replaceFirst("\\.sql$", "")
                  + ".sql, "
                  + "or a step of your pipeline");
    }
    throw Fault.usage(path + ": the name fits no pattern of migration files")
        .hint("name it " + PATTERNS + ", or move it elsewhere");
  }

  private static Optional<MigrationFile> ofOry(Path path, String script, Matcher name) {
    String segment = name.group(3);
    Optional<Dialect> dialect = Optional.empty();
    if (segment != null) {
      if (OTHER_DIALECTS.contains(segment)) {
        return Optional.empty();
      }
      dialect = Dialect.named(segment);
      if (dialect.isEmpty()) {
        throw Fault.usage(path + ": unknown database `" + segment + "` in the file's name")
            .hint(
                "the databases are postgres, mysql, cockroach and sqlite3; without one the file "
                    + "is for all of them");
      }
    }
    Kind kind = name.group(5).equals("up") ? Kind.UP : Kind.DOWN;
    return Optional.of(
        new MigrationFile(
            path,
            script,
            kind,
            Optional.of(Version.of(name.group(1))),
            name.group(2),
            dialect,
            name.group(4) != null,
            false));
  }

  private static MigrationFile ofFlyway(Path path, String script, Matcher name) {
    if (name.group(4) != null) {
      return new MigrationFile(
          path,
          script,
          Kind.REPEATABLE,
          Optional.empty(),
          name.group(5),
          Optional.empty(),
          false,
          true);
    }
    Kind kind = name.group(1).equals("V") ? Kind.UP : Kind.DOWN;
    String words = name.group(3) == null ? "" : name.group(3);
    return new MigrationFile(
        path,
        script,
        kind,
        Optional.of(Version.of(name.group(2))),
        words,
        Optional.empty(),
        false,
        true);
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

  /**
   * Reads the file.
   *
   * @throws Fault (usage) if it cannot be read, or is not UTF-8 text
   */
  Content read() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw Fault.usage("cannot read " + path + ": " + reason(e)).cause(e);
    }
    int start = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
      throw Fault.usage(path + ":1: the file is UTF-16, and migrations are read as UTF-8")
          .hint("save it as UTF-8, for instance with `iconv -f UTF-16 -t UTF-8`");
    }
    CRC32 checksum = new CRC32();
    int from = start;
    int line = 1;
    for (int i = start; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r') {
        checksum.update(bytes, from, i - from);
        from = i + 1;
        line += b == '\n' ? 1 : 0;
      } else if (b == 0) {
        throw Fault.usage(
                path
                    + ":"
                    + line
                    + ": the file holds a NUL byte, which no database "
                    + "takes in a statement")
            .hint("it may be binary, or UTF-16 without its mark; save it as UTF-8 text");
      }
    }
    checksum.update(bytes, from, bytes.length - from);
    return new Content(decode(bytes, start), (int) checksum.getValue());
  }

  private String decode(byte[] bytes, int start) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, start, bytes.length - start);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = start; i < buffer.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw Fault.usage(
              path
                  + ":"
                  + line
                  + ": the file is not UTF-8: byte 0x"
                  + Integer.toHexString(bytes[buffer.position()] & 0xFF)
                  + " fits no character")
          .hint("save it as UTF-8, for instance with `iconv -f LATIN1 -t UTF-8`")
          .cause(e);
    }
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** An I/O failure in words: its message is often the bare path. */
  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "it does not exist";
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      case java.nio.file.NotDirectoryException _ -> "it is not a folder";
      case java.nio.file.FileSystemLoopException _ -> "its links go round in a circle";
      case null, default -> e.getMessage();
    };
  }

  /**
   * What a file holds.
   *
   * @param text without a byte order mark
   * @param checksum Flyway's: the CRC-32 of all lines without their ends
   */
  record Content(String text, int checksum) {}
}
