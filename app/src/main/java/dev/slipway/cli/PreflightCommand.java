package dev.slipway.cli;

import dev.slipway.config.Durations;
import dev.slipway.config.IoErrors;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code slipway preflight}: waits for mounted Secrets and ConfigMaps, and names those that are
 * missing. The chart mounts each object that its migration needs in a folder of its own.
 */
final class PreflightCommand extends BaseCommand {
  private static final Duration PAUSE = Duration.ofMillis(200);

  PreflightCommand(CommandContext context) {
    super(
        context,
        "preflight",
        "Checks that mounted Secrets and ConfigMaps exist, and names those that are missing. The"
            + " Helm chart runs it before a migration.");
    options(
        "FOLDER=NAME",
        "A folder that must contain a file, and the name of the object that is mounted there.",
        "--object");
    options(
        "FILE=NAME",
        "A file that must exist, and the name of the object that is mounted in its folder. The"
            + " file's name is the key.",
        "--key");
    option("DURATION", "How long to wait for missing ones (default: not).", "--wait");
    flag("Exit 0 also if some are missing, and log them.", "--no-fail");
    spec.usageMessage().exitCodeListHeading("%nExit codes:%n");
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "all exist");
    codes.put("2", "wrong usage, or some are missing");
    codes.put("5", "stopped by a signal");
    spec.usageMessage().exitCodeList(codes);
    examples("slipway preflight --key '/preflight/0/dsn=Secret database' --wait 40s");
  }

  @Override
  ExitCode run() {
    List<Requirement> requirements = new ArrayList<>();
    values("--key").forEach(text -> requirements.add(requirement(text, true)));
    values("--object").forEach(text -> requirements.add(requirement(text, false)));
    long end =
        System.nanoTime() + value("--wait").map(Durations::parse).orElse(Duration.ZERO).toNanos();
    List<String> missing = missing(requirements);
    for (boolean logged = false; !missing.isEmpty() && System.nanoTime() < end; logged = true) {
      if (!logged) {
        context.terminal().log("waiting: " + String.join("; ", missing));
      }
      pause();
      missing = missing(requirements);
    }
    if (missing.isEmpty()) {
      return ExitCode.DONE;
    }
    if (has("--no-fail")) {
      context.terminal().log("not found so far: " + String.join("; ", missing));
      return ExitCode.DONE;
    }
    throw SlipwayException.usageError(String.join("\n", missing))
        .hint("create what is missing, in the namespace of the release, and try again");
  }

  private Requirement requirement(String text, boolean key) {
    int separator = text.indexOf('=');
    if (separator < 1) {
      throw usageError((key ? "--key " : "--object ") + text + ": it must be PATH=NAME");
    }
    Path path = Path.of(text.substring(0, separator)).toAbsolutePath();
    String name = text.substring(separator + 1);
    Path folder = path.getParent();
    return key && folder != null
        ? new Requirement(folder, name, Optional.of(path.getFileName().toString()))
        : new Requirement(path, name, Optional.empty());
  }

  private static List<String> missing(List<Requirement> requirements) {
    return requirements.stream().flatMap(each -> each.problem().stream()).toList();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SlipwayException.of(ExitCode.RETRY, "stopped by a signal").cause(e);
    }
  }

  /**
   * An object that is mounted in a folder.
   *
   * @param key the key that it must have; without one, any
   */
  private record Requirement(Path folder, String name, Optional<String> key) {
    /** What is missing. */
    Optional<String> problem() {
      List<String> keys = keys();
      if (key.isPresent() ? keys.contains(key.get()) : !keys.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          keys.isEmpty()
              ? name
                  + " does not exist"
                  + key.map(k -> ", or has no key " + k).orElse(" or is empty")
              : "%s has no key %s; its keys are %s"
                  .formatted(name, key.orElseThrow(), String.join(", ", keys)));
    }

    /** The keys of the object; the kubelet's own links begin with two dots. */
    private List<String> keys() {
      if (!Files.isDirectory(folder)) {
        return List.of();
      }
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(file -> !file.startsWith(".."))
            .sorted()
            .toList();
      } catch (IOException e) {
        throw SlipwayException.usageError("cannot list " + folder + ": " + IoErrors.describe(e))
            .cause(e);
      }
    }
  }
}
