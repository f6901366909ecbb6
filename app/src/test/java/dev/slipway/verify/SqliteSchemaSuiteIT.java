package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import dev.slipway.verify.SchemaChanges.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model of SQLite shows, held against the text of the sqlite3 program. */
class SqliteSchemaSuiteIT {
  private static final SchemaChanges CHANGES = new SchemaChanges("sqlite");

  @Test
  void eachChangeIsNamed() throws SQLException {
    List<String> wrong = new ArrayList<>();
    try (TestDatabase base = CHANGES.create(Server.SQLITE)) {
      SchemaModel expected = SchemaChanges.model(base);
      Optional<List<String>> dump = SchemaChanges.dump(Server.SQLITE, base);
      for (Change change : CHANGES.all()) {
        CHANGES.wrong(Server.SQLITE, change, expected, dump).ifPresent(wrong::add);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void oneSchemaIsTheSameHoweverItIsRestored() throws SQLException {
    try (TestDatabase base = CHANGES.create(Server.SQLITE);
        TestDatabase again = CHANGES.create(Server.SQLITE);
        TestDatabase restored = Server.SQLITE.database()) {
      SchemaModel expected = SchemaChanges.model(base);
      assertEquals(List.of(), SchemaChanges.model(again).differences(expected));
      assumeTrue(Server.SQLITE.copy(base, restored), "sqlite3 is not installed");
      assertEquals(List.of(), SchemaChanges.model(restored).differences(expected));
    }
  }

  @Test
  void theScratchFileHasTheSettingsOfTheLiveOne(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("1_a.up.sql"), "CREATE TABLE t (a TEXT);\n");
    Files.writeString(folder.resolve("1_a.down.sql"), "DROP TABLE t;\n");
    String[] verify = {"migrate", "sql", "verify", "--path", folder.toString()};
    try (TestDatabase live = Server.SQLITE.database();
        TestDatabase given = Server.SQLITE.database()) {
      live.execute(
          "PRAGMA encoding = 'UTF-16le'",
          "PRAGMA page_size = 8192",
          "PRAGMA auto_vacuum = FULL",
          "CREATE TABLE first (a)",
          "DROP TABLE first");
      Slipway.on(live)
          .run("migrate", "sql", "up", "--yes", "--path", folder.toString())
          .exits(ExitCode.DONE);
      assertEquals(List.of("UTF-16le"), live.query("PRAGMA encoding"));
      Slipway.on(live).run(verify).exits(ExitCode.DONE);
      List<String> scratch = new ArrayList<>(List.of(verify));
      scratch.addAll(List.of("--scratch", given.dsn()));
      Slipway.on(live).run(scratch.toArray(String[]::new)).exits(ExitCode.DONE);
      live.execute("PRAGMA user_version = 3");
      Slipway.on(live)
          .run(verify)
          .exits(ExitCode.MIGRATION)
          .answersWith("database file: user version");
    }
  }
}
