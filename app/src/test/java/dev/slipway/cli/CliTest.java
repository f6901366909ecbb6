package dev.slipway.cli;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of the command line itself, without a database. */
class CliTest {

  private static Ran run(String words) {
    return Slipway.bare().run(words.isEmpty() ? new String[0] : words.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "serve ",
        "migrate ",
        "migrate sql ",
        "migrate sql up ",
        "migrate sql down ",
        "migrate sql status ",
        "migrate sql repair ",
        "migrate sql baseline ",
        "migrate sql adopt ",
        "migrate sql create ",
        "database ",
        "database create ",
        "database drop ",
        "database wait ",
        "health ",
        "version ",
        "completion "
      })
  void everyCommandExplainsItselfWithExamplesOnStandardOutput(String command) {
    Ran help = run(command + "--help").exits(DONE);
    help.answersWith("slipway " + command.strip());
    assertTrue(help.out().toLowerCase().contains("example"), help::toString);
    assertEquals("", help.err());
  }

  @ParameterizedTest
  @CsvSource({
    "completion, SHELL",
    "migrate sql create --path m, NAME",
    "migrate sql baseline --path m, VERSION",
  })
  void aMissingArgumentIsNamed(String command, String argument) {
    run(command).exits(USAGE).tells(argument).never("fault of Slipway");
  }

  @Test
  void theRootFolderIsNoSqliteFile() {
    run("database create sqlite:////").exits(USAGE).tells("the SQLite file / is a folder");
  }

  @Test
  void aLongExampleBreaksBetweenWords() {
    run("database create --help")
        .exits(DONE)
        .answersWith(
            "  slipway database create -e --name kratos --name hydra --password-file \\\n"
                + "      '{name}.txt'\n");
  }

  @Test
  void helpOfUpNamesItsFlags() {
    run("migrate sql up --help")
        .exits(DONE)
        .answersWith(
            "--yes",
            "-y",
            "--read-from-env",
            "-e",
            "--config",
            "-c",
            "--path",
            "--steps",
            "--to",
            "--dry-run",
            "--wait",
            "--atomic",
            "--timeout",
            "--lock-timeout",
            "--ddl-lock-timeout",
            "--statement-timeout");
  }

  @Test
  void theReadmeListsTheExitCodes() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    for (ExitCode code : ExitCode.values()) {
      assertTrue(
          readme.lines().anyMatch(line -> line.startsWith("| " + code.number() + " |")),
          () -> "README.md has no line for exit code " + code);
    }
  }

  @Test
  void showsUsageWhenItIsCalledWithoutACommand() {
    run("").exits(USAGE).says("slipway --help");
  }

  @Test
  void refusesACommandThatItDoesNotKnowAndNamesTheNearest() {
    run("migrat sql").exits(USAGE).tells("migrat", "migrate");
  }

  @Test
  void takesAWordThatIsNoCommandOfMigrateSqlForADsnAndSaysWhatOneIs() {
    run("migrate sql stauts").exits(USAGE).tells("DSN", "postgres://").never("stauts");
  }

  @Test
  void saysItsVersionInOneLine() {
    Ran version = run("version").exits(DONE);
    assertEquals(1, version.out().lines().count(), version::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void writesACompletionScript(String shell) {
    run("completion " + shell).exits(DONE).answersWith("slipway", "migrate");
  }

  @Test
  void refusesACompletionForAShellThatItDoesNotKnow() {
    run("completion tcsh").exits(USAGE).tells("tcsh", "bash");
  }

  @Test
  void coloursNothingWhereNobodySeesIt() {
    Stream.of("--help", "migrate sql up", "nonsense")
        .map(CliTest::run)
        .forEach(ran -> ran.never("\u001b["));
  }

  @Test
  void errorsEndWithAHintAndNoUsageText() {
    Ran ran = run("migrate sql up --yes").exits(USAGE);
    ran.tells("slipway: ", "hint: ").never("Usage:");
  }
}
