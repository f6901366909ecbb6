package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.ServerInfo;
import dev.slipway.driver.postgres.PostgresDriver;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationScript.Locator;
import dev.slipway.migration.MigrationScript.Range;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.sql.SqlScript.SourcePosition;
import dev.slipway.sql.SqlScript.StatementKind;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are read while they run: their text, checks, messages, and places. */
class LargeScriptTest {
  private static final String ROW = "INSERT INTO t VALUES (1, 'ü🚀" + "x".repeat(180) + "');\n";

  /** More than a file that is kept in memory. */
  private static final String ROWS = ROW.repeat(6000);

  @TempDir Path folder;

  private MigrationFile file(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    Files.writeString(path, text);
    return MigrationFile.of(path, name, MigrationFixture.name(name).parts().orElseThrow());
  }

  private static StepReader reader() {
    ServerInfo server = new ServerInfo("", "s", "s", "", "u", "18", 1, "", "on", 5_000_000);
    return new StepReader(new PostgresDriver(), MigrationFixture.placeholders("name=große"))
        .forServer(server, Optional.empty());
  }

  private static MigrationStep read(MigrationFile file) {
    return reader().read(file, Direction.UP);
  }

  private static SlipwayException rejected(MigrationFile file) {
    return assertThrows(SlipwayException.class, () -> read(file));
  }

  private static List<String> messages(MigrationStep step, int first, Range single) {
    List<String> messages = new ArrayList<>();
    try (StatementCursor message = step.statements().open(first, single)) {
      while (message.next()) {
        messages.add(message.first() + "-" + message.last() + " " + message.kind());
      }
    }
    return messages;
  }

  @Test
  void theChecksumIsThatOfTheFileInMemory() throws IOException {
    String text = "\uFEFFa\r\nü\n\n" + ROWS + "\r🚀";
    MigrationFile file = file("1_a.up.sql", text);
    CRC32 expected = new CRC32();
    expected.update(text.substring(1).replaceAll("[\r\n]", "").getBytes(StandardCharsets.UTF_8));
    assertEquals((int) expected.getValue(), file.checksum());
    assertEquals((int) expected.getValue(), file.read().checksum());
    assertEquals(text.substring(1), file.read().text());
  }

  @Test
  void everyCharacterFitsIntoEveryBuffer() throws IOException {
    MigrationFile file = file("1_a.up.sql", "a🚀ü".repeat(30_000));
    for (int size : new int[] {1, 2, 3, 65_536}) {
      StringBuilder text = new StringBuilder();
      char[] buffer = new char[size];
      try (MigrationFileReader reader = file.open()) {
        for (int read = reader.read(buffer, 0, size);
            read >= 0;
            read = reader.read(buffer, 0, size)) {
          text.append(buffer, 0, read);
        }
      }
      assertEquals("a🚀ü".repeat(30_000), text.toString());
    }
  }

  @Test
  void bytesThatAreNoTextAreNamedByTheirLine() throws IOException {
    MigrationFile file = file("1_a.up.sql", ROWS);
    byte[] bytes = Files.readAllBytes(file.path());
    bytes[bytes.length - 5] = (byte) 0xE9;
    Files.write(file.path(), bytes);
    assertTrue(
        rejected(file).getMessage().contains("1_a.up.sql:6000: the file is not UTF-8: byte 0xe9"),
        rejected(file).getMessage());
    bytes[bytes.length - 5] = 0;
    Files.write(file.path(), bytes);
    assertTrue(rejected(file).getMessage().contains("1_a.up.sql:6000: the file holds a NUL byte"));
  }

  @Test
  void rowsShareMessagesWithinATransactionOfTheFile() throws IOException {
    MigrationStep step =
        read(file("1_a.up.sql", "BEGIN;\nCREATE TABLE t (i INT);\n" + ROWS + "SELECT 1;\nCOMMIT;"));
    assertTrue(step.statements().isStreamed());
    assertTrue(step.transactional());
    assertEquals(6002, step.statements().count());
    List<String> messages = messages(step, 1, Range.NONE);
    assertEquals("1-1 PLAIN", messages.getFirst());
    assertEquals("6002-6002 PLAIN", messages.getLast());
    assertTrue(messages.size() < 20, messages::toString);
    assertEquals(
        List.of("5000-5000 ROWS", "5001-5001 ROWS", "5002-5002 ROWS"),
        messages(step, 5000, new Range(5000, 5002)).subList(0, 3));
    assertEquals(1003, messages(step, 5000, Range.ALL).size());
  }

