package dev.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
