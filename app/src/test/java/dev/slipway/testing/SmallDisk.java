package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk of half a megabyte, which exists only for the commands that run on it: a file system in
 * memory, in a mount namespace of their own, for which Linux asks no privileges.
 */
public final class SmallDisk {
  private static final String SCRIPT =
      """
      set -e
      disk=$1; logs=$2; shift 2
      mount -t tmpfs -o size=512k slipway "$disk"
      head -c 300000 /dev/zero > "$disk/filler"
      for run in 1 2; do
        code=0
        "$@" > "$logs/out$run" 2> "$logs/err$run" || code=$?
        echo "$code" > "$logs/code$run"
        rm -f "$disk/filler"
      done
      """;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** A small disk; the test is skipped where there can be none. */
  public static SmallDisk orSkip() {
    Namespace.orSkip();
    try {
      return new SmallDisk(Files.createTempDirectory("slipway-disk"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file on it. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** Runs a command twice: with hardly any room on the disk, and after room was made. */
  public List<Ran> run(String... arguments) {
    try {
      Path logs = Files.createTempDirectory("slipway-disk-logs");
      List<String> words = new ArrayList<>(List.of(folder.toString(), logs.toString()));
      words.addAll(JavaProcess.command(List.of(arguments)));
      Namespace.run(SCRIPT, words);
      List<Ran> runs = new ArrayList<>();
      for (int run = 1; run <= 2; run++) {
        runs.add(
            new Ran(
                String.join(" ", arguments),
                Integer.parseInt(Files.readString(logs.resolve("code" + run)).strip()),
                Files.readString(logs.resolve("out" + run)),
                Files.readString(logs.resolve("err" + run))));
      }
      SqliteFiles.delete(logs);
      SqliteFiles.delete(folder);
      return runs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
