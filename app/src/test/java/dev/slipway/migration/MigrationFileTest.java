package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The content of a migration file, its checksum, and its names. */
class MigrationFileTest {
  @TempDir Path folder;

  private static MigrationFile file(Path path, String script) {
    return MigrationFile.of(path, script, MigrationFixture.name(script).parts().orElseThrow());
  }

  /** A file whose bytes are the characters of a text. */
  private MigrationFile file(String bytes) throws IOException {
    Path path = folder.resolve("1_a.up.sql");
    Files.write(path, bytes.getBytes(StandardCharsets.ISO_8859_1));
    return file(path, "1_a.up.sql");
  }

  private static int crc32(String bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes.getBytes(StandardCharsets.ISO_8859_1));
    return (int) checksum.getValue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "'a\nb'         | 'a\nb'      | ab",
        "'a\nb\n'       | 'a\nb\n'    | ab",
        "'a\r\n\r\nb\r' | 'a\r\n\r\nb\r' | ab",
        "'\n\na'        | '\n\na'     | a",
        "''             | ''          | ''",
        "'a'            | 'a'         | a",
        "'\u00ef\u00bb\u00bfa\nb' | 'a\nb' | ab",
      })
  void theChecksumIsThatOfTheLinesWithoutTheirEnds(String bytes, String text, String lines)
      throws IOException {
    MigrationFile.Content content = file(bytes).read();
    assertEquals(text, content.text());
    assertEquals(crc32(lines), content.checksum());
  }

  @Test
  void aByteOrderMarkWithoutTextIsAnEmptyFile() throws IOException {
    assertEquals("", file("\u00ef\u00bb\u00bf").read().text());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "'\u00fe\u00ff' | 1 | the file is UTF-16, and migrations are read as UTF-8",
        "'\u00ff\u00fea' | 1 | the file is UTF-16, and migrations are read as UTF-8",
        "'\u00ff'        | 1 | the file is not UTF-8: byte 0xff fits no character",
        "'\u00ef\u00bb'  | 1 | the file is not UTF-8: byte 0xef fits no character",
        "'a\r\nb\n\u00e4c' | 3 | the file is not UTF-8: byte 0xe4 fits no character",
        "'\u00ef\u00bb\u00bf\n\u00e4' | 2 | the file is not UTF-8: byte 0xe4 fits no character",
        "'a\r\nb\n\0'    | 3 | the file holds a NUL byte, which no database takes in a statement",
      })
  void rejectsWhatIsNotUtf8TextWithItsLine(String bytes, int line, String problem)
      throws IOException {
    MigrationFile file = file(bytes);
    SlipwayException e = assertThrows(SlipwayException.class, file::read);
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertEquals(problem, e.location().orElseThrow().problem());
    assertEquals(line, e.location().orElseThrow().line());
    assertTrue(e.hint().isPresent());
  }

  @Test
  void aMissingFileIsAUsageErrorWithItsPath() {
    MigrationFile file = file(folder.resolve("1_a.up.sql"), "1_a.up.sql");
    SlipwayException e = assertThrows(SlipwayException.class, file::read);
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(
        e.getMessage().startsWith("cannot read " + folder.resolve("1_a.up.sql") + ": "),
        e.getMessage());
  }

  @Test
  void aDescriptionIsAtMost200Characters() {
    assertEquals("x".repeat(200), file(folder, "1_" + "x".repeat(200) + ".up.sql").description());
    assertEquals(
        "x".repeat(197) + "...", file(folder, "1_" + "x".repeat(201) + ".up.sql").description());
  }

  @ParameterizedTest
  @CsvSource({
    "1_add_users.up.sql, add users, 1_add_users",
    "1__add.down.sql, add, 1__add",
    "V1.2__add_users.sql, add users, 1.2_add_users",
    "R__all_users.sql, all users, R__all_users",
  })
  void aLabelIsVersionAndNameAndADescriptionHasSpaces(
      String script, String description, String label) {
    MigrationFile file = file(folder, script);
    assertEquals(description, file.description());
    assertEquals(label, file.label());
  }

  @ParameterizedTest
  @CsvSource({
    "a, ",
    "oracle, ",
    "a.oracle, oracle",
    "a.mysql, mysql",
    "a.pgx, postgres",
    "a.b.sqlite, sqlite3",
    "a.other, ",
    "a., ",
  })
  void theLastSegmentOfADescriptionMayNameADatabase(String description, String database) {
    assertEquals(Optional.ofNullable(database), MigrationFileName.database(description));
  }
}
