package dev.slipway.migrate;

import static dev.slipway.fault.ExitCode.DONE;
import static dev.slipway.fault.ExitCode.MIGRATION;
import static dev.slipway.fault.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files count, which of them wins, and what is in them. */
class FilesIT extends EveryServer {

  @Test
  void takesBothFamiliesOfNamesInOneOrder() {
    file("1_ory.up.sql", "CREATE TABLE a (id INT);");
    file("V2__flyway.sql", "ALTER TABLE a ADD COLUMN two INT;");
    file("V2.1__flyway.sql", "ALTER TABLE a ADD COLUMN two_one INT;");
    file("000003_golang_migrate.up.sql", "ALTER TABLE a ADD COLUMN three INT;");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "2.1 ok", "000003 ok"), history());
  }

  @Test
  void takesSeveralFoldersAsOne(@TempDir Path other) throws IOException {
    tables("1", "3");
    Files.writeString(other.resolve("2_other.up.sql"), "CREATE TABLE t2 (id INT);");
    up("--path", other.toString()).exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void prefersTheFileOfTheDatabase() {
    file("1_a.up.sql", "CREATE TABLE for_all (id INT);");
    for (String dialect : List.of("sqlite3", "postgres", "mysql", "cockroach")) {
      file("1_a." + dialect + ".up.sql", "CREATE TABLE for_" + dialect + " (id INT);");
      file("2_b." + dialect + ".up.sql", "CREATE TABLE only_" + dialect + " (id INT);");
    }
    up().exits(DONE);
    assertEquals(List.of("for_" + database.dialect(), "only_" + database.dialect()), tablesMade());
  }

  @Test
  void knowsTheOtherNamesOfDatabases() {
    List<String> synonyms =
        switch (database.family()) {
          case SQLITE -> List.of("sqlite", "sqlite3");
          case POSTGRES -> List.of("postgres", "postgresql", "pg", "pgx");
          case MYSQL -> List.of("mysql");
          case COCKROACH -> List.of("cockroach", "cockroachdb", "crdb");
        };
    for (String synonym : synonyms) {
      int version = synonyms.indexOf(synonym) + 1;
      file(version + "_a." + synonym + ".up.sql", "CREATE TABLE t" + version + " (id INT);");
    }
    up().exits(DONE);
    assertEquals(synonyms.size(), history().size());
  }

  @Test
  void cockroachDoesNotTakeTheFilesOfPostgres() {
    tables("1");
    file("2_a.postgres.up.sql", "CREATE TABLE t2 (id INT);");
    up().exits(DONE);
    boolean postgres = database.family() == Family.POSTGRES;
    assertEquals(postgres ? List.of("1 ok", "2 ok") : List.of("1 ok"), history());
  }

  @Test
  void passesOverFilesThatAreNoSql() {
    tables("1");
    file("README.md", "about them");
    file("2_x.up.sql.bak", "nonsense");
    file("3_y.up.SQL", "nonsense");
    up().exits(DONE);
    assertEquals(List.of("1 ok"), history());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense.sql",
        "1.up.sql",
        "1_a.sql",
        "V1.sql.sql",
        "v1__a.sql",
        "1_a.oracle.up.sql",
        "B1__base.sql",
        "beforeMigrate.sql",
        "afterEachMigrate__x.sql"
      })
  void refusesANameThatFitsNothing(String name) {
    tables("1");
    file(name, "SELECT 1;");
    up().exits(USAGE).tells(name, "hint: ");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void refusesTwoFilesOfOneVersion() {
    tables("1");
    file("1_other.up.sql", "CREATE TABLE other (id INT);");
    up().exits(USAGE).tells("1_table.up.sql", "1_other.up.sql");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void refusesTwoFilesOfOneVersionInBothFamilies() {
    tables("1");
    file("V1__other.sql", "CREATE TABLE other (id INT);");
    up().exits(USAGE).tells("1_table.up.sql", "V1__other.sql");
  }

  @Test
  void refusesAFolderThatIsNotThere() {
    Path missing = folder.resolve("missing");
    slipway()
        .run("migrate", "sql", "up", "-e", "--yes", "--path", missing.toString())
        .exits(USAGE)
        .tells(missing.toString(), "does not exist");
  }

  @Test
  void refusesAFolderThatIsAFile() {
    Path file = file("1_a.up.sql", "SELECT 1;");
    slipway()
        .run("migrate", "sql", "up", "-e", "--yes", "--path", file.toString())
        .exits(USAGE)
        .tells(file.toString());
  }

  @Test
  void refusesAFolderThatItMayNotRead() throws IOException {
    tables("1");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("---------"));
    try {
      Assumptions.assumeFalse(Files.isReadable(folder), "a superuser may read every folder");
      up().exits(USAGE).tells(folder.toString(), "permission denied");
    } finally {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void refusesAFolderWithoutMigrations() {
    file("README.md", "nothing yet");
    up().exits(USAGE).tells(folder.toString());
  }

  @Test
  void readsWhatAConfigMapMounts() throws IOException {
    file("..2026_11_21_10_00_00.1/1_a.up.sql", "CREATE TABLE t1 (id INT);");
    file("..2026_11_21_10_00_00.1/2_b.up.sql", "CREATE TABLE t2 (id INT);");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_21_10_00_00.1"));
    Files.createSymbolicLink(folder.resolve("1_a.up.sql"), Path.of("..data/1_a.up.sql"));
    Files.createSymbolicLink(folder.resolve("2_b.up.sql"), Path.of("..data/2_b.up.sql"));
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void recordsAnEmptyFileAndOneOfCommentsAlone() throws IOException {
    Files.writeString(folder.resolve("1_empty.up.sql"), "");
    file("2_comment.up.sql", "-- nothing to do here", "/* nor here */");
    file("3_semicolons.up.sql", ";;", " ; ");
    tables("4");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok", "4 ok"), history());
  }

  @Test
  void readsAByteOrderMarkAndLinesOfWindows() throws IOException {
    Files.writeString(
        folder.resolve("1_mark.up.sql"),
        "\uFEFFCREATE TABLE a (\r\n  id INT\r\n);\r\nINSERT INTO a VALUES (1);\r\n");
    up().exits(DONE);
    assertEquals(List.of("1"), database.query("SELECT id FROM a"));
  }

  @Test
  void runsAFileOfSeveralMegabytes() {
    String row = "INSERT INTO a VALUES ('" + "x".repeat(1000) + "');";
    file("1_table.up.sql", "CREATE TABLE a (word VARCHAR(1000));");
    file("2_rows.up.sql", Collections.nCopies(3000, row).toArray(String[]::new));
    up().exits(DONE);
    assertEquals(List.of("3000"), database.query("SELECT COUNT(*) FROM a"));
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void readsUtf8() {
    file(
        "1_words.up.sql",
        "CREATE TABLE words (word VARCHAR(50));",
        "INSERT INTO words VALUES ('Grüße, 世界 🚢');");
    up().exits(DONE);
    assertEquals(List.of("Grüße, 世界 🚢"), database.query("SELECT word FROM words"));
  }

  @Test
  void refusesANulByteAndNamesItsLine() throws IOException {
    tables("1");
    Files.writeString(folder.resolve("2_nul.up.sql"), "SELECT 1;\nSELECT '\0';\n");
    up().exits(USAGE).tells("2_nul.up.sql:2", "NUL");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void refusesAnotherEncodingAndNamesItsLine() throws IOException {
    tables("1");
    Files.write(
        folder.resolve("2_latin.up.sql"),
        "SELECT 1;\nSELECT 'Grüße';\n".getBytes(StandardCharsets.ISO_8859_1));
    up().exits(USAGE).tells("2_latin.up.sql:2", "UTF-8");
    Files.write(folder.resolve("2_latin.up.sql"), "SELECT 1;".getBytes(StandardCharsets.UTF_16));
    up().exits(USAGE).tells("2_latin.up.sql", "UTF-16");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void replacesPlaceholdersInFilesNamedAsFlyways(@TempDir Path elsewhere) throws IOException {
    Path config =
        Files.writeString(
            elsewhere.resolve("slipway.yml"), "migrate:\n  placeholders:\n    word: harbour\n");
    file(
        "V1__words.sql",
        "CREATE TABLE words (word VARCHAR(50));",
        "INSERT INTO words VALUES ('${word}');");
    file(
        "2_never.up.sql",
        "INSERT INTO words VALUES ('${word}');",
        "INSERT INTO words VALUES ('${unknown}');");
    up("--config", config.toString()).exits(DONE);
    assertEquals(
        List.of("${unknown}", "${word}", "harbour"),
        database.query("SELECT word FROM words ORDER BY word"));
  }

  @Test
  void refusesAPlaceholderWithoutAValue() {
    tables("1");
    file("V2__words.sql", "SELECT 1;", "INSERT INTO t1 VALUES ('${word}');");
    up().exits(USAGE).tells("V2__words.sql:2", "${word}", "migrate.placeholders");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void honoursWhatStandsBesideAFileOfFlyway() {
    file("V1__apart.sql", "CREATE TABLE a (id INT);", "INSERT INTO nowhere VALUES (1);");
    file("V1__apart.sql.conf", "executeInTransaction=false");
    up().exits(MIGRATION);
    assertEquals(List.of("1 failed"), history());
    assertEquals(List.of("a"), tablesMade());
  }

  @Test
  void refusesWhatItDoesNotHonourBesideAFileOfFlyway() {
    file("V1__apart.sql", "CREATE TABLE a (id INT);");
    file("V1__apart.sql.conf", "shouldExecute=false");
    up().exits(USAGE).tells("V1__apart.sql.conf", "shouldExecute");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void appliesRepeatableFilesLastAndAgainWhenTheyChange() {
    file("R__words.sql", "INSERT INTO words VALUES ('first');");
    file("V1__words.sql", "CREATE TABLE words (word VARCHAR(50));");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "words ok"), history());
    up().exits(DONE);
    assertEquals(List.of("first"), database.query("SELECT word FROM words"));
    file("R__words.sql", "INSERT INTO words VALUES ('second');");
    up().exits(DONE);
    assertEquals(
        List.of("first", "second"), database.query("SELECT word FROM words ORDER BY word"));
    up().exits(DONE);
    assertEquals(2, database.query("SELECT word FROM words").size());
  }

  @Test
  void saysWhichPatternsThereAre() {
    file("nonsense.sql", "SELECT 1;");
    Ran ran = up().exits(USAGE);
    ran.tells("<version>_<name>", "V<version>__<name>.sql");
  }
}
