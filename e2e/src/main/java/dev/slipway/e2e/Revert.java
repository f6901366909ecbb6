package dev.slipway.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** The documented Job that reverts migrations after a rollback. */
final class Revert {
  private static final Path PAGE = Path.of("docs/chart.md");

  private Revert() {}

  /**
   * Runs a manifest of the documentation, with a Secret for its DSN.
   *
   * @param firstLine the first line of the manifest
   * @param replacements what the manifest names, and what the step has instead
   */
  static void run(
      Namespace namespace, String dsn, String firstLine, Map<String, String> replacements)
      throws IOException {
    String manifest = manifest(firstLine);
    for (Map.Entry<String, String> replacement : replacements.entrySet()) {
      Expect.contains(firstLine, manifest, replacement.getKey());
      manifest = manifest.replace(replacement.getKey(), replacement.getValue());
    }
    namespace
        .kubectl("create", "secret", "generic", "database-owner", "--from-literal=dsn=" + dsn)
        .output();
    namespace.kubectl("apply", "--filename", "-").input(manifest).output();
    namespace
        .kubectl("wait", "--for", "condition=complete", "--timeout", "90s", "job/slipway-revert")
        .output();
  }

  private static String manifest(String firstLine) throws IOException {
    return Pattern.compile("(?ms)^```yaml manifest\n(" + Pattern.quote(firstLine) + "\n.*?)^```$")
        .matcher(Files.readString(PAGE))
        .results()
        .map(block -> block.group(1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no manifest `" + firstLine + "` in " + PAGE));
  }
}
