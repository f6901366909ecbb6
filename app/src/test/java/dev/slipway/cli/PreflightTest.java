package dev.slipway.cli;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code slipway preflight} on folders as the kubelet mounts them. */
class PreflightTest {
  @TempDir Path folder;

  @BeforeEach
  void mountsAnObject() throws IOException {
    Files.createDirectory(folder.resolve("..data"));
    Files.writeString(folder.resolve("uri"), "secret value");
    Files.writeString(folder.resolve("password"), "secret value");
    Files.createDirectories(folder.resolve("..data/empty"));
  }

  private static Ran preflight(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "preflight";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Slipway.bare().run(all);
  }

  @Test
  void acceptsAnObjectWithItsKeys() {
    Ran ran =
        preflight("--key", folder + "/uri=Secret database", "--object", folder + "=Secret database")
            .exits(DONE);
    assertEquals("", ran.err());
  }

  @Test
  void namesAMissingKeyAndTheKeysThatExist() {
    preflight("--key", folder + "/dsn=Secret database")
        .exits(USAGE)
        .tells("slipway: Secret database has no key dsn; its keys are password, uri\nhint: create")
        .never("secret value");
  }

  @Test
  void namesEachMissingObject() {
    preflight("--key", "/no/such/dsn=Secret a", "--object", folder + "/..data/empty=ConfigMap b")
        .exits(USAGE)
        .tells(
            "slipway: Secret a does not exist, or has no key dsn\n"
                + "  ConfigMap b does not exist or is empty\n");
  }

  @Test
  void waitsForMissingOnes() throws Exception {
    Thread later = Thread.startVirtualThread(this::createsAKey);
    preflight("--key", folder + "/late=Secret database", "--wait", "30s")
        .exits(DONE)
        .tells("waiting: Secret database has no key late");
    later.join();
  }

  private void createsAKey() {
    try {
      Thread.sleep(500);
      Files.writeString(folder.resolve("late"), "");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void onlyLogsMissingOnesOnRequest() {
    preflight("--key", folder + "/dsn=Secret database", "--no-fail", "--wait", "300ms")
        .exits(DONE)
        .tells("not found so far: Secret database has no key dsn; its keys are password, uri");
  }

  @Test
  void rejectsAPathWithoutAName() {
    preflight("--key", "/etc/dsn").exits(USAGE).tells("--key /etc/dsn: it must be PATH=NAME");
  }

  @Test
  void logsTheNoteBeforeEverythingElse() {
    Slipway.bare()
        .with("SLIPWAY_NOTE", "see kubectl")
        .run("preflight", "--key", "/no/dsn=Secret a")
        .exits(USAGE)
        .tells("see kubectl\nslipway: Secret a");
  }
}
