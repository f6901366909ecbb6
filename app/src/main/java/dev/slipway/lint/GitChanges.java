package dev.slipway.lint;

import dev.slipway.config.IoErrors;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The files of folders that are new or changed since a revision of git. */
public final class GitChanges {
  private static final long TIMEOUT_SECONDS = 30;

  private GitChanges() {}

  /**
   * Asks git, which includes changes that are not committed, and files that git does not track yet.
   *
   * @param revision a commit, a branch, or a tag
   * @return the paths below the folders
   * @throws SlipwayException (usage) if git or the revision is missing, or a folder is in no
   *     repository
   */
  public static Set<Path> since(String revision, List<Path> folders) {
    Set<Path> changed = new HashSet<>();
    for (Path folder : folders) {
      String commit =
          git(revision, folder, "rev-parse", "--verify", "--end-of-options", revision + "^{commit}")
              .strip();
      String differences =
          git(
              revision,
              folder,
              "diff",
              "--name-only",
              "-z",
              "--relative",
              "--no-renames",
              "--no-ext-diff",
              "--diff-filter=d",
              commit,
              "--",
              ".");
      String untracked = git(revision, folder, "ls-files", "--others", "-z", "--", ".");
      for (String name : (differences + untracked).split("\0", -1)) {
        if (!name.isEmpty()) {
          changed.add(folder.resolve(name));
        }
      }
    }
    return changed;
  }

  private static String git(String revision, Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
    builder.environment().put("LC_ALL", "C");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw SlipwayException.usageError("--since needs git: " + IoErrors.describe(e))
          .hint("run lint where git is installed, or use --from VERSION; the image contains no git")
          .cause(e);
    }
    try {
      process.getOutputStream().close();
      CompletableFuture<String> output = read(process.getInputStream());
      CompletableFuture<String> error = read(process.getErrorStream());
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw SlipwayException.usageError(
            "git " + arguments[0] + " timed out after " + TIMEOUT_SECONDS + "s in " + folder);
      }
      if (process.exitValue() != 0) {
        throw SlipwayException.usageError(
                "--since "
                    + revision
                    + ": git "
                    + arguments[0]
                    + " failed in "
                    + folder
                    + ": "
                    + error.join().strip())
            .hint(
                "name a commit, branch, or tag of the repository of the migrations; a shallow clone"
                    + " may lack it: git fetch --depth=1 origin REF");
      }
      return output.join();
    } catch (IOException e) {
      throw SlipwayException.usageError("cannot run git: " + IoErrors.describe(e)).cause(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SlipwayException.usageError("interrupted while git ran").cause(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            return "";
          }
        });
  }
}
