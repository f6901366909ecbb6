package dev.slipway.cli;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file {@code .env} in the working folder of a process. */
class EnvFileIT {
  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectory(folder.resolve("m"));
    Files.writeString(folder.resolve("m/1_a.up.sql"), "CREATE TABLE a (id INT);\n");
    Files.writeString(folder.resolve("m/1_a.down.sql"), "DROP TABLE a;\n");
    Files.writeString(folder.resolve(".env"), "DATABASE_TYPE=sqlite\nDATABASE_NAME=env.db\n");
  }

  private Ran run(Slipway slipway, String... arguments) {
    return slipway.startIn(folder, arguments).await();
  }

  @Test
  void namesTheDatabaseOfCommands() {
    run(Slipway.bare(), "migrate", "sql", "up", "--path", "m", "--yes")
        .exits(DONE)
        .says("the database is the one of DATABASE_* in .env");
    assertTrue(Files.exists(folder.resolve("env.db")));
    run(Slipway.bare(), "migrate", "sql", "verify", "--path", "m")
        .exits(DONE)
        .says("the database is the one of DATABASE_* in .env");
    run(Slipway.bare(), "database", "wait", "--timeout", "1s").exits(DONE);
  }

  @Test
  void anotherFileIsNamed() throws IOException {
    Files.writeString(folder.resolve("test.env"), "DATABASE_URL=sqlite://other.db\n");
    run(Slipway.bare(), "migrate", "sql", "up", "--path", "m", "--yes", "--env-file", "test.env")
        .exits(DONE)
        .says("the database is the one of DATABASE_URL in test.env");
    assertTrue(Files.exists(folder.resolve("other.db")));
    assertFalse(Files.exists(folder.resolve("env.db")));
  }

  @Test
  void serveAndTheImageDoNotReadIt() {
    run(Slipway.bare(), "serve").exits(USAGE).tells("no database is named");
    Slipway image = Slipway.bare().with("JDK_JAVA_OPTIONS", "-Dslipway.image=true");
    run(image, "migrate", "sql", "status", "--path", "m")
        .exits(USAGE)
        .tells("no database is named");
    run(image, "migrate", "sql", "status", "--path", "m", "--env-file", ".env")
        .exits(DONE)
        .says("the database is the one of DATABASE_* in .env");
  }
}
