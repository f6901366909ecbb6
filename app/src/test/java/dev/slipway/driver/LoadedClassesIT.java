package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Settings;
import dev.slipway.dsn.Dsn;
import dev.slipway.pool.PoolIT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command starts quickly when it loads only what it needs. */
class LoadedClassesIT {
  private static final List<String> ALL =
      List.of(
          "org.postgresql.",
          "com.mysql.",
          "org.sqlite.",
          "tools.jackson.",
          "com.zaxxer.",
          "org.yaml.",
          "org.snakeyaml.");

  @TempDir Path folder;

  /** What the process under test does. */
  static final class Connecting {
    private Connecting() {}

    public static void main(String[] arguments) {
      Settings settings = Settings.load(Map.of(), Map.of("DSN", arguments[0]), Optional.empty());
      Dsn dsn = Drivers.parse(settings.database());
      SessionOptions session =
          new SessionOptions("t", settings.migrate().ddlLockTimeout(), Duration.ZERO);
      try {
        Connections.connect(dsn, session, Duration.ZERO, _ -> {}).close();
      } catch (java.sql.SQLException | dev.slipway.error.SlipwayException e) {
        System.exit(dsn.inMemory() ? 1 : 0);
      }
    }
  }

  @Test
  void sqliteLoadsNoOtherDriverNoPoolAndNoReaderOfFiles() throws Exception {
    assertEquals(List.of("org.sqlite."), loaded("memory"));
  }

  @Test
  void postgresLoadsNoOtherDriver() throws Exception {
    assertEquals(
        List.of("org.postgresql."),
        loaded("postgres://u@127.0.0.1:" + PoolIT.closedPort() + "/d?connect_timeout=2"));
  }

  @Test
  void mysqlLoadsNoOtherDriver() throws Exception {
    assertEquals(
        List.of("com.mysql."),
        loaded("mysql://u@tcp(127.0.0.1:" + PoolIT.closedPort() + ")/d?timeout=2s"));
  }

  private List<String> loaded(String dsn) throws IOException, InterruptedException {
    Path log = folder.resolve("classes.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Connecting.class.getName(),
                dsn)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), output);
    String classes = Files.readString(log);
    assertTrue(classes.contains("dev.slipway.dsn.Dsn"), output);
    return Stream.of(ALL.toArray(String[]::new))
        .filter(each -> classes.contains("] " + each))
        .toList();
  }
}
