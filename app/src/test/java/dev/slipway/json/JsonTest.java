package dev.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
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
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> Json.read(text, "the body"));
    assertEquals(ExitCode.USAGE, fault.exitCode());
    assertTrue(fault.getMessage().startsWith("the body"), fault.getMessage());
    assertFalse(fault.getMessage().contains("\n"));
  }

  @Test
  void refusesDeepAndLongDocuments() {
    assertThrows(SlipwayException.class, () -> Json.read("[".repeat(200) + "]".repeat(200), "it"));
    assertThrows(
        SlipwayException.class, () -> Json.read("\"" + "a".repeat(2_000_000) + "\"", "it"));
    assertThrows(SlipwayException.class, () -> Yaml.read("[".repeat(200) + "]".repeat(200), "it"));
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
    SlipwayException fault = assertThrows(SlipwayException.class, () -> Json.read(all, "the body"));
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
    Json.readPortable(text.getBytes(StandardCharsets.UTF_8), "the body");
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
        "{\"a\":1e1000} | the body: /a is a number beyond 64 bits",
        "{\"a\":1e-300} | the body: /a is a number with more digits than a double holds",
        "{\"a\":1e-1000} | the body: /a is a number with more digits than a double holds",
        "{\"a\":0.12345678901234567890}"
            + " | the body: /a is a number with more digits than a double holds",
        "{\"a\":9007199254740993.0}"
            + " | the body: /a is a number with more digits than a double holds",
      })
  void refusesWhatSomeDatabaseWouldChangeOrRefuse(String text, String words) {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> Json.readPortable(text.getBytes(StandardCharsets.UTF_8), "the body"));
    assertEquals(words, fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e1001",
        "-1E+1001",
        "1e-1001",
        "1e2147483647",
        "1e2147483648",
        "1e-2147483648",
        "0e99999",
        "1.5e99999999999999999999999999",
        "0.0e2147483647"
      })
  void aNumberWithAHugeExponentIsNotRead(String number) {
    for (String document : List.of(number, "[1," + number + "]", "{\"a\":" + number + "}")) {
      SlipwayException json =
          assertThrows(SlipwayException.class, () -> Json.read(document, "schema.json"));
      assertTrue(
          json.getMessage().endsWith("the exponent of a number is beyond 1000: " + number),
          json.getMessage());
      assertTrue(json.getMessage().startsWith("schema.json:1:"), json.getMessage());
      assertEquals(ExitCode.USAGE, json.exitCode());
      SlipwayException yaml =
          assertThrows(SlipwayException.class, () -> Yaml.read("a: " + document, "slipway.yaml"));
      assertTrue(yaml.getMessage().startsWith("slipway.yaml:1:"), yaml.getMessage());
    }
  }

  @Test
  void numbersUpToTheLimitAreWhatTheyWere() {
    assertEquals(new BigDecimal("1e1000"), Json.read("1e1000", "it"));
    assertEquals(new BigDecimal("4.9E-324"), Yaml.read("4.9E-324", "it"));
    assertEquals(new BigDecimal("1e0000000000005"), Json.read("1e0000000000005", "it"));
    // Some databases refuse a zero with an exponent.
    assertEquals("[0,0.0,0]", Json.write(Json.read("[0e400,-0.0,-0]", "it")));
  }

  @Test
  void noMessageGrowsWithTheDocument() {
    String name = "n".repeat(9_000);
    for (String document :
        List.of(
            "{\"" + name + "\":1,\"" + name + "\":2}",
            "{\"" + name + "\":{\"" + name + "\":\"\\u0000\"}}",
            "x".repeat(100_000),
            "9".repeat(100_000),
            "{\"" + "n".repeat(100_000) + "\":1}")) {
      SlipwayException fault =
          assertThrows(
              SlipwayException.class,
              () -> Json.readPortable(document.getBytes(StandardCharsets.UTF_8), "the body"));
      assertTrue(fault.getMessage().length() < 600, fault.getMessage());
    }
  }

  @Test
  void whatIsStoredNests50LevelsDeep() {
    Json.readPortable(nested(50), "the body");
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> Json.readPortable(nested(51), "the body"));
    assertEquals("the body nests deeper than 50 levels", fault.getMessage());
    assertThrows(SlipwayException.class, () -> Json.readPortable(nested(101), "the body"));
  }

  private static byte[] nested(int levels) {
    return ("[".repeat(levels) + "]".repeat(levels)).getBytes(StandardCharsets.UTF_8);
  }
}
