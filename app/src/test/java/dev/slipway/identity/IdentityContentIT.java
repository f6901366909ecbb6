package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent is what comes back, or is refused: never something else, and never a fault. */
class IdentityContentIT extends IdentitySuite {
  @Test
  void anIdentityMayHaveSixteenKibibytesAndNotOneMore() {
    String email = freshEmail();
    int rest = 16_384 - Json.write(Map.of("email", email, "anything", "")).length();
    // The credential for sign-in codes counts too.
    String body = "{\"traits\": {\"email\": \"%s\", \"anything\": \"%s\"}}";
    String reason =
        refused(413, send("POST", "/admin/identities", body.formatted(email, "x".repeat(rest))));
    assertTrue(reason.contains("16384"), reason);
    HttpResponse<String> fits =
        send("POST", "/admin/identities", body.formatted(email, "x".repeat(rest - 200)));
    assertEquals(201, fits.statusCode(), fits::body);
    Map<?, ?> created = object(fits.body());
    String path = "/admin/identities/" + created.get("id");
    String patch = "[{\"op\": \"add\", \"path\": \"/metadata_public\", \"value\": \"%s\"}]";
    assertTrue(
        refused(413, send("PATCH", path, patch.formatted("x".repeat(300)))).contains("16384"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\" two  blanks \"",
        "\"Zoë 東京 \u05e9\u05dc\u05d5\u05dd 🦊 👩‍👩‍👧 e\u0301 \uffff\"",
        "\"\\\\ \\\" \\/ \\b \\f \\n \\r \\t \\u0001 \\u007f \\u2028 \\ud83e\\udd8a\"",
        "\"' OR 1=1 -- ; DROP TABLE identities; $1 ? :x %s ${y}\"",
        "[0, -1, 1.5, 0.1, 100, 1e3, 1.25e-3, 9007199254740993, -9223372036854775808]",
        "[true, false, null, [], {}, [[[[[[[[[[1]]]]]]]]]], \"null\"]",
        "{\"\": {\"\": \"\"}, \" \": 1, \"a.b\": 2, \"a/b\": 3, \"ä\": 4, \"$ref\": 5, \"__\": 6}",
        "{\"b\": 1, \"a\": 2, \"B\": 3}"
      })
  void comesBackAsItWasSent(String json) {
    Object sent = plain(Json.read(json, "the test"));
    Map<?, ?> created = created(json);
    assertEquals(sent, anything(created));
    assertEquals(sent, plain(created.get("metadata_public")));
    assertEquals(sent, plain(created.get("metadata_admin")));
    HttpResponse<String> answer = send("GET", "/admin/identities/" + created.get("id"));
    Map<?, ?> stored = object(answer.body());
    assertEquals(sent, anything(stored));
    assertEquals(sent, plain(stored.get("metadata_public")));
    assertEquals(sent, plain(stored.get("metadata_admin")));
  }

  @Test
  void comesBackAsItWasSentHoweverLong() {
    String longText = "äöü🦊".repeat(500);
    Map<?, ?> created = created(Json.write(longText));
    HttpResponse<String> answer = send("GET", "/admin/identities/" + created.get("id"));
    assertEquals(longText, anything(object(answer.body())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a\\u0000b\"",
        "{\"a\\u0000b\": 1}",
        "\"\\ud83e alone\"",
        "\"\\udd8a alone\"",
        "1e400",
        "-1e400",
        "1e-400",
        "123456789012345678901234567890",
        "0.1234567890123456789012345678901234567890"
      })
  void isRefusedWhereADatabaseWouldNotKeepIt(String json) {
    String reason = refused(400, post(json));
    assertTrue(reason.contains("/traits/anything"), reason);
  }

  @Test
  void aTextThatNoColumnTakesIsRefused() {
    String zero = "{\"traits\":{\"email\":\"%s\"},\"external_id\":\"a\\u0000\"}";
    refused(400, send("POST", "/admin/identities", zero.formatted(freshEmail())));
    String email = "{\"traits\":{\"email\":\"a\\u0000b@example.org\"}}";
    refused(400, send("POST", "/admin/identities", email));
    String schema = "{\"schema_id\":\"\\u0000\",\"traits\":{\"email\":\"%s\"}}";
    refused(400, send("POST", "/admin/identities", schema.formatted(freshEmail())));
    refused(400, send("GET", "/admin/identities?credentials_identifier=%00"));
    refused(400, send("GET", "/admin/identities/by/external/%00"));
  }

  @Test
  void aTextThatIsTooLongForItsColumnIsRefused() {
    String longId = "x".repeat(256);
    String external = "{\"traits\":{\"email\":\"%s\"},\"external_id\":\"%s\"}";
    refused(400, send("POST", "/admin/identities", external.formatted(freshEmail(), longId)));
    String foxes = fresh("fox") + "🦊".repeat(230);
    Map<?, ?> created =
        object(send("POST", "/admin/identities", external.formatted(freshEmail(), foxes)).body());
    assertEquals(foxes, created.get("external_id"));
    String username = "{\"traits\":{\"email\":\"%s\",\"username\":\"%s\"}}";
    HttpResponse<String> answer =
        send("POST", "/admin/identities", username.formatted(freshEmail(), "x".repeat(5000)));
    refused(400, answer);
  }

  private Map<?, ?> created(String json) {
    HttpResponse<String> answer = post(json);
    assertEquals(201, answer.statusCode(), answer::body);
    return object(answer.body());
  }

  private HttpResponse<String> post(String json) {
    return send(
        "POST",
        "/admin/identities",
        """
        {"schema_id": "person", "traits": {"email": "%s", "anything": %s},
        "metadata_public": %s, "metadata_admin": %s}\
        """
            .formatted(freshEmail(), json, json, json));
  }

  private static Object anything(Map<?, ?> identity) {
    return plain(((Map<?, ?>) identity.get("traits")).get("anything"));
  }

  /** Numbers that are written differently are equal: 1e3 is 1000. */
  private static Object plain(Object value) {
    return switch (value) {
      case null -> null;
      case Number number -> new BigDecimal(number.toString()).stripTrailingZeros();
      case List<?> list -> Arrays.asList(list.stream().map(IdentityContentIT::plain).toArray());
      case Map<?, ?> map -> {
        Map<Object, Object> plain = new LinkedHashMap<>();
        map.forEach((name, each) -> plain.put(name, plain(each)));
        yield plain;
      }
      case Object other -> other;
    };
  }
}
