package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The syntax of files of variables. */
class EnvFileParserTest {
  private static final Path FILE = Path.of(".env");

  private static Map<String, EnvFileParser.Variable> parse(String text) {
    return EnvFileParser.parse(FILE, text, Set.of("DSN", "DATABASE_PASSWORD"));
  }

  private static String value(String text) {
    return parse(text).get("DSN").value();
  }

  private static SlipwayException refused(String text) {
    SlipwayException e = assertThrows(SlipwayException.class, () -> parse(text));
    assertEquals(ExitCode.USAGE, e.exitCode());
    return e;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      value = {
        "|DSN=a|; a",
        "|DSN = a |; a",
        "|  export DSN=a|; a",
        "|DSN: a|; a",
        "|DSN=a b|; a b",
        "|DSN=a # comment|; a",
        "|DSN=a\t# comment|; a",
        "|DSN=a#b|; a#b",
        "|DSN=#b|; #b",
        "|DSN='a # b' # comment|; a # b",
        "|DSN='a$b${c}\\n'|; a$b${c}\\n",
        "|DSN=\"a # b\"|; a # b",
        "|DSN=\"a\\\"b\\$c\\\\\"|; a\"b$c\\",
        "|DSN=\"a\\d\"|; a\\d",
        "|DSN=a\\nb|; a\\nb",
        "|DSN=a$1b$|; a$1b$",
        "|DSN=a'b\"c|; a'b\"c",
        "|DSN=postgres://u:p%23@h/d?sslmode=disable|; postgres://u:p%23@h/d?sslmode=disable",
      })
  void readsValuesAsComposeDoes(String text, String value) {
    assertEquals(value, value(text));
  }

  @Test
  void readsLinesOfAnyPlatform() {
    assertEquals("a", value("\uFEFFDSN=a\r\nX=b\r\n"));
    assertEquals("a", value("# DSN=b\r\rX=\"1\n2\n3\"\rDSN=a"));
    assertEquals("a\nb", value("DSN=\"a\r\nb\"\r\n"));
    assertEquals("a\nb\tc", value("DSN=\"a\\nb\\tc\""));
  }

  @Test
  void anEmptyValueIsEmpty() {
    for (String text : new String[] {"DSN=", "DSN=\nX=1", "DSN=''", "DSN=\"\"", "DSN= # none"}) {
      assertEquals("", value(text), text);
    }
    assertFalse(parse("DSN").containsKey("DSN"));
    assertFalse(parse("DSN_OTHER=1\nMY_DSN=2\n").containsKey("DSN"));
  }

  @Test
  void referencesAreToTheFileAlone() {
    assertEquals("postgres://u:p@h", value("P=p\nDSN=postgres://u:${P}@h"));
    assertEquals("1-2", value("A=1\nB=\"${A}-2\"\nDSN=\"${B}\""));
    assertEquals("a$b", value("A='a$b'\nDSN=${A}"));
    String message = ".env:2: the value of DSN has a `${…}` that is no variable of this file";
    assertEquals(message, refused("X=1\nDSN=a${HOME}").getMessage());
    assertEquals(message, refused("X=1\nDSN=\"${X:-default}\"").getMessage());
    assertEquals(".env:1: the value of DSN refers to itself", refused("DSN=${DSN}").getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      value = {
        "|DSN=hunter2$hunter3|; the value of DSN has a `$` that some tools take for a variable",
        "|DSN=\"hunter2$$\"|; the value of DSN has a `$` that some tools take for a variable",
        "|DSN='hunter2|; the value of DSN has no closing quote",
        "|DSN=\"hunter2\\\"|; the value of DSN has no closing quote",
        "|DSN='hunter2'hunter3|; the value of DSN goes on after its closing quote",
        "|DSN hunter2|; DSN is followed by no `=`",
        "|DSN=1\nDSN=hunter2|; DSN has another value here than in line 2",
      })
  void whatIsUnclearIsRefusedWithItsLine(String text, String message) {
    SlipwayException e = refused("\n" + text);
    int line = text.contains("\n") ? 3 : 2;
    assertEquals(".env:" + line + ": " + message, e.getMessage());
    assertFalse((e.getMessage() + e.hint().orElse("")).contains("hunter"), e::getMessage);
  }

  @Test
  void otherVariablesMayBeAnything() {
    assertEquals(
        "a", value("X=$HOME\nY='it\nZ=1\nZ=2\nnot a variable\nW=\"x\" y\n!\nDSN=a\nDSN='a'\n"));
    assertTrue(parse("").isEmpty());
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWhereTheyCount() {
    assertEquals("a", value("X=\uDCE4\nDSN=a"));
    assertEquals(
        "DSN in .env:1 is not valid UTF-8: \\xE4 at character 1",
        refused("DSN=\uDCE4").getMessage());
  }
}
