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
        "preflight ",
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

  @ParameterizedTest
  @CsvSource({
    "migrate sql stauts, slipway migrate sql status",
    "migrate sql rollback --path m, slipway migrate sql down",
    "migrate sql apply, slipway migrate sql up",
    "migrate up --path m, slipway migrate sql up",
    "up, slipway migrate sql up",
    "wait, slipway database wait",
    "database crate, slipway database create",
    "migrate slq, slipway migrate sql",
    "serv, slipway serve",
    "help migrate sql stauts, slipway migrate sql status",
  })
  void suggestsACommandForAWordThatIsNone(String words, String suggestion) {
    run(words).exits(USAGE).tells("unknown command `", "did you mean `" + suggestion + "`?");
  }

  @Test
  void suggestsAllCommandsOfOneName() {
    run("create")
        .exits(USAGE)
        .tells("`slipway migrate sql create` or `slipway database create`", "slipway --help");
  }

  @Test
  void aWordThatResemblesNoCommandIsUnknownToo() {
    run("frobnicate").exits(USAGE).tells("unknown command `frobnicate`").never("did you mean");
    run("version now").exits(USAGE).tells("unexpected argument `now`");
    run("migrate sql up --yess").exits(USAGE).tells("unknown option: '--yess'", "--yes");
  }

  /** What resembles a DSN may contain a password. */
  @Test
  void neverRepeatsWhatMayBeADsn() {
    run("migrate sql app:s3cret@host").exits(USAGE).tells("DSN").never("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "help migrate", "help migrate sql up", "help completion"})
  void helpIsACommandToo(String words) {
    assertEquals(
        run((words + " --help").replaceFirst("help ?", "")).exits(DONE).out(),
        run(words).exits(DONE).out());
  }

  @Test
  void aMissingVersionIsNotTheDsn() {
    run("migrate sql baseline sqlite://a.db --path m").exits(USAGE).tells("VERSION");
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
