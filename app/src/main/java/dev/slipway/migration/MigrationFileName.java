package dev.slipway.migration;

import dev.slipway.config.Suggestions;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the name of a file says: a migration, a name that is almost one, or anything else. Case
 * counts on every file system. It uses no patterns for exact names, because they would take longer
 * than all else that is done with a name.
 *
 * @param category what the file is
 * @param problem for {@link Category#MISNAMED} and {@link Category#CODE}, what is wrong and the
 *     right name; for {@link Category#OTHER_DATABASE}, the database
 * @param parts for {@link Category#MIGRATION} and {@link Category#SINGLE_FILE}, what the name says
 */
record MigrationFileName(Category category, String problem, Optional<NameParts> parts) {

  /** What a file is, by its name. */
  enum Category {
    /** A migration with an exact name. */
    MIGRATION,
    /** A migration whose name says no direction: the format of its folder tells what it holds. */
    SINGLE_FILE,
    /** A migration for a database that Slipway does not support. */
    OTHER_DATABASE,
    /** Has a version, and is no migration by its exact name. */
    MISNAMED,
    /** A program with a version, which another tool may run as a migration. */
    CODE,
    /** SQL without a version, such as schema.sql. */
    NO_VERSION,
    /** Anything else: documentation, backups, what editors leave behind. */
    OTHER
  }

  /** The patterns of exact names, for messages. */
  static String patterns() {
    return Stream.of(
            MigrationFormat.PAIRS,
            MigrationFormat.FLYWAY,
            MigrationFormat.PLAIN,
            MigrationFormat.PRISMA,
            MigrationFormat.DIESEL)
        .map(MigrationFormat::pattern)
        .collect(Collectors.joining(", "));
  }

  /** Databases of other tools' files. */
  private static final Set<String> OTHER_DATABASES =
      Set.of(
          "mariadb",
          "yugabyte",
          "yugabytedb",
          "oracle",
          "mssql",
          "sqlserver",
          "db2",
          "h2",
          "hsqldb",
          "derby",
          "firebird",
          "informix",
          "sybase",
          "snowflake",
          "redshift",
          "bigquery",
          "clickhouse",
          "spanner",
          "cassandra",
          "mongodb",
          "tidb",
          "vertica",
          "teradata",
          "duckdb",
          "sqlcipher",
          "rqlite",
          "neo4j",
          "singlestore");

  /** Those of them that no ordinary word is one letter away from, as scanner is from spanner. */
  private static final List<String> CONFUSABLE =
      List.of(
          "mariadb",
          "yugabyte",
          "yugabytedb",
          "oracle",
          "mssql",
          "sqlserver",
          "snowflake",
          "redshift",
          "clickhouse");

  private static final String AUTOCOMMIT = "autocommit";

  /** Files of programs that other tools run as migrations. */
  private static final Set<String> CODE =
      Set.of(
          "go", "py", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "java", "class", "jar",
          "kt", "kts", "groovy", "scala", "clj", "cljs", "cljc", "cs", "fs", "vb", "rs", "rb",
          "php", "pl", "lua", "ex", "exs", "erl", "hs", "swift", "dart", "sh", "bash", "zsh", "ps1",
          "bat", "cmd", "cql");

  /** Files that other tools translate into SQL. */
  private static final Set<String> CHANGELOGS = Set.of("xml", "yaml", "yml", "json", "edn");

  private static final Set<String> COMPRESSED =
      Set.of("gz", "bz2", "xz", "zst", "lz4", "br", "zip");

  /** The last extension of copies, and of files that were switched off or belong to a migration. */
  private static final Set<String> NOT_RUN =
      Set.of(
          "bak",
          "backup",
          "old",
          "orig",
          "rej",
          "swp",
          "swo",
          "tmp",
          "temp",
          "save",
          "disabled",
          "off",
          "skip",
          "ignore",
          "example",
          "sample",
          "dist",
          "tmpl",
          "template",
          "md",
          "conf",
          "license",
          "sum",
          "md5",
          "sha256");

  private static final List<String> SQL_LIKE =
      List.of(
          "sq", "sqll", "ssql", "slq", "qsl", "psql", "pgsql", "plsql", "tsql", "ddl", "dml",
          "sql.txt");

  /** Words of other tools for a direction. */
  private static final Map<String, String> DIRECTIONS =
      Map.of("do", ".up", "undo", ".down", "rollback", ".down", "revert", ".down");

  /** Compiled only for names that are not pairs or Flyway's. */
  private static final class Patterns {
    /** What a file manager or a browser adds to the name of a copy. */
    static final Pattern COPY =
        Pattern.compile(
            "(?i)(?:(?: - copy| copy)(?: ?\\(\\d+\\))?| ?\\(\\d+\\))(?=(?:\\.[^.]+)?$)");

    /** A version that is a date, with dashes or underscores in it, and perhaps a time. */
    static final Pattern DATE =
        Pattern.compile("^(\\d{4})[-_](0\\d|1[0-2])[-_]([0-2]\\d|3[01])(?:[-_T](\\d{6}))?(?!\\d)");
  }

  /** Reads a name. */
  static MigrationFileName of(String name, FlywayFileName flyway) {
    return exact(name, flyway).orElseGet(() -> inexact(name, false, flyway));
  }

  /** Reads the name of a file next to single files, after whose names the right one is modeled. */
  static MigrationFileName amongSingleFiles(String name, FlywayFileName flyway) {
    return exact(name, flyway).orElseGet(() -> inexact(name, true, flyway));
  }

  /** The name in pairs that a single file would have. */
  static String asPair(String name, FlywayFileName flyway) {
    return renamedPair(name.substring(0, name.length() - ".sql".length()), false, flyway);
  }

  private static Optional<MigrationFileName> exact(String name, FlywayFileName flyway) {
    return flyway
        .parse(name)
        .map(MigrationFileName::migration)
        .or(
            () ->
                name.endsWith(".sql") && FlywayFileName.digits(name, 0) > 0
                    ? pair(name).or(() -> singleFile(name))
                    : Optional.empty());
  }

  // ---- exact names

  /** {@code <version>_<name>[.<dialect>][.autocommit].{up,down}.sql} */
  private static Optional<MigrationFileName> pair(String name) {
    boolean up = name.endsWith(".up.sql");
    int digits = FlywayFileName.digits(name, 0);
    if ((!up && !name.endsWith(".down.sql")) || digits == 0 || name.charAt(digits) != '_') {
      return Optional.empty();
    }
    String direction = up ? ".up.sql" : ".down.sql";
    String rest =
        name.substring(digits + 1, Math.max(digits + 1, name.length() - direction.length()));
    boolean autocommit = rest.endsWith("." + AUTOCOMMIT);
    rest = autocommit ? rest.substring(0, rest.length() - AUTOCOMMIT.length() - 1) : rest;
    int dot = rest.lastIndexOf('.');
    Optional<DatabaseDriver> dialect = Optional.empty();
    if (dot >= 0) {
      String segment = rest.substring(dot + 1);
      dialect = Drivers.byName(segment);
      boolean other = OTHER_DATABASES.contains(segment);
      if (dialect.isPresent() || other) {
        rest = rest.substring(0, dot);
      }
      // What stands for the database or autocommit, and not exactly so, is no description.
      String last = rest.substring(rest.lastIndexOf('.') + 1);
      if ((rest.indexOf('.') >= 0 && reserved(last))
          || rest.contains("." + AUTOCOMMIT + ".")
          || rest.endsWith(".")) {
        return Optional.empty();
      }
      if (other && !rest.isEmpty()) {
        return Optional.of(
            new MigrationFileName(Category.OTHER_DATABASE, segment, Optional.empty()));
      }
    }
    if (rest.isEmpty() || rest.startsWith(".")) {
      return Optional.empty();
    }
    return Optional.of(
        migration(
            new NameParts(
                up ? MigrationKind.UP : MigrationKind.DOWN,
                Optional.of(MigrationVersion.of(name.substring(0, digits))),
                rest,
                dialect,
                autocommit,
                MigrationFormat.PAIRS)));
  }

  /** {@code <version>_<name>.sql} or {@code <version>.sql} */
  private static Optional<MigrationFileName> singleFile(String name) {
    String stem = name.substring(0, name.length() - ".sql".length());
    int digits = FlywayFileName.digits(stem, 0);
    boolean named = digits < stem.length() && stem.charAt(digits) == '_';
    String description = named ? stem.substring(digits + 1) : "";
    String last = description.substring(description.lastIndexOf('.') + 1);
    if (digits == 0
        || (!named && digits < stem.length())
        || (named && description.isEmpty())
        // What stands for a direction, the database, or autocommit is no description.
        || (last.length() < description.length()
            && (reserved(last) || !direction(last).isEmpty() || last.isEmpty()))
        || Patterns.COPY.matcher(stem).find()
        || startsWithDate(stem)) {
      return Optional.empty();
    }
    return Optional.of(
        new MigrationFileName(
            Category.SINGLE_FILE,
            "",
            Optional.of(
                new NameParts(
                    MigrationKind.UP,
                    Optional.of(MigrationVersion.of(stem.substring(0, digits))),
                    description,
                    Optional.empty(),
                    false,
                    MigrationFormat.PLAIN))));
  }

  /** Whether a version is a date with separators, of which other tools read only the year. */
  private static boolean startsWithDate(String stem) {
    return stem.length() > 4
        && "-_".indexOf(stem.charAt(4)) >= 0
        && Patterns.DATE.matcher(stem).find();
  }

  private static MigrationFileName migration(NameParts parts) {
    return new MigrationFileName(Category.MIGRATION, "", Optional.of(parts));
  }

  // ---- almost exact names

  /** Whether a last segment is no description: it is, or almost is, a word with a meaning. */
  private static boolean reserved(String segment) {
    String lower = segment.toLowerCase(Locale.ROOT);
    return meaning(lower).isPresent() || lower.equals("up") || lower.equals("down");
  }

  /** The database or `autocommit` that this segment is, in any case, or is one letter away from. */
  private static Optional<String> meaning(String lower) {
    if (Drivers.byName(lower).isPresent() || OTHER_DATABASES.contains(lower)) {
      return Optional.of(lower);
    }
    // A version of a database, such as mysql8.
    int letters = lower.length();
    while (letters > 0 && Character.isDigit(lower.charAt(letters - 1))) {
      letters--;
    }
    String unnumbered = lower.substring(0, letters);
    if (Drivers.byName(unnumbered).isPresent()) {
      return Optional.of(unnumbered);
    }
    for (DatabaseDriver driver : Drivers.all()) {
      if (driver.confusedNames().contains(lower)) {
        return Optional.of(driver.name());
      }
    }
    return Stream.concat(
            Stream.concat(
                Drivers.all().stream().map(DatabaseDriver::name),
                Drivers.all().stream().flatMap(each -> each.aliases().stream())),
            Stream.concat(CONFUSABLE.stream(), Stream.of(AUTOCOMMIT)))
        // Two or three letters are one letter away from too many words.
        .filter(each -> each.length() > 3 && Suggestions.editDistance(each, lower) <= 1)
        .findFirst();
  }

  private static MigrationFileName inexact(String written, boolean single, FlywayFileName flyway) {
    String original = Patterns.COPY.matcher(written.strip()).replaceAll("");
    if (!original.equals(written) && exact(original, flyway).isPresent()) {
      return of(
          Category.MISNAMED,
          "rename it to "
              + original
              + (original.equals(written.strip()) ? "" : ", or remove it if it is a copy"));
    }
    String name = flyway.withStandardParts(original);
    String lower = name.toLowerCase(Locale.ROOT);
    String extension = lower.substring(lower.lastIndexOf('.') + 1);
    if (NOT_RUN.contains(extension) || lower.endsWith("~") || lower.startsWith("#")) {
      return of(Category.OTHER, "");
    }
    if (COMPRESSED.contains(extension)) {
      String unpacked = original.substring(0, original.lastIndexOf('.'));
      return exact(unpacked, flyway).isPresent()
          ? of(
              Category.MISNAMED, "Slipway does not read compressed files; unpack it to " + unpacked)
          : of(Category.OTHER, "");
    }
    boolean sql = extension.equals("sql") && lower.length() > 4;
    boolean directed = lower.matches(".*\\.(?:up|down)(?:\\.[^.]+)?");
    boolean counted =
        lower.matches("\\d+(?:[-_. ].*)?") || (directed && lower.matches("[-_ ]+\\d+[-_. ].*"));
    boolean prefixed =
        lower.matches("[vub]\\d.*|[vub][-_. ]+\\d+(?:[._]\\d+)*__.*|[vubr]__.*|r_.*");
    if (!counted && !prefixed) {
      return sql ? withoutVersion(name, directed) : of(Category.OTHER, "");
    }
    boolean program =
        CODE.contains(extension) && lower.matches("\\d+(?:\\.\\d+)*[-_ ].*|[vub]\\d.*|r__.*");
    boolean changelog =
        CHANGELOGS.contains(extension)
            && !directed
            && lower.matches("\\d+(?:\\.\\d+)*[-_ ].*|(?:[vub]\\d+(?:[._]\\d+)*|r)__.*");
    if (program || changelog) {
      return lower.matches(".*(?:_test\\.[a-z]+|[._](?:test|spec|d)\\.[mc]?[jt]sx?)")
          ? of(Category.OTHER, "")
          : of(Category.CODE, notSql(name, extension, single, flyway));
    }
    boolean like = SQL_LIKE.stream().anyMatch(each -> lower.endsWith("." + each));
    boolean bare = lower.matches("(?:[vub]\\d+(?:[._]\\d+)*|r)__[^.]+");
    if (!sql && !like && !bare && !(counted && directed)) {
      return of(Category.OTHER, "");
    }
    if (!sql && !like && !bare && !Set.of("up", "down", "txt").contains(extension)) {
      return of(Category.MISNAMED, notSql(name, extension, single, flyway));
    }
    boolean ends = bare || extension.equals("up") || extension.equals("down");
    String right = renamed(name, ends ? "" : extension, single, flyway);
    return of(
        Category.MISNAMED,
        right.isEmpty()
            ? "the name is not exactly a migration's; name it " + patterns()
            : "rename it to " + right);
  }

  private static String notSql(
      String name, String extension, boolean single, FlywayFileName flyway) {
    String right = renamed(name, extension, single, flyway);
    return "Slipway runs SQL alone, not ."
        + extension
        + " files; write it as SQL"
        + (right.isEmpty() ? "" : " under the name " + right);
  }

  private static MigrationFileName of(Category verdict, String text) {
    return new MigrationFileName(verdict, text, Optional.empty());
  }

  private static MigrationFileName withoutVersion(String name, boolean directed) {
    String stem = name.substring(0, name.length() - ".sql".length());
    if (stem.matches("(?:(?:before|after)[A-Z]\\w*?|createSchema)(?:__.*)?")) {
      return of(
          Category.MISNAMED,
          "Flyway's callbacks are not run by Slipway, as what they do would "
              + "be in no history; make it a repeatable migration, R__"
              + stem
              + ".sql, or a step of your pipeline");
    }
    return directed
        ? of(Category.MISNAMED, "the version is missing; name it <version>_" + name)
        : of(Category.NO_VERSION, "");
  }

  /** The exact name that is meant; empty where nothing sensible is. */
  private static String renamed(
      String name, String extension, boolean single, FlywayFileName flyway) {
    String stem =
        extension.isEmpty() ? name : name.substring(0, name.length() - extension.length() - 1);
    if (stem.toLowerCase(Locale.ROOT).endsWith(".sql")) {
      stem = stem.substring(0, stem.length() - ".sql".length());
    }
    char first = Character.toLowerCase(stem.charAt(0));
    String rest = withoutSeparators(stem.substring(1));
    if (Character.isLetter(first)) {
      String lower = stem.toLowerCase(Locale.ROOT);
      boolean down = lower.endsWith(".down");
      // V2__b.down.sql would be applied, as it begins with V.
      boolean pair = (first == 'v' && (down || lower.endsWith(".up"))) || (first == 'u' && down);
      return pair ? renamedPair(rest, single, flyway) : renamedFlyway(first, rest, flyway);
    }
    return renamedPair(withoutSeparators(stem), single, flyway);
  }

  private static String renamedFlyway(char first, String rest, FlywayFileName flyway) {
    int end = first == 'r' ? 0 : FlywayFileName.version(rest, 0);
    String description = withoutSeparators(rest.substring(end));
    if (first == 'r' ? description.isEmpty() : end == 0) {
      return "";
    }
    MigrationKind kind =
        switch (first) {
          case 'u' -> MigrationKind.DOWN;
          case 'b' -> MigrationKind.BASELINE;
          case 'r' -> MigrationKind.REPEATABLE;
          default -> MigrationKind.UP;
        };
    return flyway.of(kind, rest.substring(0, end), description);
  }

  private static String renamedPair(String stem, boolean single, FlywayFileName flyway) {
    String dated = Patterns.DATE.matcher(stem).replaceFirst("$1$2$3$4");
    String version = dated.replaceFirst("^(\\d+(?:\\.\\d+)*).*", "$1");
    String rest = dated.substring(version.length()).replaceFirst("^[-_ ]+", "");
    String direction = "";
    String dialect = "";
    boolean autocommit = false;
    while (rest.indexOf('.') >= 0) {
      String last = rest.substring(rest.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      Optional<String> meaning = meaning(last);
      if (!direction(last).isEmpty()) {
        if (!direction.isEmpty()) {
          return "";
        }
        direction = direction(last);
      } else if (meaning.filter(AUTOCOMMIT::equals).isPresent()) {
        autocommit = true;
      } else if (meaning.isPresent()) {
        if (!dialect.isEmpty()) {
          return "";
        }
        dialect = "." + meaning.get();
      } else {
        break;
      }
      rest = rest.substring(0, rest.lastIndexOf('.'));
    }
    if (direction.isEmpty() && rest.matches("(?i)(?:.*[-_ ])?(?:up|down)")) {
      int end = Math.max(0, rest.length() - (rest.toLowerCase(Locale.ROOT).endsWith("up") ? 2 : 4));
      direction = "." + rest.substring(end).toLowerCase(Locale.ROOT);
      rest = rest.substring(0, end);
    }
    String name = withoutSeparators(rest).replaceFirst("[-_. ]+$", "");
    name = name.isEmpty() ? "<name>" : name;
    if (version.indexOf('.') >= 0) {
      // Flyway's versions alone have dots, and its names say neither a database nor autocommit.
      return dialect.isEmpty() && !autocommit
          ? suggestion(
              direction,
              flyway.of(MigrationKind.UP, version, name),
              flyway.of(MigrationKind.DOWN, version, name))
          : "";
    }
    String start = version + "_" + name + dialect + (autocommit ? "." + AUTOCOMMIT : "");
    return single && direction.isEmpty()
        ? start + ".sql"
        : suggestion(direction, start + ".up.sql", start + ".down.sql");
  }

  private static String suggestion(String direction, String up, String down) {
    return switch (direction) {
      case ".up" -> up;
      case ".down" -> down;
      default -> up + ", or " + down + " if it reverts the migration";
    };
  }

  /** The direction that a segment is, or is one letter away from; empty for another word. */
  private static String direction(String segment) {
    return Suggestions.editDistance(segment, "up") <= 1
        ? ".up"
        : Suggestions.editDistance(segment, "down") <= 1
            ? ".down"
            : DIRECTIONS.getOrDefault(segment, "");
  }

  private static String withoutSeparators(String text) {
    int at = 0;
    while (at < text.length() && "_-. ".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return text.substring(at);
  }

  /** The database that the last segment of a description names, as far as it names one. */
  static Optional<String> database(String description) {
    String last = description.substring(description.lastIndexOf('.') + 1);
    return last.length() == description.length()
        ? Optional.empty()
        : OTHER_DATABASES.contains(last)
            ? Optional.of(last)
            : Drivers.byName(last).map(DatabaseDriver::name);
  }
}
