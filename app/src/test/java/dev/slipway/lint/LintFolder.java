package dev.slipway.lint;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of `slipway migrate sql lint` share: an empty folder of migrations. */
abstract class LintFolder {
  @TempDir Path folder;

  final void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text + "\n");
  }

  final Ran lint(String... words) {
    return Slipway.bare()
        .run(
            Stream.concat(
                    Stream.of("migrate", "sql", "lint", "--path", folder.toString()),
                    Stream.of(words))
                .toArray(String[]::new));
  }
}
