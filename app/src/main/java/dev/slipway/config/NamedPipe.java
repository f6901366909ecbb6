package dev.slipway.config;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files whose opening may wait forever, and for which no signal ends that. */
public final class NamedPipe {
  private NamedPipe() {}

  /**
   * Whether a file exists and is neither a regular file nor a folder. A shell's {@code /dev/fd/63}
   * does not count, because its other end is open.
   */
  public static boolean is(Path file) {
    return Files.exists(file)
        && !Files.isRegularFile(file)
        && !Files.isDirectory(file)
        && !file.startsWith("/dev");
  }
}
