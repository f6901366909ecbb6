package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of folders are migrations, which are rejected, and what a run logs of the others. */
class MigrationFoldersTest {
  @TempDir Path folder;

  private void write(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "SELECT 1;");
    }
  }

  private boolean recursive;

  private Settings.Migrate settings(Map<String, String> environment) {
    return Settings.load(
            Map.of(Setting.MIGRATE_PATH, folder.toString()), environment, Optional.empty())
        .migrate();
  }

  private Settings.Migrate settings(String... excluded) {
    return settings(List.of(folder), excluded);
  }

  private Settings.Migrate settings(List<Path> folders, String... excluded) {
    return Settings.load(
            Map.of(
                Setting.MIGRATE_PATH,
                String.join("\n", folders.stream().map(Path::toString).toList()),
                Setting.MIGRATE_EXCLUDE,
                String.join("\n", excluded),
                Setting.MIGRATE_RECURSIVE,
                String.valueOf(recursive)),
            Map.of(),
            Optional.empty())
        .migrate();
  }

  private List<String> scripts(String... excluded) {
    return MigrationFolders.read(settings(excluded)).files().stream()
        .map(MigrationFile::script)
        .toList();
  }

  private SlipwayException rejection(String... excluded) {
    SlipwayException e =
        assertThrows(SlipwayException.class, () -> MigrationFolders.read(settings(excluded)));
    assertEquals(ExitCode.USAGE, e.exitCode());
    return e;
  }

  @Test
  void readsAllFoldersBelowInTheOrderOfTheirNames() throws IOException {
    write("V2__b.sql", "1_a.up.sql", "sub/deep/V3__c.sql", "R__v.sql", "README.md");
    assertEquals(List.of("1_a.up.sql", "R__v.sql", "V2__b.sql", "sub/deep/V3__c.sql"), scripts());
    assertEquals(List.of(), MigrationFolders.read(settings()).notes());
  }

  @Test
  void readsSeveralFoldersInTheirOrder() throws IOException {
    write("b/2_b.up.sql", "a/1_a.up.sql");
    assertEquals(
        List.of("2_b.up.sql", "1_a.up.sql"),
        MigrationFolders.read(settings(List.of(folder.resolve("b"), folder.resolve("a"))))
            .files()
            .stream()
            .map(MigrationFile::script)
            .toList());
  }

  @Test
  void ignoresHiddenFilesAndFolders() throws IOException {
    write("1_a.up.sql", ".2_b.up.sql", "..data/3_c.up.sql", ".git/4_d.up.sql");
    assertEquals(List.of("1_a.up.sql"), scripts());
  }

  @Test
  void ignoresTheFolderForRecoveredFiles() throws IOException {
    write("1_a.up.sql", "lost+found/2_b.up.sql", "lost+found/x/3_c.UP.sql");
    assertEquals(List.of("1_a.up.sql"), scripts());
  }

  /** Root reads every folder, so these two need another user. */
  @Test
  void ignoresUnreadableFoldersThatCannotContainMigrations() throws IOException {
    write("1_a.up.sql", "lost+found/2_b.up.sql", ".hidden/3_c.up.sql", "left/4_d.up.sql");
    makeUnreadable("lost+found", ".hidden", "left");
    assertEquals(List.of("1_a.up.sql"), scripts("left"));
  }

  @Test
  void namesTheFolderThatCannotBeRead() throws IOException {
    write("1_a.up.sql", "deep/sub/2_b.up.sql");
    makeUnreadable("deep/sub");
    assertEquals(
        "cannot read "
            + folder.resolve("deep/sub")
            + ", which may contain migrations: permission denied",
        rejection().getMessage());
  }

  private void makeUnreadable(String... names) throws IOException {
    for (String name : names) {
      Files.setPosixFilePermissions(folder.resolve(name), Set.of());
      Assumptions.assumeFalse(
          Files.isReadable(folder.resolve(name)), "this user reads every folder");
    }
  }

  @Test
  void aFolderIsReadUnderEachOfItsNames() throws IOException {
    write(".hidden/1_a.up.sql");
    assertEquals(
        1, MigrationFolders.read(settings(List.of(folder.resolve(".hidden")))).files().size());
    assertEquals(
        1,
        MigrationFolders.read(settings(List.of(folder.resolve(".hidden").resolve("."))))
            .files()
            .size());
  }

  @Test
  void logsWhatIsLeftOut() throws IOException {
    write(
        "1_a.up.sql",
        "9_x.up.sql",
        "8_x.up.sql",
        "old/1_a.up.sql",
        "2_b.oracle.up.sql",
        "1_b.oracle.up.sql",
        "3_c.mssql.up.sql",
        "seed.sql",
        "data.sql",
        "V5__b.sql.conf",
        "V4__b.sql.conf");
    assertEquals(
        List.of(
            "excluded by --exclude (migrate.exclude): 8_x.up.sql, 9_x.up.sql, old/",
            "warning: --exclude none matches no file in the folders of migrations",
            "ignored, because Slipway does not support mssql: 3_c.mssql.up.sql",
            "ignored, because Slipway does not support oracle: 1_b.oracle.up.sql, "
                + "2_b.oracle.up.sql",
            "warning: no migration with a name of Flyway's belongs to V4__b.sql.conf, "
                + "V5__b.sql.conf",
            "ignored, because the name has no version: data.sql, seed.sql"),
        MigrationFolders.read(settings("*_x.up.sql", "old", "none")).notes());
    assertEquals(List.of("1_a.up.sql"), scripts("*_x.up.sql", "old"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "2_b.up.SQL   | /2_b.up.SQL: rename it to 2_b.up.sql",
        "2_b.go       | /2_b.go: Slipway runs SQL alone, not .go files; write it as SQL under the "
            + "name 2_b.up.sql, or 2_b.down.sql if it reverts the migration",
        "2_b.up.sql/x | /2_b.up.sql is a folder, with the name of a migration",
      })
  void rejectsAlmostAMigration(String name, String message) throws IOException {
    write("1_a.up.sql", name);
    SlipwayException e = rejection();
    assertEquals(folder + message, e.getMessage());
    assertTrue(e.hint().orElseThrow().contains("--exclude"), e.hint()::toString);
    assertEquals(List.of("1_a.up.sql"), scripts("2_b*"));
  }

  @Test
  void aProgramIsAMigrationOnlyNextToMigrations() throws IOException {
    write("1_a.up.sql", "sub/2_b.go");
    assertEquals(List.of("1_a.up.sql"), scripts());
    for (String neighbor : List.of("sub/3_c.up.sql", "sub/3_c.up.SQL", "sub/3_c.oracle.up.sql")) {
      write(neighbor);
      assertTrue(rejection().getMessage().contains("2_b.go"), neighbor);
      Files.delete(folder.resolve(neighbor));
    }
  }

  @Test
  void listsEveryRejectedFile() throws IOException {
    write("1_a.up.sql", "3_c.up.SQL", "2_b.up.SQL");
    SlipwayException e = rejection();
    assertEquals(
        "2 files cannot be used as migrations:\n"
            + folder.resolve("2_b.up.SQL")
            + ": rename it to 2_b.up.sql\n"
            + folder.resolve("3_c.up.SQL")
            + ": rename it to 3_c.up.sql",
        e.getMessage());
    assertTrue(e.hint().orElseThrow().startsWith("only exact names are applied"));
    List<Path> rejected = new ArrayList<>();
    MigrationFolders rest = MigrationFolders.read(settings(), (path, _) -> rejected.add(path));
    assertEquals(List.of(folder.resolve("2_b.up.SQL"), folder.resolve("3_c.up.SQL")), rejected);
    assertEquals(1, rest.files().size());
  }

  @Test
  void rejectsAFolderWithoutAMigration() throws IOException {
    write("README.md", "schema.sql");
    SlipwayException e = rejection();
    assertEquals("there is no migration in " + folder, e.getMessage());
    write("1_a.up.SQL");
    assertTrue(rejection().getMessage().contains("rename it"));
  }

  @Test
  void rejectsAPathThatIsNoFolder() throws IOException {
    write("1_a.up.sql");
    Path file = folder.resolve("1_a.up.sql");
    assertEquals(
        "the path to migrations " + file + " is a file, not a folder",
        assertThrows(SlipwayException.class, () -> MigrationFolders.read(settings(List.of(file))))
            .getMessage());
    Path missing = folder.resolve("none");
    assertTrue(
        assertThrows(
                SlipwayException.class, () -> MigrationFolders.read(settings(List.of(missing))))
            .getMessage()
            .startsWith("cannot read the folder of migrations " + missing + ": "));
  }

  @Test
  void aFolderForANewMigrationMayBeMissingOrEmpty() throws IOException {
    Path missing = folder.resolve("none");
    assertEquals(List.of(), MigrationFolders.readForCreation(settings(List.of(missing))).files());
    assertEquals(List.of(), MigrationFolders.readForCreation(settings()).files());
    write("1_a.up.sql");
    assertEquals(1, MigrationFolders.readForCreation(settings()).files().size());
    write("2_b.up.SQL");
    assertThrows(SlipwayException.class, () -> MigrationFolders.readForCreation(settings()));
  }

  // ---- configurations of Flyway

  @Test
  void aConfigurationBelongsToItsMigration() throws IOException {
    write("V1__a.sql", "V2__b.sql");
    Files.writeString(folder.resolve("V1__a.sql.conf"), "executeInTransaction=false\n");
    assertEquals(
        List.of(true, false),
        MigrationFolders.read(settings()).files().stream().map(MigrationFile::autocommit).toList());
    assertEquals(List.of(), MigrationFolders.read(settings()).notes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1__A.sql.conf", "V1__a.SQL.conf"})
  void aConfigurationInAnotherCaseIsRejected(String name) throws IOException {
    write("V1__a.sql", name);
    assertEquals(folder.resolve(name) + ": rename it to V1__a.sql.conf", rejection().getMessage());
  }

  @Test
  void aConfigurationElsewhereBelongsToNoMigration() throws IOException {
    write("V1__a.sql", "1_a.up.sql");
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/V1__a.sql.conf"), "executeInTransaction=false\n");
    Files.writeString(folder.resolve("1_a.up.sql.conf"), "executeInTransaction=false\n");
    assertEquals(
        List.of(
            "warning: no migration with a name of Flyway's belongs to 1_a.up.sql.conf, "
                + "sub/V1__a.sql.conf"),
        MigrationFolders.read(settings()).notes());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "shouldExecute=false | `shouldExecute` is not supported: a migration runs on every database",
        "executeInTransaction=maybe | `executeInTransaction=maybe` is not a boolean",
        "encoding=latin1 | `encoding=latin1` is not supported: migrations are read as UTF-8",
        "placeholdersReplacement=false | `placeholdersReplacement` is no key of Flyway's; did you mean"
            + " placeholderReplacement?",
      })
  void aSettingOfAConfigurationThatWouldChangeWhatRunsIsRejected(String line, String problem)
      throws IOException {
    write("V1__a.sql");
    Path conf = Files.writeString(folder.resolve("V1__a.sql.conf"), line);
    assertEquals(conf + ": " + problem, rejection().getMessage());
  }

  private List<Boolean> placeholders(String replacement) {
    return MigrationFolders.read(settings(Map.of("MIGRATE_PLACEHOLDER_REPLACEMENT", replacement)))
        .files()
        .stream()
        .map(MigrationFile::placeholders)
        .toList();
  }

  @Test
  void placeholderReplacementOfAFileOverridesTheSetting() throws IOException {
    write("1_pair.up.sql", "V1__a.sql", "V2__b.SQL", "V3__c.sql");
    Files.writeString(
        folder.resolve("V1__a.sql.conf"), "encoding=utf8\nplaceholderReplacement=TRUE\n");
    Files.writeString(folder.resolve("V2__b.SQL.conf"), "placeholderReplacement = false");
    assertEquals(List.of(false, true, false, true), placeholders("true"));
    assertEquals(List.of(false, true, false, false), placeholders("false"));
  }

  // ---- Flyway's names by setting

  private static final Map<String, String> NAMES =
      Map.of(
          "MIGRATE_FLYWAY_SQL_MIGRATION_PREFIX", "M",
          "MIGRATE_FLYWAY_UNDO_SQL_MIGRATION_PREFIX", "MU",
          "MIGRATE_FLYWAY_REPEATABLE_SQL_MIGRATION_PREFIX", "REP",
          "MIGRATE_FLYWAY_BASELINE_MIGRATION_PREFIX", "BASE",
          "MIGRATE_FLYWAY_SQL_MIGRATION_SEPARATOR", "-",
          "MIGRATE_FLYWAY_SQL_MIGRATION_SUFFIXES", ".pgsql, .ddl");

  @Test
  void namesOfFlywayAreSettings() throws IOException {
    write("M1-a_b.pgsql", "M1_2-c.DDL", "MU1-a_b.ddl", "REP-view.pgsql", "BASE1-x.pgsql");
    write("3_pair.up.sql");
    Files.writeString(folder.resolve("M1-a_b.pgsql.conf"), "executeInTransaction=false");
    assertEquals(
        List.of(
            "UP 3 pair false",
            "BASELINE 1 x false",
            "UP 1 a b true",
            "UP 1.2 c false",
            "DOWN 1 a b false",
            "REPEATABLE - view false"),
        MigrationFolders.read(settings(NAMES)).files().stream()
            .map(
                file ->
                    file.kind()
                        + " "
                        + file.version().map(MigrationVersion::toString).orElse("-")
                        + " "
                        + file.description()
                        + " "
                        + file.autocommit())
            .toList());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "V2__b.sql, M2-b.pgsql",
    "M2-b.sql, M2-b.pgsql",
    "m2-b.pgsql, M2-b.pgsql",
    "M2_b.pgsql, M2-b.pgsql",
    "mu2-b.ddl, MU2-b.pgsql",
    "U2__b.sql, MU2-b.pgsql",
    "rep-view.sql, REP-view.pgsql",
    "base2-b.ddl, BASE2-b.pgsql",
    "2.1_b.sql, M2.1-b.pgsql"
  })
  void aNameThatIsAlmostOneOfTheSettingsIsRejected(String name, String right) throws IOException {
    write("M1-a.pgsql", name);
    SlipwayException e =
        assertThrows(SlipwayException.class, () -> MigrationFolders.read(settings(NAMES)));
    assertTrue(
        e.getMessage().startsWith(folder.resolve(name) + ": rename it to " + right), e::getMessage);
  }

  // ---- migrations of one database

  private List<VersionedMigration> resolved(String database) {
    return ResolvedMigrations.load(settings(), Drivers.require(database)).versioned();
  }

  @ParameterizedTest(name = "{0} for {1}")
  @CsvSource({
    "1_a.up.sql,                                   mysql,    1_a.up.sql",
    "1_a.up.sql 1_a.mysql.up.sql,                  mysql,    1_a.mysql.up.sql",
    "1_a.mysql.up.sql 1_a.up.sql,                  postgres, 1_a.up.sql",
    "1_b.mysql.up.sql 1_a.up.sql,                  mysql,    1_b.mysql.up.sql",
    "1_a.mysql.up.sql 1_z.up.sql,                  mysql,    1_a.mysql.up.sql",
    "10_b.up.sql 9_a.up.sql,                       mysql,    9_a.up.sql 10_b.up.sql",
    "1_a.mysql.up.sql 2_b.up.sql,                  sqlite3,  2_b.up.sql",
  })
  void theFileOfADatabaseTakesPrecedence(String names, String database, String expected)
      throws IOException {
    write(names.split(" "));
    assertEquals(
        expected,
        String.join(" ", resolved(database).stream().map(one -> one.up().script()).toList()));
  }

  @Test
  void aDownFileBelongsToItsVersion() throws IOException {
    write("1_a.up.sql", "1_a.down.sql", "1_a.mysql.down.sql", "2_b.up.sql", "3_c.down.sql");
    assertEquals(
        Optional.of("1_a.mysql.down.sql"),
        resolved("mysql").getFirst().down().map(MigrationFile::script));
    assertEquals(
        Optional.of("1_a.down.sql"),
        resolved("postgres").getFirst().down().map(MigrationFile::script));
    assertFalse(resolved("mysql").getLast().down().isPresent());
    assertEquals(2, resolved("mysql").size());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "'1_a.up.sql, 01_b.up.sql', version 01",
    "'1_a.down.sql, 1_b.down.sql', version 1 down",
    "'1_a.mysql.up.sql, 1_b.mysql.up.sql', version 1",
    "'R__a_b.sql, R__a b.sql', repeatable migration `a b`",
  })
  void twoFilesForOneMigrationAreRejected(String names, String what) throws IOException {
    write(names.split(", "));
    SlipwayException e = assertThrows(SlipwayException.class, () -> resolved("mysql"));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(e.getMessage().startsWith("two files are " + what + ": " + folder), e.getMessage());
    assertEquals(Optional.of("rename or remove one of them"), e.hint());
  }

  @Test
  void aNameOfFlywaysNamesNoDatabase() throws IOException {
    write("V1__a.mysql.sql", "V2__b.sql", "V3__c.postgres.sql");
    assertEquals(3, resolved("mysql").size());
    assertEquals(
        List.of(
            "warning: for mysql too, because a name of Flyway's says no database (use one folder "
                + "for each): V3__c.postgres.sql"),
        ResolvedMigrations.load(settings(), Drivers.require("mysql")).notes());
    write("V1__a.postgres.sql");
    SlipwayException e = assertThrows(SlipwayException.class, () -> resolved("mysql"));
    assertEquals(
        "rename or remove one of them; a name of Flyway's says no database (use one folder for "
            + "each)",
        e.hint().orElseThrow());
  }

  @Test
  void repeatableMigrationsAreInTheOrderOfTheirDescriptions() throws IOException {
    write("R__b.sql", "R__a.sql", "1_z.up.sql");
    assertEquals(
        List.of("R__a.sql", "R__b.sql"),
        ResolvedMigrations.load(settings(), Drivers.require("mysql")).repeatable().stream()
            .map(MigrationFile::script)
            .toList());
  }
}
