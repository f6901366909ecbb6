package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files that are larger than the memory of the chart's migration Job: 256 MiB, half of which is the
 * heap. {@code make large-files} runs all inputs in full size and prints the peak memory.
 */
class LargeFileIT extends RealProcesses {
  private static final int MEGABYTES = Integer.getInteger("slipway.large.megabytes", 10);
  private static final long CONTAINER_KB = 256 * 1024;
  private static final Path PROCESSES = Path.of("/proc");

  /** What a large file contains. */
  enum Input {
    /** Statements of a few hundred bytes, with characters of one to four bytes. */
    INSERTS,
    /** Rows of one COPY. */
    COPY,
    /** One statement of 20 MB. */
    ONE_ASCII,
    /** The same, with characters that double a string of Java. */
    ONE_EMOJI
  }

  /** How a process ended, and the most memory that it had. */
  private record Measured(Ran ran, long kilobytes, Duration time) {}

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void aLargeFileIsAppliedInTheMemoryOfTheChart(Input input) {
    Assumptions.assumeTrue(
        input != Input.COPY || server.family() == Family.POSTGRES, "only PostgreSQL has COPY");
    createTable();
    int rows = write(input);
    Measured first = measure(words("up", "--yes"));
    first.ran().exits(DONE).answersWith("2\tdata\tPending\t");
    assertTrue(
        first.ran().out().length() < 1000, "the SQL was printed: " + first.ran().out().length());
    assertEquals(List.of("1 ok", "2 ok"), history());
    assertEquals(List.of(String.valueOf(rows)), database.query("SELECT count(*) FROM big"));
    assertEquals(List.of(value(1)), database.query("SELECT t FROM big WHERE id = 1"));
    assertFits(input + "", first);
    Measured second = measure(words("up", "--yes"));
    second.ran().exits(DONE).answersWith("there is nothing to apply");
    assertFits(input + ", nothing to do", second);
  }

  @Test
  void aFailingStatementIsNamedAndTheRestContinuesAfterRepair() {
    createTable();
    Path file =
        write(
            out -> {
              for (int i = 1; i <= 6000; i++) {
                out.write(insert(i == 5000 ? 1 : i));
              }
            });
    up().exits(MIGRATION)
        .tells(file + ":5000:1, statement 5000 of 6000: INSERT INTO big VALUES (1,");
    boolean together = server.family() == Family.POSTGRES || server.family() == Family.SQLITE;
    assertEquals(List.of(together ? "0" : "4999"), database.query("SELECT count(*) FROM big"));
    database.execute("DELETE FROM big WHERE id = 1");
    if (!together) {
      repair().exits(DONE);
    }
    up().exits(together ? MIGRATION : DONE);
    assertEquals(List.of(together ? "0" : "5999"), database.query("SELECT count(*) FROM big"));
  }

  @Test
  void warningsOfEachStatementAreLogged() {
    only(Family.MYSQL);
    createTable();
    write(
        out -> {
          for (int i = 1; i <= 6000; i++) {
            out.write(i == 10 || i == 20 ? "INSERT IGNORE INTO big VALUES (1, '');\n" : insert(i));
          }
        });
    String warning = "Duplicate entry '1' for key 'big.PRIMARY'";
    Ran ran = up().exits(DONE).tells(warning);
    assertEquals(2, ran.err().split(warning, -1).length - 1, ran::toString);
  }

  @Test
  void aStatementBeyondTheLimitIsRejectedBeforeAnythingRuns() {
    createTable();
    Path file =
        write(
            out -> {
              out.write("-- One row.\n");
              out.write("INSERT INTO big VALUES (1, '");
              for (int i = 0; i < 40_000; i++) {
                out.write("ü".repeat(500));
              }
              out.write("');\n");
            });
    Measured rejected = measure(words("up", "--yes"));
    rejected
        .ran()
        .exits(USAGE)
        .tells(
            file + ":2: the statement has 40.0 MB, and the limit is ", "hint: split the statement");
    assertFits("a statement beyond the limit", rejected);
    assertEquals(List.of(), history());
  }

