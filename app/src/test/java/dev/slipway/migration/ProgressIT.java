package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run shows of its steps, and that a command that only reads creates nothing. */
class ProgressIT extends RealProcesses {
  private List<String> lines(Ran ran) {
    return ran.err()
        .lines()
        .filter(line -> line.matches("(applying|applied|rolling back|rolled back) .*"))
        .map(line -> line.replaceFirst(" \\(\\d+ ms\\)$", ""))
        .toList();
  }

  @Test
  void eachStepIsShownWhenItStartsAndWhenItEnds() {
    tables("1", "2", "3");
    assertEquals(
        List.of(
            "applying 1_table",
            "applied 1_table",
            "applying 2_table",
            "applied 2_table",
            "applying 3_table",
            "applied 3_table"),
        lines(up().exits(DONE)).stream().sorted(this::byVersion).toList());
    assertEquals(List.of("rolling back 3_table", "rolled back 3_table"), lines(down().exits(DONE)));
  }

  /** SQLite shows the start of several steps before it commits them together. */
  private int byVersion(String one, String other) {
    return database.family() == Family.SQLITE
        ? one.replaceFirst("\\w+ ", "").compareTo(other.replaceFirst("\\w+ ", ""))
        : 0;
  }

  @Test
  void whileAStepRunsTheFinishedOnesAreListed() {
    only(Family.POSTGRES, Family.MYSQL, Family.SQLITE);
    tables("1");
    file("2_slow.up.sql", Sleeper.statement(database, 60));
    tables("3");
    try (Running run = slipway().start(words("up", "--yes"))) {
      run.awaitWords("applied 1_table");
      run.awaitWords("applying 2_slow");
      run.terminate();
    }
  }

  @Test
  void theOnlyTransactionOfAllStepsShowsEach() {
    only(Family.POSTGRES, Family.SQLITE);
    tables("1", "2");
    assertEquals(
        List.of("applying 1_table", "applying 2_table", "applied 1_table", "applied 2_table"),
        lines(up("--atomic").exits(DONE)));
  }

  @Test
  void readingCreatesNoFile() {
    only(Family.SQLITE);
    tables("1");
    Path file = folder.resolve("typo.db");
    String dsn = "sqlite://" + file;
    String[][] all = {
      {"status"}, {"up", "--dry-run"}, {"down", "--yes"}, {"repair", "--yes"}, {"verify"}
    };
    for (String[] command : all) {
      slipway()
          .with("DSN", dsn)
          .run(
              words(command[0], List.of(command).subList(1, command.length).toArray(String[]::new)))
          .exits(DONE)
          .tells("typo.db does not exist, so it counts as empty");
    }
    slipway().with("DSN", dsn).run(words("up")).exits(USAGE);
    slipway().with("DSN", dsn).typing("n\n").run(words("up")).exits(DONE);
    assertEquals(
        List.of(),
        List.of(folder.toFile().list()).stream().filter(name -> name.contains("typo")).toList());
    slipway().with("DSN", dsn).typing("y\n").run(words("up")).exits(DONE);
    slipway().with("DSN", dsn).run(words("status", "--exit-code")).exits(DONE).never("typo.db");
    assertFalse(Files.notExists(file));
  }
}
