package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Drivers;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that names the database where nothing else does. */
class EnvFileTest {
  private static final String ALKEMIO =
      """
      DATABASE_TYPE=postgres
      DATABASE_HOST=localhost
      DATABASE_PORT=5432
      DATABASE_USERNAME=alkemio
      DATABASE_PASSWORD=alkemio
      DATABASE_NAME=alkemio
      OTHER=1
      """;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve(".env");
  }

  private Settings load(String text, Map<String, String> environment, boolean given) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Settings.load(
        Map.of(), environment, Optional.empty(), Optional.of(new EnvFile(file, given)));
  }

  private Settings load(String text) {
    return load(text, Map.of(), false);
  }

  private static String dsn(Settings settings) {
    return Drivers.parse(settings.database()).toString();
  }

  private static SlipwayException refused(org.junit.jupiter.api.function.Executable action) {
    SlipwayException e = assertThrows(SlipwayException.class, action);
    assertEquals(ExitCode.USAGE, e.exitCode());
    return e;
  }

  @Test
  void namesTheDatabaseInParts() {
    Settings settings = load(ALKEMIO);
    assertTrue(dsn(settings).contains("alkemio:***@localhost:5432/alkemio"), () -> dsn(settings));
    assertEquals(Optional.of("DATABASE_* in " + file), settings.fallback());
    assertEquals(List.of(), settings.warnings());
  }

  @Test
  void theOrderInTheFileIsThatOfTheEnvironment() throws IOException {
    Path secret = Files.writeString(folder.resolve("dsn"), "sqlite://file.db\n");
    assertEquals("sqlite://a.db", dsn(load("DATABASE_URL=sqlite://b.db\nDSN=sqlite://a.db")));
    assertEquals("sqlite://file.db", dsn(load(ALKEMIO + "DSN_FILE=" + secret)));
    Settings parts = load(ALKEMIO + "DATABASE_URL=sqlite://b.db");
    assertEquals(Optional.of("DATABASE_* in " + file), parts.fallback());
    Settings url = load("DATABASE_HOST=h\nDATABASE_URL=sqlite://b.db");
    assertEquals(Optional.of("DATABASE_URL in " + file), url.fallback());
  }

  @Test
  void countsOnlyWhereNothingElseNamesADatabase() {
    for (Map<String, String> stronger :
        List.of(
            Map.of("DSN", "sqlite://a.db"),
            Map.of("DATABASE_URL", "sqlite://a.db"),
            Map.of("DATABASE_TYPE", "sqlite", "DATABASE_NAME", "a.db"))) {
      // What does not count is not even read.
      Settings settings = load("DSN='", stronger, false);
      assertEquals("sqlite://a.db", dsn(settings));
      assertEquals(List.of(), settings.warnings());
      assertEquals(1, load(ALKEMIO, stronger, true).warnings().size());
    }
    assertEquals(
        List.of(
            "--env-file "
                + file
                + " is ignored: the database is the one of DSN in the"
                + " environment"),
        load(ALKEMIO, Map.of("DSN", "sqlite://a.db"), true).warnings());
  }

  @Test
  void isNeverMixedWithTheEnvironment() {
    Settings settings =
        load(
            "DATABASE_TYPE=postgres\nDATABASE_USERNAME=u\nDATABASE_NAME=app\n",
            Map.of("DATABASE_PASSWORD", "letmein1", "DATABASE_HOST", "other"),
            false);
    assertTrue(dsn(settings).contains("localhost"), () -> dsn(settings));
    assertEquals(2, settings.warnings().size());
    assertTrue(
        settings.warnings().getFirst().startsWith("the environment variable DATABASE_HOST is"),
        settings.warnings()::toString);
  }

  @Test
  void settingsThatAreNotOfTheDatabaseAreNotRead() {
    Settings settings = load("DSN=memory\nMIGRATE_PATH=/nowhere\nLOG_LEVEL=loud\n");
    assertEquals(List.of(), settings.migrate().paths());
  }

  @Test
  void partsWithoutATypeNameNoDatabase() {
    assertEquals(
        "DATABASE_HOST in "
            + file
            + ":2 is set, but DATABASE_TYPE is missing, so no database is named",
        refused(() -> load("\nDATABASE_HOST=db\n")).getMessage());
    assertEquals(
        "no database is named", refused(() -> load("NODE_ENV=test\n").database()).getMessage());
  }

  @Test
  void aValueOutOfRangeIsNamedWithItsLine() {
    String message =
        refused(() -> load("DATABASE_TYPE=postgres\nDATABASE_PORT=many\n")).getMessage();
    assertTrue(message.contains("DATABASE_PORT in " + file + ":2"), message);
  }

  @Test
  void onlyAFileThatIsNamedMustExist() throws IOException {
    Optional<EnvFile> none = Optional.of(new EnvFile(folder.resolve("none"), false));
    assertEquals(
        Optional.empty(), Settings.load(Map.of(), Map.of(), Optional.empty(), none).fallback());
    Files.createDirectory(file);
    Optional<EnvFile> directory = Optional.of(new EnvFile(file, false));
    assertEquals(
        Optional.empty(),
        Settings.load(Map.of(), Map.of(), Optional.empty(), directory).fallback());
    Optional<EnvFile> given = Optional.of(new EnvFile(folder.resolve("none"), true));
    assertEquals(
        "the file " + folder.resolve("none") + " (--env-file) cannot be read: it does not exist",
        refused(() -> Settings.load(Map.of(), Map.of(), Optional.empty(), given)).getMessage());
  }

  @Test
  void namesAnotherEncoding() throws IOException {
    Files.write(file, "\uFEFFDSN=memory\n".getBytes(StandardCharsets.UTF_16LE));
    Optional<EnvFile> env = Optional.of(new EnvFile(file, false));
    assertEquals(
        "the file " + file + " is UTF-16, and must be UTF-8",
        refused(() -> Settings.load(Map.of(), Map.of(), Optional.empty(), env)).getMessage());
  }
}