  @Test
  void aMessageContainsItsStatements() throws IOException {
    MigrationStep step = read(file("1_a.up.sql", ROWS));
    try (StatementCursor message = step.statements().open(5999, Range.NONE)) {
      assertTrue(message.next());
      assertEquals(StatementKind.ROWS, message.kind());
      String sql = ROW.replace(";\n", "");
      assertEquals(sql + "\n;\n" + sql, message.sql());
      assertFalse(message.next());
    }
    assertEquals("INSERT INTO t VALUES (1, 'ü🚀", step.statements().sql(7).substring(0, 29));
  }

  @Test
  void aPlaceIsThatInTheFile() throws IOException {
    MigrationStep step = read(file("1_a.up.sql", "-- first\n" + ROWS + "\n  SELECT\n  2;"));
    assertEquals(new SourcePosition(11, 1), step.statements().place(10, Locator.START).position());
    assertEquals(
        new SourcePosition(11, 27),
        step.statements().place(10, _ -> OptionalInt.of(26)).position());
    assertEquals(
        new SourcePosition(6003, 3), step.statements().place(6001, Locator.START).position());
    assertEquals("SELECT", step.statements().place(6001, Locator.START).excerpt());
  }

  @Test
  void aFileThatChangesIsNotApplied() throws IOException {
    MigrationFile file = file("1_a.up.sql", ROWS);
    MigrationStep step = read(file);
    Files.writeString(file.path(), ROWS.replace('x', 'y'));
    SlipwayException e = assertThrows(SlipwayException.class, () -> messages(step, 1, Range.NONE));
    assertTrue(e.getMessage().endsWith("1_a.up.sql was changed while it was applied"));
  }

  @Test
  void aLargeFileIsCheckedAsASmallOne() throws IOException {
    assertTrue(
        rejected(file("1_a.up.sql", ROWS + "  VACUUM t;\n"))
            .getMessage()
            .contains("1_a.up.sql:6001: `VACUUM t` cannot run inside a transaction"));
    assertTrue(
        rejected(file("2_a.up.sql", ROWS + "\\connect x\n" + ROWS))
            .getMessage()
            .contains("2_a.up.sql:6001: `\\connect x` is a command of the database's shell"));
    assertTrue(
        rejected(file("3_a.up.sql", ROWS + "COMMIT;\n" + ROWS))
            .getMessage()
            .contains("3_a.up.sql:6001: `COMMIT` controls a transaction"));
    assertTrue(
        rejected(file("4_a.up.sql", ROWS + "-- +goose Down\nDELETE FROM t;"))
            .getMessage()
            .contains("4_a.up.sql:6001: `-- +goose Down` is where goose begins to revert"));
    // Not the whole line, so it is no marker.
    read(file("5_a.up.sql", ROWS + "SELECT 1; -- +goose Down\n"));
    read(file("6_a.up.sql", ROW.strip() + " -- +goose Down\n" + ROWS));
  }

  @Test
  void aStatementBeyondTheLimitIsNamedWithItsSize() throws IOException {
    String large = "INSERT INTO t VALUES ('" + "ü".repeat(3_000_000) + "')";
    assertTrue(
        rejected(file("1_a.up.sql", "SELECT 1;\n" + large + ";\n"))
            .getMessage()
            .contains("1_a.up.sql:2: the statement has 6.0 MB, and the limit is 5.0 MB: "));
  }

  @Test
  void placeholdersAreReplacedInFlywaysLargeFiles() throws IOException {
    MigrationStep step = read(file("V1__a.sql", ROWS + "SELECT '${name}', '$', '${', '${no end';"));
    assertEquals("SELECT 'große', '$', '${', '${no end'", step.statements().sql(6001));
    assertTrue(
        rejected(file("V2__a.sql", ROWS + "SELECT\n'${other}';"))
            .getMessage()
            .contains("V2__a.sql:6002: no value for the placeholder `${other}`"));
  }

  @Test
  void aPlaceholderMayCrossTheEndOfABuffer() throws IOException {
    for (int before = 8180; before < 8200; before++) {
      String text = "x".repeat(before) + "${name}";
      try (Reader reader =
          MigrationFixture.placeholders("name=value")
              .replace(file("V1__a.sql", ""), new StringReader(text))) {
        assertEquals("x".repeat(before) + "value", reader.readAllAsString());
      }
    }
  }

  @Test
  void theSqlOfALargeFileIsWrittenAsItIs() throws IOException {
    StringBuilder sql = new StringBuilder();
    read(file("1_a.up.sql", ROWS)).writeSql(sql);
    assertEquals(ROWS, sql.toString());
    for (String rows : List.of("", ROWS)) {
      StringBuilder template = new StringBuilder();
      read(file("V1__a.sql", rows + "SELECT '${name}';")).writeSql(template);
      assertEquals(rows + "SELECT '${name}';", template.toString());
    }
  }
}
