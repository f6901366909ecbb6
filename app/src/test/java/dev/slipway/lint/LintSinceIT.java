package dev.slipway.lint;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lint --since REF}, with git. */
class LintSinceIT {
  @TempDir Path repository;
  private Path folder;

  @BeforeEach
  void aRepository() throws IOException, InterruptedException {
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.email", "a@example.org");
    git("config", "user.name", "a");
    folder = Files.createDirectories(repository.resolve("db/my migrations"));
    write("1_a.up.sql", "CREATE TABLE t (a varchar(10)); DROP TABLE old;");
    write("1_a.down.sql", "SELECT 1;");
    write("2_b.up.sql", "SELECT 1;");
    write("2_b.down.sql", "SELECT 1;");
    git("add", ".");
    git("commit", "--quiet", "--message=first");
  }

  @Test
  void onlyNewAndChangedFilesAreJudged() throws IOException, InterruptedException {
    lint("--since", "main").exits(DONE).tells("in 0 files");
    write("2_b.up.sql", "DROP TABLE u;");
    write("3_c.up.sql", "ALTER TABLE t ALTER a TYPE varchar(20); CREATE INDEX i ON t (a);");
    write("3_c.down.sql", "SELECT 1;");
    Ran uncommitted = lint("--since", "main").exits(USAGE).tells("2 errors", "in 3 files");
    uncommitted.answersWith("2_b.up.sql:1: error [drop]", "3_c.up.sql:1: error [index-locks]");
    uncommitted.never("1_a", "type-change");
    git("checkout", "--quiet", "-b", "next");
    git("add", ".");
    git("commit", "--quiet", "--message=second");
    assertEquals(uncommitted.out(), lint("--since", "main").out());
    assertEquals(uncommitted.out(), lint("--since", "HEAD~1").out());
    lint("--since", "HEAD").exits(DONE);
  }

  @Test
  void aMissingRevisionOrRepositoryIsNamed(@TempDir Path elsewhere) throws IOException {
    lint("--since", "no-such-ref")
        .exits(USAGE)
        .tells(
            "--since no-such-ref: git rev-parse failed in " + folder, "Needed a single revision");
    lint("--since", "--all").exits(USAGE);
    Files.writeString(elsewhere.resolve("1_a.up.sql"), "SELECT 1;");
    Slipway.bare()
        .run("migrate", "sql", "lint", "--path", elsewhere.toString(), "--since", "main")
        .exits(USAGE)
        .tells("not a git repository");
    Slipway.bare()
        .run("migrate", "sql", "lint", "--since", "main")
        .exits(USAGE)
        .tells("--since needs --path");
  }

  private void write(String name, String sql) throws IOException {
    Files.writeString(folder.resolve(name), sql + "\n");
  }

  private Ran lint(String... words) {
    return Slipway.bare()
        .run(
            Stream.concat(
                    Stream.of(
                        "migrate",
                        "sql",
                        "lint",
                        "--dialect",
                        "postgres",
                        "--path",
                        folder.toString()),
                    Stream.of(words))
                .toArray(String[]::new));
  }

  private void git(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command).directory(repository.toFile()).inheritIO().start();
    assertEquals(0, process.waitFor(), command::toString);
  }
}
