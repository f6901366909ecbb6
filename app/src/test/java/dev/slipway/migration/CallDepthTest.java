package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Slipway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reader follows `up` from the command line to its first query of the history through few
 * methods.
 */
class CallDepthTest {
  @TempDir Path folder;

  @Test
  void upReadsTheHistoryThroughFewMethods() throws Exception {
    Files.writeString(folder.resolve("1_a.up.sql"), "SELECT 1;");
    // A file that is no database fails at the first statement.
    Path file = Files.writeString(folder.resolve("not-a-database"), "x".repeat(4096));
    String trace =
        Slipway.bare()
            .run(
                "migrate",
                "sql",
                "up",
                "--yes",
                "--debug",
                "--path",
                folder.toString(),
                "sqlite://" + file)
            .err();
    Matcher frames = Pattern.compile("at (dev\\.slipway\\.[\\w.$<>]+)\\(").matcher(trace);
    Set<String> methods = new LinkedHashSet<>();
    while (frames.find()) {
      methods.add(frames.group(1).replaceFirst("dev\\.slipway\\.[a-z]+\\.", ""));
    }
    // Creating the exception is not on the way. The thread of the command starts in DeadlineRunner,
    // which BaseCommand.call reaches through MigrateCommand$Sql.run. A history that another session
    // locks is read again.
    methods.removeIf(
        each -> each.matches("SlipwayException\\..*|MigrationSession.failure|Slipway.run"));
    methods.removeIf(each -> each.startsWith("CallDepthTest"));
    assertEquals(
        List.of(
            "DeadlineRunner.lambda$run$0",
            "HistoryTable.open",
            "MigrateCommand$Sql.lambda$run$0",
            "MigrationService.connect",
            "MigrationSession.<init>",
            "MigrationSession.lambda$openHistory$0",
            "MigrationSession.openHistory",
            "MigrationSession.retryWhileBlocked"),
        methods.stream().sorted().toList());
  }
}
