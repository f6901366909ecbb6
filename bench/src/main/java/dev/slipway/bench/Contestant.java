package dev.slipway.bench;

import dev.slipway.cli.Cli;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;

/**
 * One of those who are compared, as a process: {@code KIND TARGET FOLDER}. Its last line on stdout
 * is {@code BENCH <nanoseconds from here to the end> <peak resident KiB, or 0>}.
 */
final class Contestant {
  private Contestant() {}

  /** Who takes part. */
  enum Kind {
    SLIPWAY,
    RAW,
    FLYWAY
  }

  /** Does the work once; an exception ends the process with status 1. */
  public static void main(String[] args) throws Exception {
    long started = System.nanoTime();
    Path folder = Path.of(args[2]);
    switch (Kind.valueOf(args[0])) {
      case SLIPWAY -> slipway(args[1], folder);
      case RAW -> RawJdbc.up(args[1], folder);
      case FLYWAY -> flyway(args[1], folder);
    }
    System.out.println("BENCH " + (System.nanoTime() - started) + " " + peakKib());
  }

  private static void slipway(String dsn, Path folder) {
    String[] command = {"migrate", "sql", "up", "--yes", "--path", folder.toString(), dsn};
    ByteArrayOutputStream story = new ByteArrayOutputStream();
    int code;
    try (PrintStream err = new PrintStream(story, false, StandardCharsets.UTF_8)) {
      code =
          Cli.run(
              command,
              Map.of(),
              InputStream.nullInputStream(),
              new PrintStream(story, false, StandardCharsets.UTF_8),
              err);
    }
    if (code != 0) {
      throw new IllegalStateException(
          "exit code " + code + ": " + story.toString(StandardCharsets.UTF_8));
    }
  }

  private static void flyway(String url, Path folder) {
    Logger.getLogger("").setLevel(Level.WARNING);
    // Of the two ways to hold its lock on PostgreSQL, the one that is faster and never hangs.
    Flyway.configure()
        .dataSource(url, null, null)
        .locations("filesystem:" + folder)
        .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
        .load()
        .migrate();
  }

  /** Linux keeps the high-water mark of a process's memory; elsewhere there is nothing to read. */
  private static long peakKib() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    List<String> lines = Files.readAllLines(status);
    return lines.stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}
