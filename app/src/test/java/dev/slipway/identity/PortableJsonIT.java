package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The value that is stored is the value that is read, on every database. */
class PortableJsonIT extends IdentitySuite {
  private static final String ANYTHING =
      """
      {"numbers": [0, -1, 9223372036854775807, -9223372036854775808, 0.1, 1.10, -0.25, 1e2, 1E-30,
        -2.5e-45, 12345.678901, 9007199254740992.0, 1e18, 3.141592653589793],
       "texts": ["", " ", "a\\"b\\\\c/d", "\\t\\n\\r\\b\\f\\u0001\\u001f\\u007f", "ä€\\ufffd\\uffff",
        "\\ud83e\\udd8a", "\\u2028\\u2029", "'; DROP TABLE identities; --", "%s ? $1 :name {}"],
       "names": {"": 1, "a.b": 2, "a/b~c": 3, "$ref": 4, "ä\\ud83e\\udd8a": 5, "A": 6, "a": 7},
       "others": [true, false, null, {}, [], [[]], [{}]]}
      """;

  @Test
  void whatIsStoredIsWhatIsRead() {
    String email = freshEmail();
    HttpResponse<String> created =
        send(
            "POST",
            "/admin/identities",
            body("{\"email\":\"" + email + "\",\"anything\":" + ANYTHING + "}"));
    assertEquals(201, created.statusCode(), created::body);
    String path =
        "/admin/identities/"
            + Json.write(((Map<?, ?>) Json.read(created.body(), "it")).get("id")).replace("\"", "");
    assertEquals(normal(Json.read(ANYTHING, "it")), anything(send("GET", path)));

    // What was read can be sent again, and patched.
    Object traits = ((Map<?, ?>) Json.read(send("GET", path).body(), "it")).get("traits");
    HttpResponse<String> updated = send("PUT", path, body(Json.write(traits)));
    assertEquals(200, updated.statusCode(), updated::body);
    assertEquals(normal(Json.read(ANYTHING, "it")), anything(send("GET", path)));
    HttpResponse<String> patched =
        send(
            "PATCH",
            path,
            """
            [{"op": "test", "path": "/traits/anything/names/a~1b~0c", "value": 3},
             {"op": "test", "path": "/traits/anything/numbers/5", "value": 1.1},
             {"op": "add", "path": "/traits/anything/others/-", "value": {"x": [1]}},
             {"op": "remove", "path": "/traits/anything/others/7"}]
            """);
    assertEquals(200, patched.statusCode(), patched::body);
    assertEquals(normal(Json.read(ANYTHING, "it")), anything(send("GET", path)));
  }

  /**
   * Zero and the largest and smallest numbers that are taken: no database refuses or changes one.
   */
  @Test
  void numbersAtTheLimitsAreStored() {
    String numbers =
        "[0e400,-0e400,0e1000,-0.0,0E-60,1e-60,-1e-60,1.5e-50,9.2e18,-9.2e18,9223372036854775807,"
            + "-9223372036854775808,1e0000000018]";
    HttpResponse<String> created =
        send(
            "POST",
            "/admin/identities",
            body("{\"email\":\"" + freshEmail() + "\",\"anything\":" + numbers + "}"));
    assertEquals(201, created.statusCode(), created::body);
    String id = (String) ((Map<?, ?>) Json.read(created.body(), "it")).get("id");
    assertEquals(
        normal(Json.read(numbers, "it")), anything(send("GET", "/admin/identities/" + id)));
  }

  /** What a database would round, refuse, or write out with a thousand digits never gets there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e19",
        "1e308",
        "1e400",
        "-1e1000",
        "1e1001",
        "1e2147483647",
        "1e2147483648",
        "0e1001",
        "1e-61",
        "1e-400",
        "1e-2147483648",
        "9223372036854775808",
        "1.00000000000000000000001"
      })
  void aNumberBeyondThemIsRefused(String number) {
    String email = freshEmail();
    HttpResponse<String> created =
        send(
            "POST",
            "/admin/identities",
            body("{\"email\":\"" + email + "\",\"anything\":{\"n\":[" + number + "]}}"));
    assertTrue(refused(400, created).contains("number"), created::body);
    assertEquals("[]", send("GET", "/admin/identities?credentials_identifier=" + email).body());
  }

  @Test
  void whatNests50LevelsIsStored() {
    String email = freshEmail();
    for (int levels : List.of(48, 49)) {
      HttpResponse<String> created =
          send(
              "POST",
              "/admin/identities",
              body(
                  "{\"email\":\""
                      + email
                      + "\",\"anything\":"
                      + "[".repeat(levels)
                      + "]".repeat(levels)
                      + "}"));
      if (levels == 48) {
        assertEquals(201, created.statusCode(), created::body);
      } else {
        assertEquals("the body nests deeper than 50 levels", refused(400, created));
      }
    }
  }

  private static String body(String traits) {
    return "{\"schema_id\":\"person\",\"traits\":" + traits + "}";
  }

  private static Object anything(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer::body);
    Map<?, ?> traits = (Map<?, ?>) ((Map<?, ?>) Json.read(answer.body(), "it")).get("traits");
    return normal(traits.get("anything"));
  }

  /** Numbers as what they are worth, and members in an order of their own. */
  private static Object normal(Object value) {
    return switch (value) {
      case Number number -> new BigDecimal(number.toString()).stripTrailingZeros();
      case List<?> list -> list.stream().map(each -> each == null ? "null" : normal(each)).toList();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .collect(
                  Collectors.toMap(
                      each -> (String) each.getKey(),
                      each -> normal(each.getValue()),
                      (one, other) -> one,
                      TreeMap::new));
      case null, default -> value;
    };
  }
}