  @Test
  void aStatementBeyondTheServersLimitIsRejectedBeforeAnythingRuns() {
    only(Family.MYSQL);
    createTable();
    file("2_small.up.sql", "INSERT INTO big VALUES (1, '" + "x".repeat(1_040_000) + "');");
    database.execute("SET GLOBAL max_allowed_packet = 1048576");
    try {
      up().exits(DONE);
      Path file =
          file("3_large.up.sql", "INSERT INTO big VALUES (2, '" + "ü".repeat(530_000) + "');");
      up().exits(USAGE)
          .tells(
              file + ":1: the statement has 1.1 MB, and the limit is 1.0 MB: max_allowed_packet",
              "raise max_allowed_packet");
    } finally {
      database.execute("SET GLOBAL max_allowed_packet = 67108864");
    }
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void lintNamesAFileThatIsTooLargeForIt() {
    createTable();
    write(
        out -> {
          for (int i = 1; i <= 100_000; i++) {
            out.write(insert(i));
          }
        });
    Measured lint = measure("migrate", "sql", "lint", "--path", folder.toString());
    lint.ran().exits(USAGE).answersWith("which is too much for this command in a heap of ");
    assertFits("lint", lint);
  }

  private void createTable() {
    file(
        "1_table.up.sql",
        "CREATE TABLE big (id INT PRIMARY KEY, t "
            + (server.family() == Family.MYSQL ? "LONGTEXT CHARACTER SET utf8mb4" : "TEXT")
            + ");");
  }

  /** Writes a part of a file. */
  private interface Content {
    void writeTo(BufferedWriter out) throws IOException;
  }

  private Path write(Content content) {
    Path file = folder.resolve("2_data.up.sql");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Writes the file, and returns how many rows it inserts. */
  private int write(Input input) {
    long bytesMax =
        input == Input.INSERTS || input == Input.COPY ? MEGABYTES * 1_000_000L : 19_999_000;
    int[] rows = {0};
    write(
        out -> {
          out.write(
              switch (input) {
                case INSERTS -> "BEGIN;\n";
                case COPY -> "COPY big FROM STDIN;\n";
                case ONE_ASCII, ONE_EMOJI -> "INSERT INTO big VALUES\n";
              });
          long bytes = 0;
          for (int i = 1; bytes < bytesMax; i++) {
            String row =
                switch (input) {
                  case INSERTS -> insert(i);
                  case COPY -> i + "\t" + value(i) + "\n";
                  case ONE_ASCII, ONE_EMOJI ->
                      (i == 1 ? "" : ",\n")
                          + "("
                          + i
                          + ", '"
                          + (i == 1
                              ? value(1)
                              : "x".repeat(i % 100 == 0 && input == Input.ONE_EMOJI ? 198 : 200)
                                  + (i % 100 == 0 && input == Input.ONE_EMOJI ? "🚀" : ""))
                          + "')";
                };
            out.write(row);
            bytes += row.getBytes(StandardCharsets.UTF_8).length;
            rows[0] = i;
          }
          out.write(
              switch (input) {
                case INSERTS -> "COMMIT;\n";
                case COPY -> "\\.\n";
                case ONE_ASCII, ONE_EMOJI -> ";\n";
              });
        });
    return rows[0];
  }

  private static String insert(int id) {
    return "INSERT INTO big VALUES (" + id + ", '" + value(id) + "');\n";
  }

  private static String value(int id) {
    return id + " Grüße, щи и каша 🚀 " + "x".repeat(150);
  }

  private Measured measure(String... arguments) {
    long start = System.nanoTime();
    long kilobytes = 0;
    try (Running process = slipway().start(arguments)) {
      Path status = PROCESSES.resolve(process.pid() + "/status");
      while (!process.ends(Duration.ofMillis(5))) {
        kilobytes = Math.max(kilobytes, peak(status));
      }
      return new Measured(process.await(), kilobytes, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /** The most memory that a process has had so far; 0 where the system does not tell it. */
  private static long peak(Path status) {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private void assertFits(String input, Measured measured) {
    System.out.printf(
        "%-24s %-34s %4d MB  %6.1f s  exit %d%n",
        server,
        input,
        measured.kilobytes() / 1000,
        measured.time().toMillis() / 1e3,
        measured.ran().code());
    assertTrue(
        measured.kilobytes() < CONTAINER_KB, () -> measured.kilobytes() + " kB: " + measured.ran());
  }
}
