package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.slipway.testing.MountedMigrations;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Migrations mounted where a container has them, and nobody said so: surely a mistake. */
class MountIT {
  @TempDir Path migrations;
  @TempDir Path data;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(migrations.resolve("1_mounted.up.sql"), "CREATE TABLE mounted (id INT);");
  }

  private Ran up(String... more) {
    String[] words = {"migrate", "sql", "up", "--yes", "sqlite://" + data.resolve("db.sqlite")};
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return MountedMigrations.of(migrations).run(all);
  }

  @Test
  void refusesToApplyItsOwnSchemaWhereMigrationsAreMounted() {
    up().exits(USAGE).tells("/migrations", "--path");
  }

  @Test
  void appliesThemWhenTold() {
    up("--path", "/migrations").exits(DONE).answersWith("mounted");
  }

  @Test
  void appliesItsOwnSchemaWhereTheFolderIsEmpty() throws IOException {
    Files.delete(migrations.resolve("1_mounted.up.sql"));
    up().exits(DONE).never("mounted");
  }

  /** The usual folder of a service's own migrations, next to a command without a path. */
  @Test
  void refusesToApplyItsOwnSchemaNextToMigrations() throws IOException {
    Path folder = Files.createDirectories(data.resolve("migrations"));
    Files.writeString(folder.resolve("1_mine.up.sql"), "CREATE TABLE mine (id INT);");
    runInData("up", "--yes").exits(USAGE).tells("files in ./migrations", "--path ./migrations");
    runInData("status").exits(USAGE);
    assertFalse(Files.exists(data.resolve("db.sqlite")));
    runInData("up", "--yes", "--path", "migrations").exits(DONE).answersWith("mine");
  }

  @Test
  void aFolderWithoutVisibleFilesIsEmpty() throws IOException {
    Path folder = Files.createDirectories(data.resolve("migrations/lost+found"));
    Files.writeString(folder.resolveSibling(".gitkeep"), "");
    runInData("up", "--yes").exits(DONE).tells("the bundled service");
  }

  private Ran runInData(String command, String... more) {
    return Slipway.bare()
        .with("DSN", "sqlite://db.sqlite")
        .startIn(
            data,
            Stream.concat(Stream.of("migrate", "sql", command), Stream.of(more))
                .toArray(String[]::new))
        .await();
  }
}
