package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server;
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
class FilesIT extends RealProcesses {

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
    file("2_x.up.sql~", "nonsense");
    file("tools.go", "nonsense");
    file("scripts/2026_cleanup.sh", "nonsense");
    up().exits(DONE).never("2_x", "tools.go", "cleanup");
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void namesTheSqlFilesThatItPassesOver() {
    tables("1");
    file("schema.sql", "nonsense");
    file("seeds/users.sql", "nonsense");
    file("2_b.oracle.up.sql", "nonsense");
    file("2_b.mssql.up.sql", "nonsense");
    up().exits(DONE)
        .tells(
            "the name has no version: schema.sql, seeds/users.sql",
            "does not support oracle: 2_b.oracle.up.sql",
            "does not support mssql: 2_b.mssql.up.sql");
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void takesDotsInDescriptions() {
    file("0001_1.6.0_schema.up.sql", "CREATE TABLE a (id INT);");
    file("0001_1.6.0_schema.down.sql", "DROP TABLE a;");
    file("0002_rename_v6.0." + database.dialect() + ".up.sql", "CREATE TABLE b (id INT);");
    file("0003_x.sql.up.sql", "CREATE TABLE c (id INT);");
    up().exits(DONE)
        .tells("applied 0001_1.6.0_schema", "applied 0002_rename_v6.0", "applied 0003_x.sql");
    assertEquals(
        List.of("1.6.0 schema", "rename v6.0", "x.sql"),
        database.query(
            "SELECT description FROM " + HISTORY + " WHERE installed_rank > 0 ORDER BY 1"));
    up().exits(DONE);
    assertEquals(List.of("0001 ok", "0002 ok", "0003 ok"), history());
    status("--exit-code").exits(DONE).answersWith("1.6.0_schema");
  }

  @Test
  void namesEveryFileThatIsAlmostAMigration() {
    tables("1");
    file("2_b.up.SQL", "SELECT 1;");
    file("V3_c.sql", "SELECT 1;");
    file("sub/v4__d.sql", "SELECT 1;");
    file("0005_e.go", "package migrations");
    file("6_f.posgres.up.sql", "SELECT 1;");
    Ran ran =
        up().exits(USAGE)
            .tells(
                "5 files cannot be used as migrations",
                "2_b.up.SQL: rename it to 2_b.up.sql",
                "V3_c.sql: rename it to V3__c.sql",
                "v4__d.sql: rename it to V4__d.sql",
                "0005_e.go: Slipway runs SQL alone",
                "6_f.posgres.up.sql: rename it to 6_f.postgres.up.sql",
                "--exclude GLOB");
    assertEquals(ran.err(), up().err());
    for (String command : List.of("status", "repair", "adopt", "test", "verify")) {
      slipway().run(words(command)).exits(USAGE).tells("5 files cannot be used as migrations");
    }
    slipway()
        .run(words("lint"))
        .exits(USAGE)
        .answersWith("2_b.up.SQL", "V3_c.sql", "v4__d.sql", "0005_e.go", "6_f.posgres.up.sql");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void namesProgramsBesideAFileThatIsAlmostAMigration() {
    file("2_b.up.SQL", "SELECT 1;");
    file("3_c.rs", "fn main() {}");
    file("4_d.json", "{}");
    up().exits(USAGE)
        .tells("3 files cannot be used as migrations", "not .rs files", "not .json files");
  }

  @Test
  void leavesOutWhatItIsTold() {
    tables("1", "3");
    file("2_b.up.SQL", "nonsense");
    file("0005_e.go", "nonsense");
    file("archive/0_old.up.sql", "nonsense");
    String[] exclude = {
      "--exclude", "*.SQL", "--exclude", "*.go", "--exclude", "archive", "--exclude", "3_*"
    };
    up(exclude)
        .exits(DONE)
        .tells(
            "excluded by --exclude (migrate.exclude): 0005_e.go, 2_b.up.SQL, 3_table.down.sql, "
                + "3_table.up.sql, archive/");
    assertEquals(List.of("1 ok"), history());
    status(exclude).exits(DONE);
    slipway().with("MIGRATE_EXCLUDE", "*.SQL, *.go,archive").run(words("up", "--yes")).exits(DONE);
    assertEquals(List.of("1 ok", "3 ok"), history());
    slipway().run(words("lint", exclude)).exits(DONE).tells("excluded by --exclude");
  }

  @Test
  void warnsOfAPatternThatMatchesNothing() {
    tables("1");
    up("--exclude", "*.go").exits(DONE).tells("warning: --exclude *.go matches no file");
    up("--exclude", "[").exits(USAGE).tells("'[' from the flag --exclude does not fit");
  }

  /** Otherwise the run would wait for the other end of the pipe, whatever signal it got. */
  @Test
  void refusesANamedPipe(@TempDir Path elsewhere) throws Exception {
    tables("1");
    Path pipe = elsewhere.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Files.createSymbolicLink(folder.resolve("9_x.up.sql"), pipe);
    up().exits(USAGE).tells("9_x.up.sql is not a regular file", "--exclude");
    slipway().run(words("lint")).exits(USAGE).answersWith("is not a regular file");
    up("--exclude", "9_*").exits(DONE);
    remove("9_x.up.sql");
    file("V2__x.sql", "SELECT 1;");
    Files.createSymbolicLink(folder.resolve("V2__x.sql.conf"), pipe);
    up().exits(USAGE).tells("V2__x.sql.conf is not a regular file");
    slipway()
        .run("migrate", "sql", "up", "-e", "--yes", "--path", pipe.toString())
        .exits(USAGE)
        .tells("is a file, not a folder");
  }

  /** Flyway applies them to every database, so a row of theirs must keep its file. */
  @Test
  void aNameOfFlywaysSaysNoDatabase() {
    String other = database.family() == Family.MYSQL ? "postgresql" : "mysql";
    file("V1__a." + other + ".sql", "CREATE TABLE a (id INT);");
    file("V2__b." + database.dialect() + ".sql", "CREATE TABLE b (id INT);");
    up().exits(DONE)
        .tells(
            "warning: for "
                + database.dialect()
                + " too, because a name of Flyway's "
                + "says no database (use one folder for each): V1__a."
                + other
                + ".sql\n");
    assertEquals(List.of("1 ok", "2 ok"), history());
    file("V2__b." + other + ".sql", "CREATE TABLE b (id INT);");
    up().exits(USAGE).tells("two files are version 2", "says no database");
  }

  /** Docker makes a folder where the file to be mounted does not exist. */
  @Test
  void refusesAFolderWithTheNameOfAMigration() throws IOException {
    tables("1");
    Files.createDirectory(folder.resolve("2_b.up.sql"));
    up().exits(USAGE).tells("2_b.up.sql is a folder");
    assertEquals(List.of(), database.tables());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- +goose Down",
        "--  +goose Down ",
        "-- migrate:down",
        "--\tmigrate:down transaction:false",
        "-- +migrate Down",
        "-- +migrate Down notransaction",
        "-- +GOOSE DOWN",
        "  -- +goose down",
        "--+goose Down",
        "\t-- Migrate:Down",
        "-- +migrate down",
        "---- create above / drop below ----",
        "---- CREATE ABOVE / DROP BELOW ----",
        "-- //@UNDO",
        "--//@UNDO",
        " -- // @undo the table",
        "-- Down Migration",
        "  --- down migration ---",
        "-- +micrate Down",
        "-- rambler down",
        "-- ==== DOWN ====",
        "-- !Downs",
        "# --- !Downs"
      })
  void refusesTheDownMarkersOfOtherTools(String marker) {
    tables("1");
    file("2_both.up.sql", "CREATE TABLE both_ways (id INT);", marker, "DROP TABLE both_ways;");
    up().exits(USAGE).tells("2_both.up.sql:2: `" + marker.strip(), "both directions");
    slipway().run(words("lint")).exits(USAGE).answersWith("both directions");
    assertEquals(List.of(), database.tables());
  }

  /** Only with the other word above it: alone, the word is part of many comments. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- Up, -- Down",
        "--------\n-- UP\n--------, -- DOWN --",
        "-- @up, -- @down",
        "-- migrate up, -- migrate down",
        "-- migration: up, -- migration: down"
      })
  void refusesBareMarkersOfBothDirections(String markers) {
    String[] marker = markers.split(", ");
    file(
        "1_both.up.sql",
        marker[0],
        "CREATE TABLE both_ways (id INT);",
        marker[1],
        "DROP TABLE both_ways;");
    up().exits(USAGE).tells("1_both.up.sql:", "`" + marker[1] + "`", "both directions");
    file("1_both.up.sql", "CREATE TABLE both_ways (id INT);", marker[1]);
    up().exits(DONE);
  }

  /** Tern splits the file wherever the text is. */
  @Test
  void refusesTernsMarkerBehindAStatement() {
    tables("1");
    file("2_both.up.sql", "SELECT 1; ---- create above / drop below ----", "SELECT 2;");
    up().exits(USAGE).tells("2_both.up.sql:1", "tern");
  }

  @Test
  void takesAMarkerInTheBodyOfAFunction() {
    only(Family.POSTGRES);
    file(
        "1_body.up.sql",
        "CREATE FUNCTION one() RETURNS INT LANGUAGE plpgsql AS $$ BEGIN",
        "-- Down Migration",
        "-- //@UNDO",
        "RETURN 1; END $$;");
    up().exits(DONE);
  }

  @Test
  void refusesADownMarkerInFlywaysFilesToo() {
    file(
        "V1__both.sql",
        "CREATE TABLE both_ways (id INT);",
        "-- +goose Down",
        "DROP TABLE both_ways;");
    up().exits(USAGE).tells("V1__both.sql:2", "U<version>__<name>.sql");
    remove("V1__both.sql");
    file("R__both.sql", "SELECT 1;", "-- migrate:down", "SELECT 2;");
    up().exits(USAGE).tells("R__both.sql:2");
  }

  /** For the other tools, too, only a whole line is a marker; a marker within a string is text. */
  @Test
  void takesWhatOnlyLooksLikeADownMarker() {
    file(
        "1_text.up.sql",
        "CREATE TABLE notes (word VARCHAR(100));",
        "INSERT INTO notes VALUES ('",
        "-- +goose Down",
        "');",
        "INSERT INTO notes VALUES ('",
        "---- create above / drop below ----",
        "-- Down Migration",
        "--//@UNDO",
        "');",
        "-- down migration is in the other file",
        "-- Down migration: 1_text.down.sql",
        "-- undo: see @UNDO",
        "-- rambler down the hill",
        "-- scale down",
        "/* -- //@UNDO */",
        "-- see the file of migrate:down",
        "-- +goose Up",
        "SELECT 1; -- +goose Down",
        "/*",
        "-- migrate:down",
        "*/");
    file("1_text.down.sql", "-- +goose Down", "DROP TABLE notes;");
    up().exits(DONE);
    assertEquals(List.of("1 ok"), history());
    down("--steps", "1").exits(DONE);
  }

  /** Its changes are made: who would edit it now changes its checksum. */
  @Test
  void takesAnAppliedFileWithADownMarker() {
    file("1_both.up.sql", "CREATE TABLE both_ways (id INT);", "-- +goose Up", "SELECT 1;");
    up().exits(DONE);
    String checksum =
        database.query("SELECT checksum FROM " + HISTORY + " WHERE version = '1'").getFirst();
    file("1_both.up.sql", "CREATE TABLE both_ways (id INT);", "-- +goose Down", "SELECT 1;");
    repair().exits(DONE);
    assertNotEquals(
        checksum,
        database.query("SELECT checksum FROM " + HISTORY + " WHERE version = '1'").getFirst());
    up().exits(DONE);
    status("--exit-code").exits(DONE);
    if (server != Server.COCKROACH_STAND_IN) {
      slipway().run(words("verify")).exits(DONE);
    }
  }

  @Test
  void refusesAConfigurationWithAnotherCaseThanItsFile() {
    file("V1__apart.sql", "CREATE TABLE a (id INT);");
    file("V1__Apart.sql.conf", "executeInTransaction=false");
    up().exits(USAGE).tells("V1__Apart.sql.conf: rename it to V1__apart.sql.conf");
    remove("V1__Apart.sql.conf");
    file("V2__gone.sql.conf", "executeInTransaction=false");
    up().exits(DONE).tells("warning: no migration", "V2__gone.sql.conf");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "add_table.up.sql",
        "1.up.sql",
        "1_a.sql",
        "V1.sql.sql",
        "v1__a.sql",
        "1_a.oracel.up.sql",
        "B__base.sql",
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
