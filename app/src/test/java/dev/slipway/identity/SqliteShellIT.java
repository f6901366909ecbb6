package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.testing.Command;
import dev.slipway.testing.ServeProcess;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell sqlite3, also versions before 3.45 such as Debian 12's, works on the server's file. */
@Timeout(60)
class SqliteShellIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String IDENTITY =
      "INSERT INTO identities (id, schema_id, traits, created_at, updated_at) VALUES"
          + " ('01890000-0000-7000-8000-000000000001', 'default', '{\"email\":\"b@example.com\"}',"
          + " '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z');";

  @TempDir private Path folder;

  @Test
  void restoresADumpAndWritesTheFile() throws Exception {
    assumeTrue(isInstalled(), "needs the program sqlite3");
    Path file = folder.resolve("app.db");
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", "sqlite://" + file + "?_fk=true"), "--migrate")) {
      serve.awaitReadiness(200, SOON);
      for (String json :
          List.of(
              "{\"traits\":{\"email\":\"a@example.com\"},\"credentials\":{\"password\":"
                  + "{\"config\":{\"password\":\"correct horse battery\"}}}}",
              "{\"traits\":{\"email\":\"c@example.com\"},\"metadata_admin\":{\"a\":[1]}}")) {
        assertEquals(201, serve.post("/admin/identities", json).statusCode());
      }
      serve.terminate();
      assertEquals(0, serve.exitCode(SOON), serve::said);
    }
    Path restored = folder.resolve("restored.db");
    String dump = shell(file, ".dump");
    Command.of("sqlite3", "-bail", restored.toString()).input(dump).output();
    assertEquals(dump, shell(restored, ".dump"));
    for (Path each : List.of(file, restored)) {
      assertEquals("2", shell(each, "SELECT count(*) FROM identities").strip());
      shell(each, IDENTITY);
      shell(each, "UPDATE identities SET metadata_public = '{\"b\":2}', state = 'inactive'");
      shell(each, "UPDATE identities SET metadata_public = NULL, metadata_admin = NULL");
      assertEquals("ok", shell(each, "PRAGMA integrity_check").strip());
      assertEquals("", shell(each, "PRAGMA foreign_key_check").strip());
    }
  }

  private static String shell(Path file, String command) {
    return Command.of("sqlite3", "-bail", file.toString(), command).output();
  }

  private static boolean isInstalled() {
    try {
      return Command.of("sqlite3", "--version").run().succeeded();
    } catch (UncheckedIOException e) {
      return false;
    }
  }
}
