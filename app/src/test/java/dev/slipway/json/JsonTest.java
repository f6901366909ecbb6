package dev.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  /** Records are written by their components, in order. */
  public record Row(String name, int number) {}

  @Test
  void keepsOrderAndNumbers() {
    Object value = Json.read("{\"b\":0.10,\"a\":[1,true,null]}", "the body");
    assertEquals("{\"b\":0.10,\"a\":[1,true,null]}", Json.write(value));
    assertEquals(new BigDecimal("0.10"), ((Map<?, ?>) value).get("b"));
  }

  @Test
  void writesRecords() {
    assertEquals("[{\"name\":\"a\",\"number\":1}]", Json.write(List.of(new Row("a", 1))));
    assertEquals("name: \"a\"\nnumber: 1\n".replace("\"", ""), Yaml.write(new Row("a", 1)));
  }

  @Test
  void prettyIsIndentedByTwoSpaces() {
    assertTrue(Json.pretty(new Row("a", 1)).contains("\n  \"name\" : \"a\""));
  }

  @Test
  void yamlKeepsTextsThatLookLikeNumbers() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", "20260105090000");
    map.put("truth", "true");
    assertEquals(map, Yaml.read(Yaml.write(map), "it"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "[1,]", ""})
  void refusesWhatIsNoJson(String text) {
    Fault fault = assertThrows(Fault.class, () -> Json.read(text, "the body"));
    assertEquals(ExitCode.USAGE, fault.code());
    assertTrue(fault.getMessage().startsWith("the body"), fault.getMessage());
    assertFalse(fault.getMessage().contains("\n"));
  }

  @Test
  void refusesDeepAndLongDocuments() {
    assertThrows(Fault.class, () -> Json.read("[".repeat(200) + "]".repeat(200), "it"));
    assertThrows(Fault.class, () -> Json.read("\"" + "a".repeat(2_000_000) + "\"", "it"));
    assertThrows(Fault.class, () -> Yaml.read("[".repeat(200) + "]".repeat(200), "it"));
  }

  @Test
  void anAliasOfAliasesDoesNotGrow() {
    String bomb =
        """
        a: &a [x,x,x,x,x,x,x,x,x]
        b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
        c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
        d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
        """;
    assertTrue(Json.write(Yaml.read(bomb, "it")).length() < 1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c3 28", "ff", "c0 80", "ed a0 80", "e2 82", "f8 88 80 80 80"})
  void refusesBytesThatAreNoUtf8(String bytes) {
    byte[] body = ("\"" + "?".repeat(3) + "\"").getBytes(StandardCharsets.UTF_8);
    byte[] wrong = HexFormat.ofDelimiter(" ").parseHex(bytes);
    byte[] all = new byte[body.length + wrong.length];
    System.arraycopy(body, 0, all, 0, 2);
    System.arraycopy(wrong, 0, all, 2, wrong.length);
    System.arraycopy(body, 2, all, 2 + wrong.length, body.length - 2);
    Fault fault = assertThrows(Fault.class, () -> Json.read(all, "the body"));
    assertEquals("the body is not readable as JSON: it is not valid UTF-8", fault.getMessage());
  }

  @Test
  void readsUtf8WithTheReplacementCharacterInIt() {
    String text = "ä€\uFFFD\uD83D\uDE00";
    assertEquals(text, Json.read(("\"" + text + "\"").getBytes(StandardCharsets.UTF_8), "it"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":[null,true,\"\\uD83D\\uDE00\"]}",
        "9223372036854775807",
        "-9223372036854775808",
        "0.1",
        "1.10",
        "-0.0",
        "1e2",
        "1E-30",
        "12345.678901",
        "9007199254740992.0",
        "1e18"
      })
  void whatEveryDatabaseGivesBackIsStorable(String text) {
    Json.readStorable(text.getBytes(StandardCharsets.UTF_8), "the body");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":[\"\\u0000\"]} | the body: /a/0 holds the character U+0000",
        "{\"a\":{\"b\\u0000\":1}} | the body: /a has a name that holds the character U+0000",
        "\"x\\uD83D\" | the body: it holds half a surrogate pair",
        "{\"a/b\":\"\\uDE00x\"} | the body: /a~1b holds half a surrogate pair",
        "{\"a\":9223372036854775808} | the body: /a is a whole number beyond 64 bits",
        "{\"a\":1e19} | the body: /a is a number beyond 64 bits",
        "{\"a\":1e400} | the body: /a is a number beyond 64 bits",
        "{\"a\":1e999999999} | the body: /a is a number beyond 64 bits",
        "{\"a\":1e-300} | the body: /a is a number with more digits than a double holds",
        "{\"a\":1e-999999999} | the body: /a is a number with more digits than a double holds",
        "{\"a\":0.12345678901234567890}"
            + " | the body: /a is a number with more digits than a double holds",
        "{\"a\":9007199254740993.0}"
            + " | the body: /a is a number with more digits than a double holds",
      })
  void refusesWhatSomeDatabaseWouldChangeOrRefuse(String text, String words) {
    Fault fault =
        assertThrows(
            Fault.class,
            () -> Json.readStorable(text.getBytes(StandardCharsets.UTF_8), "the body"));
    assertEquals(words, fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.code());
  }

  @Test
  void whatIsStoredNests50LevelsDeep() {
    Json.readStorable(nested(50), "the body");
    Fault fault = assertThrows(Fault.class, () -> Json.readStorable(nested(51), "the body"));
    assertEquals("the body nests deeper than 50 levels", fault.getMessage());
    assertThrows(Fault.class, () -> Json.readStorable(nested(101), "the body"));
  }

  private static byte[] nested(int levels) {
    return ("[".repeat(levels) + "]".repeat(levels)).getBytes(StandardCharsets.UTF_8);
  }
}
