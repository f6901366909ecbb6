package dev.slipway.driver;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.PENDING;
import static dev.slipway.error.ExitCode.USAGE;

import dev.slipway.driver.sqlite.SqliteDriver;
import dev.slipway.dsn.Dsn;
import dev.slipway.testing.Ran;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands know no database by its name: SQLite under another scheme is a fifth database, which
 * its own service file adds. The commands run in processes whose class path has that file.
 */
@Timeout(120)
class FifthDatabaseIT {
  /** SQLite under another scheme. */
  public static final class LiteDriver extends SqliteDriver {
    @Override
    public String name() {
      return "lite";
    }

    @Override
    public List<String> aliases() {
      return List.of("litedb");
    }

    @Override
    public String productName() {
      return "Lite";
    }

    @Override
    public List<String> shorthands() {
      return List.of();
    }

    @Override
    public Optional<Dsn> parseShorthand(String text) {
      return Optional.empty();
    }

    @Override
    public Optional<String> jdbcPrefix() {
      return Optional.empty();
    }
  }

  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    Path services = Files.createDirectories(folder.resolve("classes/META-INF/services"));
    Files.writeString(
        services.resolve(DatabaseDriver.class.getName()), LiteDriver.class.getName() + "\n");
    Files.createDirectories(folder.resolve("m"));
    file("1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY)");
    file("1_a.down.sql", "DROP TABLE a");
    // Only the fifth database has this migration.
    file("2_b.lite.up.sql", "CREATE TABLE b (id INTEGER PRIMARY KEY)");
    file("2_b.lite.down.sql", "DROP TABLE b");
    file("2_b.sqlite3.up.sql", "this is no SQL");
  }

  private void file(String name, String sql) throws IOException {
    Files.writeString(folder.resolve("m").resolve(name), sql + ";\n");
  }

  private Ran slipway(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                folder.resolve("classes")
                    + File.pathSeparator
                    + System.getProperty("java.class.path"),
                "dev.slipway.Main"));
    command.addAll(Arrays.asList(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    int code = builder.start().waitFor();
    return new Ran(
        String.join(" ", arguments),
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private Ran migrate(String command, String... more) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("migrate", "sql", command));
    words.addAll(Arrays.asList(more));
    words.addAll(List.of("--path", folder.resolve("m").toString()));
    if (!command.equals("lint")) {
      words.add("lite://" + folder.resolve("fifth.db"));
    }
    return slipway(words.toArray(String[]::new));
  }

  @Test
  void everyCommandRunsOnAFifthDatabase() throws IOException, InterruptedException {
    migrate("status", "--exit-code").exits(PENDING);
    migrate("up", "--yes").exits(DONE);
    migrate("status", "--exit-code").exits(DONE).answersWith("1", "a", "2", "b", "Applied");
    migrate("verify").exits(DONE);
    migrate("lint", "--dialect", "lite").exits(DONE);
    migrate("test").exits(DONE);
    migrate("down", "--yes", "--steps", "1").exits(DONE);
    migrate("status", "--exit-code").exits(PENDING);
  }

  @Test
  void aFifthDatabaseHasItsLintRulesAndItsErrors() throws IOException, InterruptedException {
    file("3_c.lite.up.sql", "ALTER TABLE a ALTER COLUMN id TYPE text");
    file("3_c.lite.down.sql", "SELECT 1");
    migrate("lint", "--dialect", "litedb").exits(USAGE).answersWith("sqlite-alter");
    slipway("migrate", "sql", "status", "lites://x")
        .exits(USAGE)
        .tells("unknown DSN scheme lites://");
  }
}
