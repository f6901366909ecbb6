package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code slipway migrate sql create}: the files of a new migration. */
class CreateTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 5, 6, 7);

  @TempDir Path folder;

  private Ran create(String... words) {
    return Slipway.bare()
        .run(
            Stream.concat(
                    Stream.of("migrate", "sql", "create", "--path", folder.toString()),
                    Stream.of(words))
                .toArray(String[]::new));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void makesAPairThatCanBeRunAndPrintsIt() throws IOException {
    folder = folder.resolve("migrations");
    Ran ran = create("add_email").exits(DONE);
    assertEquals(2, files().size());
    assertTrue(files().get(0).matches("\\d{14}_add_email\\.down\\.sql"), () -> ran.out());
    assertEquals(
        files().stream().map(name -> folder.resolve(name).toString()).toList(),
        ran.out().lines().toList());
    for (String file : files()) {
      Files.writeString(folder.resolve(file), "SELECT 1;");
    }
    String[] up = {
      "migrate",
      "sql",
      "up",
      "--yes",
      "--path",
      folder.toString(),
      "sqlite://" + folder.resolve("app.sqlite")
    };
    Slipway.bare().run(up).exits(DONE).tells("_add_email");
  }

  @ParameterizedTest
  @CsvSource({
    // The folder's newest, and what comes after it.
    "9_a.up.sql, 10_new",
    "0009_a.up.sql, 0010_new",
    "20250101000000_a.up.sql, 20260304050607_new",
    "20990101000000_a.up.sql, 20990101000001_new",
    "20250101000000000000_a.mysql.up.sql, 20260304050607000000_new",
    "V9__a.sql, V10__new",
    "V1.9__a.sql, V1.10__new",
    "R__a.sql, 20260304050607_new"
  })
  void theNextVersionIsWrittenAsTheNewestIs(String newest, String next) throws IOException {
    Files.writeString(folder.resolve(newest), "SELECT 1;");
    Settings.Migrate settings =
        Settings.load(Map.of(Setting.MIGRATE_PATH, folder.toString()), Map.of(), Optional.empty())
            .migrate();
    List<Path> made = MigrationCreator.create(settings, "new", List.of(), false, NOW);
    assertTrue(
        made.stream().anyMatch(file -> file.getFileName().toString().startsWith(next)),
        made::toString);
    assertEquals(3, files().size());
  }

  @Test
  void makesAPairForEachDatabaseAndForNoTransaction() throws IOException {
    Files.writeString(folder.resolve("1_a.up.sql"), "SELECT 1;");
    create("new", "--dialect", "postgres", "--dialect", "mysql", "--autocommit").exits(DONE);
    assertEquals(
        List.of(
            "1_a.up.sql",
            "2_new.mysql.autocommit.down.sql",
            "2_new.mysql.autocommit.up.sql",
            "2_new.postgres.autocommit.down.sql",
            "2_new.postgres.autocommit.up.sql"),
        files());
  }

  /** Its version would be taken from the wrong file. */
  @Test
  void refusesAFolderWithANameThatIsAlmostAMigration() throws IOException {
    Files.writeString(folder.resolve("1_a.up.sql"), "SELECT 1;");
    Files.writeString(folder.resolve("2_b.up.SQL"), "SELECT 1;");
    create("new").exits(USAGE).tells("2_b.up.SQL: rename it to 2_b.up.sql");
    create("new", "--exclude", "*.SQL").exits(DONE);
    assertEquals(List.of("1_a.up.sql", "2_b.up.SQL", "2_new.down.sql", "2_new.up.sql"), files());
  }

  @Test
  void aNameMayHoldLettersOfAnyLanguage() throws IOException {
    Files.writeString(folder.resolve("1_a.up.sql"), "SELECT 1;");
    create("größer").exits(DONE);
    create("gro\u0308ßer_世界").exits(DONE);
    assertEquals(
        List.of(
            "1_a.up.sql",
            "2_größer.down.sql",
            "2_größer.up.sql",
            "3_gro\u0308ßer_世界.down.sql",
            "3_gro\u0308ßer_世界.up.sql"),
        files());
  }

  @Test
  void refusesWhatNoFileCanBe() throws IOException {
    create("add email").exits(USAGE).tells("a migration cannot be named `add email`");
    create("a.b").exits(USAGE).tells("a migration cannot be named `a.b`");
    create("new", "--dialect", "oracle").exits(USAGE).tells("unknown database `oracle`");
    Slipway.bare()
        .run("migrate", "sql", "create", "new")
        .exits(USAGE)
        .tells("say into which folder: --path");
    Files.writeString(folder.resolve("V1__a.sql"), "SELECT 1;");
    create("new", "--dialect", "mysql").exits(USAGE).tells("have the format flyway");
    assertEquals(List.of("V1__a.sql"), files());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1_a.sql | -- +goose Up | 2_new.sql | -- +goose NO TRANSACTION\\n-- +goose Up\\n\\n-- +goose Down\\n",
        "1_a.sql | -- migrate:up | 2_new.sql | -- migrate:up transaction:false\\n\\n-- migrate:down"
            + " transaction:false\\n",
        "1_a.sql | SELECT 1; | 2_new.sql | -- no-transaction\\n",
        "1_a/migration.sql | SELECT 1; | 2_new/migration.sql | -- no-transaction\\n",
        "1_a/up.sql | SELECT 1; | 2_new/metadata.toml | run_in_transaction = false\\n",
      })
  void createsFilesInTheFormatOfTheFolder(String name, String text, String created, String content)
      throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    create("new", "--autocommit").exits(DONE);
    assertEquals(content.replace("\\n", "\n"), Files.readString(folder.resolve(created)));
  }
}
