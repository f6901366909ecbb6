package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file system as in a container: everything as it is, and a folder {@code /migrations} too. */
public final class MountedMigrations {
  private static final String SCRIPT =
      """
      set -e
      root=$1; migrations=$2; logs=$3; shift 3
      mount -t tmpfs slipway "$root"
      for entry in /*; do
        if [ -L "$entry" ]; then
          cp -P "$entry" "$root/"
        elif [ -d "$entry" ]; then
          mkdir "$root$entry"
          mount --rbind "$entry" "$root$entry"
        fi
      done
      mkdir -p "$root/migrations"
      mount --bind "$migrations" "$root/migrations"
      code=0
      chroot "$root" "$@" > "$logs/out" 2> "$logs/err" || code=$?
      echo "$code" > "$logs/code"
      """;

  private final Path migrations;

  private MountedMigrations(Path migrations) {
    this.migrations = migrations;
  }

  /** With what lies in this folder; the test is skipped where there can be no such mount. */
  public static MountedMigrations of(Path folder) {
    Namespace.orSkip();
    return new MountedMigrations(folder);
  }

  /** Runs a command to its end. */
  public Ran run(String... arguments) {
    try {
      Path root = Files.createTempDirectory("slipway-root");
      Path logs = Files.createTempDirectory("slipway-root-logs");
      List<String> words =
          new ArrayList<>(List.of(root.toString(), migrations.toString(), logs.toString()));
      words.addAll(JavaProcess.command(List.of(arguments)));
      Namespace.run(SCRIPT, words);
      Ran ran =
          new Ran(
              String.join(" ", arguments),
              Integer.parseInt(Files.readString(logs.resolve("code")).strip()),
              Files.readString(logs.resolve("out")),
              Files.readString(logs.resolve("err")));
      SqliteFiles.delete(logs);
      SqliteFiles.delete(root);
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
