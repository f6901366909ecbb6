package dev.slipway.migration;

import dev.slipway.driver.StatementLimit;
import dev.slipway.error.SlipwayException;
import java.nio.file.Path;
import java.util.Locale;

/** What fits into memory, as parts of the heap. */
public final class MemoryLimits {
  /** Offsets in a text are numbers of 32 bits. */
  private static final long FILE_MAX = 2_000_000_000;

  private static final String MORE_MEMORY =
      "give Slipway more memory: SLIPWAY_JAVA_OPTS=-Xmx1g, or a higher memory limit of the"
          + " container, half of which is the heap";

  private MemoryLimits() {}

  private static long heap() {
    return Runtime.getRuntime().maxMemory();
  }

  /** The largest statement: the file's text and the message are in memory at once. */
  static StatementLimit statement() {
    return new StatementLimit(
        heap() / 5,
        "a fifth of the heap of " + describe(heap()),
        "split the statement, or " + MORE_MEMORY);
  }

  /** The size of all files together that are kept in memory until they run. */
  static long wholeFiles() {
    return heap() / 8;
  }

  /** Rejects a file that is too large to be read at all. */
  static void requireStreamable(Path file, long bytes) {
    if (bytes > FILE_MAX) {
      throw SlipwayException.usageErrorAt(
              file,
              1,
              "the file has " + describe(bytes) + ", and the limit is " + describe(FILE_MAX))
          .hint("split it into several migrations");
    }
  }

  /** Rejects a file that has to be in memory as a whole, and cannot be. */
  static void requireWhole(Path file, long bytes) {
    if (bytes > heap() / 8) {
      throw tooLarge(file, bytes);
    }
  }

  /** A file that only `up` and `down` can read, because the other commands need it as a whole. */
  public static SlipwayException tooLarge(Path file, long bytes) {
    return SlipwayException.usageErrorAt(
            file,
            1,
            "the file has "
                + describe(bytes)
                + ", which is too much for this command in a heap of "
                + describe(heap())
                + ": only `up` and `down` read a file piece by piece")
        .hint(MORE_MEMORY + "; --exclude leaves the file out");
  }

  /** A command that needed more than the heap. */
  public static SlipwayException exceeded(OutOfMemoryError e) {
    return SlipwayException.usageError(
            "the files are too large for this command in a heap of " + describe(heap()))
        .hint(MORE_MEMORY)
        .cause(e);
  }

  /** A size for messages. */
  static String describe(long bytes) {
    return bytes < 1_000_000
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1_000_000.0);
  }
}
