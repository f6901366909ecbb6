package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderFormatTest {
  private static final String GOOSE = "-- +goose Up\nCREATE TABLE a (id INT);\n";
  private static final String DBMATE = "-- migrate:up\nCREATE TABLE a (id INT);\n";
  private static final String SQL = "CREATE TABLE a (id INT);\n";

  @TempDir Path folder;
  private final Map<Setting, String> flags = new EnumMap<>(Setting.class);

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private MigrationFolders read() {
    flags.put(Setting.MIGRATE_PATH, folder.toString());
    return MigrationFolders.read(Settings.load(flags, Map.of(), Optional.empty()).migrate());
  }

  private List<String> files() {
    return read().files().stream()
        .map(file -> file.format().label() + " " + file.kind() + " " + file.script())
        .toList();
  }

  private SlipwayException rejection() {
    SlipwayException e = assertThrows(SlipwayException.class, this::read);
    assertEquals(ExitCode.USAGE, e.exitCode());
    return e;
  }

  // ---- which format

  @Test
  void aGooseFileIsTwoMigrations() throws IOException {
    write("00001_a.sql", GOOSE + "-- +goose Down\nDROP TABLE a;\n");
    write("00002_b.sql", "\n-- Copyright\n\n" + GOOSE);
    assertEquals(
        List.of("goose UP 00001_a.sql", "goose DOWN 00001_a.sql (down)", "goose UP 00002_b.sql"),
        files());
  }

  @Test
  void aDbmateFileIsTwoMigrations() throws IOException {
    write("20240101000000_a.sql", DBMATE + "-- migrate:down transaction:false\nDROP TABLE a;\n");
    assertEquals(
        List.of("dbmate UP 20240101000000_a.sql", "dbmate DOWN 20240101000000_a.sql (down)"),
        files());
    assertEquals(
        List.of(false, true), read().files().stream().map(MigrationFile::autocommit).toList());
  }

  @Test
  void aFileWithoutMarksIsPlain() throws IOException {
    write("1_a.sql", SQL);
    write("2_b.sql", "");
    write("3.sql", "-- see `-- migrate:up` of dbmate\n");
    assertEquals(List.of("plain UP 1_a.sql", "plain UP 2_b.sql", "plain UP 3.sql"), files());
  }

  @Test
  void aFolderIsAMigrationOfPrisma() throws IOException {
    write("20240101000000_init/migration.sql", SQL);
    write("0_base/migration.sql", SQL);
    write("migration_lock.toml", "provider = \"postgresql\"\n");
    assertEquals(
        List.of("prisma UP 0_base/migration.sql", "prisma UP 20240101000000_init/migration.sql"),
        files());
    assertEquals("init", read().files().getLast().name());
  }

  @Test
  void aFolderOfPrismaMayHaveADownFile() throws IOException {
    write("1_a/migration.sql", SQL);
    write("1_a/down.sql", "DROP TABLE a;");
    write("2_b/migration.sql", SQL);
    assertEquals(
        List.of(
            "prisma DOWN 1_a/down.sql",
            "prisma UP 1_a/migration.sql",
            "prisma UP 2_b/migration.sql"),
        files());
  }

  @Test
  void aFolderIsAMigrationOfDiesel() throws IOException {
    write("2024-01-02-030405_a/up.sql", SQL);
    write("2024-01-02-030405_a/down.sql", "DROP TABLE a;");
    write("00000000000000_diesel_initial_setup/up.sql", SQL);
    write("2024-01-03-000000_b/up.sql", SQL);
    write("2024-01-03-000000_b/metadata.toml", "run_in_transaction = false # an index\n");
    List<MigrationFile> files = read().files();
    assertEquals(
        List.of("00000000000000", "20240102030405", "20240102030405", "20240103000000"),
        files.stream().map(file -> file.version().orElseThrow().toString()).toList());
    assertEquals(
        List.of(false, false, false, true), files.stream().map(MigrationFile::autocommit).toList());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1_a.up.sql | 2_b.sql | pairs",
        "V1__a.sql | 2_b.sql | flyway",
        "1_a/up.sql | 2_b/migration.sql | prisma",
        "1_a/migration.sql | 2_b.sql | plain",
      })
  void aFolderThatFitsTwoFormatsIsRejected(String one, String other, String dominant)
      throws IOException {
    write(one, SQL);
    write(other, SQL);
    SlipwayException e = rejection();
    assertTrue(e.getMessage().contains("the folder fits two formats: "), e::getMessage);
    assertTrue(e.getMessage().contains(" and others are " + dominant), e::getMessage);
    assertTrue(e.hint().orElseThrow().contains("--file-format"), e.hint()::get);
  }

  @Test
  void pairsAndFlywayCountTogether() throws IOException {
    write("1_a.up.sql", SQL);
    write("V2__b.sql", SQL);
    write("3_c.sql", SQL);
    write("4_d.sql", SQL);
    SlipwayException e = rejection();
    assertTrue(e.getMessage().startsWith("2 files cannot be used"), e::getMessage);
    assertTrue(
        e.getMessage()
            .contains(
                "3_c.sql: the folder fits two formats: this file is plain, and"
                    + " others are pairs and flyway (1_a.up.sql)"),
        e::getMessage);
  }

  @Test
  void aFileOfAnotherToolIsRejected() throws IOException {
    write("1_a.sql", GOOSE);
    write("2_b.sql", GOOSE);
    write("3_c.sql", DBMATE);
    assertTrue(
        rejection().getMessage().startsWith(folder.resolve("3_c.sql") + ": the folder fits"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"-- +goose Up, goose", "-- migrate:up, dbmate"})
  void aFileWithoutTheMarksOfItsNeighborsIsRejected(String mark, String tool) throws IOException {
    write("1_a.sql", SQL);
    write("2_b.sql", SQL);
    write("3_c.sql", mark + "\n" + SQL);
    SlipwayException e = rejection();
    String problem =
        ": has no `" + mark + "`, and the other files in the folder are " + tool + "'s";
    assertTrue(e.getMessage().contains(folder.resolve("1_a.sql") + problem), e::getMessage);
    assertTrue(e.getMessage().contains(folder.resolve("2_b.sql") + problem), e::getMessage);
  }

  @Test
  void theSettingNamesTheFormat() throws IOException {
    write("1_a.sql", SQL);
    write("2_b.sql", GOOSE);
    flags.put(Setting.MIGRATE_FILE_FORMAT, "plain");
    assertEquals(List.of("plain UP 1_a.sql", "plain UP 2_b.sql"), files());
    flags.put(Setting.MIGRATE_FILE_FORMAT, "pairs");
    assertTrue(
        rejection()
            .getMessage()
            .contains(
                "1_a.sql: is in the format plain, and --file-format (migrate.file_format) says"
                    + " pairs"));
    Files.delete(folder.resolve("1_a.sql"));
    flags.put(Setting.MIGRATE_FILE_FORMAT, "goose");
    assertEquals(List.of("goose UP 2_b.sql"), files());
  }

  @Test
  void theSettingTakesTheNameOfEveryFormat() {
    assertEquals(
        "one of auto, "
            + Arrays.stream(MigrationFormat.values())
                .map(MigrationFormat::label)
                .collect(Collectors.joining(", ")),
        Setting.MIGRATE_FILE_FORMAT.range());
  }

  @Test
  void pairsAndFlywayMayBeMixed() throws IOException {
    write("1_a.up.sql", SQL);
    write("V2__b.sql", SQL);
    assertEquals(List.of("pairs UP 1_a.up.sql", "flyway UP V2__b.sql"), files());
  }

  // ---- what is wrong with a file

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "-- +goose Up\\nSELECT 1;\\n-- +goose Up\\n | :3: `-- +goose Up` is there twice",
        "-- +goose Down\\nSELECT 1;\\n | :1: `-- +goose Down` has no `-- +goose Up` above it",
        "-- +goose Up\\n-- +goose Dwon\\n | :2: goose knows no annotation `Dwon`",
        "-- +goose NO TRANSACTION\\nSELECT 1; | :2: statements above the first direction",
        "-- +goose NO TRANSACTION\\n | : has no `-- +goose Up`",
        "-- migrate:down\\nSELECT 1;\\n-- migrate:up\\n | :1: `-- migrate:down` has no `-- migrate:up`",
        "-- migrate:up\\n-- +goose Down\\n | : contains the comments of both goose and dbmate",
      })
  void aFileThatItsToolRejectsIsRejected(String text, String problem) throws IOException {
    write("1_a.sql", text.replace("\\n", "\n"));
    String message = rejection().getMessage();
    assertTrue(message.startsWith(folder.resolve("1_a.sql") + problem), message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "1_a/up.sql 2_b/README, 2_b: the folder of a migration contains none",
    "1_a/migration.sql 2_b/note.txt, 2_b: the folder of a migration contains none",
    "1_a/migration.sql init/migration.sql, init: the folder of a migration has no version",
  })
  void aFolderWithoutItsFileIsRejected(String names, String problem) throws IOException {
    for (String name : names.split(" ")) {
      write(name, SQL);
    }
    String message = rejection().getMessage();
    assertTrue(message.startsWith(folder + "/" + problem), message);
  }

  // ---- subfolders

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"1_a.up.sql 2_b.up.sql", "1_a.sql 2_b.sql", "1_a/up.sql 2_b/up.sql"})
  void aFlatFormatHasNoMigrationsInSubfolders(String names) throws IOException {
    String[] each = names.split(" ");
    write(each[0], SQL);
    write("sub/" + each[1], SQL);
    write("seeds/data.sql", SQL);
    SlipwayException e = rejection();
    assertTrue(e.getMessage().contains("/sub"), e::getMessage);
    assertTrue(e.getMessage().contains("migrations in a subfolder"), e::getMessage);
    for (String way : List.of("--recursive", "--path " + folder.resolve("sub"), "--exclude sub")) {
      assertTrue(e.hint().orElseThrow().contains(way), e.hint()::get);
    }
    flags.put(Setting.MIGRATE_RECURSIVE, "true");
    assertEquals(2, files().size());
    flags.put(Setting.MIGRATE_RECURSIVE, "false");
    flags.put(Setting.MIGRATE_EXCLUDE, "sub");
    assertEquals(1, files().size());
  }

  @Test
  void aFlatFormatIgnoresTestdata() throws IOException {
    write("1_a.up.sql", SQL);
    write("testdata/1_a.up.sql", SQL);
    write("testdata/2_b.sql", GOOSE);
    assertEquals(List.of("pairs UP 1_a.up.sql"), files());
    assertEquals(
        List.of(
            "ignored, because the folder is named testdata: testdata/1_a.up.sql, testdata/2_b.sql"),
        read().notes());
  }

  @Test
  void flywayReadsEverySubfolder() throws IOException {
    write("V1__a.sql", SQL);
    write("testdata/V2__b.sql", SQL);
    assertEquals(List.of("flyway UP V1__a.sql", "flyway UP testdata/V2__b.sql"), files());
  }

  @Test
  void migrationsInSubfoldersAloneAreNamed() throws IOException {
    write("postgres/1_a.up.sql", SQL);
    write("mysql/1_a.up.sql", SQL);
    SlipwayException e = rejection();
    assertTrue(e.getMessage().contains(folder.resolve("mysql") + ": "), e::getMessage);
    assertTrue(e.getMessage().contains(folder.resolve("postgres") + ": "), e::getMessage);
  }
}
