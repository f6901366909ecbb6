package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Settings;
import dev.slipway.http.Metrics;
import dev.slipway.http.Routes;
import dev.slipway.http.Server;
import dev.slipway.json.Json;
import dev.slipway.testing.HttpSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas, asked for over HTTP. */
class SchemaRoutesTest {
  private static final String SCHEMA = "{\"properties\":{\"traits\":{\"title\":\"%s\"}}}";
  private static final List<String> IDS = List.of("person", "a/b", "größe", "cGVyc29u", "last");

  private final HttpClient client = HttpClient.newHttpClient();
  private Server server;

  @BeforeEach
  void start() {
    var locations = new LinkedHashMap<String, String>();
    for (String id : IDS) {
      locations.put(
          id, "base64://" + Base64.getEncoder().encodeToString(SCHEMA.formatted(id).getBytes()));
    }
    var settings = new Settings.Identity("person", locations, 4, 500, 16384, "");
    server =
        Server.start(
            HttpSettings.defaults(),
            Routes.of(new SchemaRoutes(SchemaRegistry.load(settings), settings).routes()),
            new Metrics());
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/schemas", "/admin/schemas"})
  void listsThemInTheOrderOfTheConfiguration(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertEquals(200, answer.statusCode());
    assertEquals(IDS, ids(answer));
    assertTrue(
        answer.body().startsWith("[{\"id\":\"person\",\"schema\":" + SCHEMA.formatted("person")),
        answer::body);
    assertEquals(
        Optional.of("<" + path + "?page_size=250>; rel=\"first\""),
        answer.headers().firstValue("Link"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/schemas", "/admin/schemas"})
  void pagesLeadToTheirNext(String path) throws Exception {
    List<Object> seen = new ArrayList<>();
    Optional<String> next = Optional.of(path + "?page_size=2");
    int pages = 0;
    while (next.isPresent()) {
      HttpResponse<String> answer = get(next.get());
      assertEquals(200, answer.statusCode(), answer::body);
      seen.addAll(ids(answer));
      pages++;
      next = answer.headers().firstValue("Link").flatMap(SchemaRoutesTest::next);
    }
    assertEquals(IDS, seen);
    assertEquals(3, pages);
  }

  @Test
  void refusesAPageThatCannotBe() throws Exception {
    assertRefused(
        400,
        "page_token is not one of this list: take it from the Link header of a page",
        "/schemas?page_token=x");
    assertRefused(400, "page_size must be a whole number from 0 to 500", "/schemas?page_size=x");
    assertRefused(
        400,
        "there is no query parameter size here, only page_size, per_page, page_token, page",
        "/schemas?size=1");
  }

  @Test
  void aSchemaIsItsDocument() throws Exception {
    assertEquals(SCHEMA.formatted("person"), get("/schemas/person").body());
    assertEquals(SCHEMA.formatted("a/b"), get("/schemas/a%2Fb").body());
    assertEquals(SCHEMA.formatted("größe"), get("/admin/schemas/gr%C3%B6%C3%9Fe").body());
  }

  /** As an identity's schema_url has it; a schema that is called so comes first. */
  @Test
  void anIdMayBeInBase64() throws Exception {
    assertEquals(SCHEMA.formatted("last"), get("/schemas/bGFzdA").body());
    assertEquals(SCHEMA.formatted("a/b"), get("/admin/schemas/YS9i").body());
    assertEquals(SCHEMA.formatted("cGVyc29u"), get("/schemas/cGVyc29u").body());
  }

  @Test
  void whatIsNotThereIs404() throws Exception {
    assertRefused(404, "there is no identity schema 'nobody'", "/schemas/nobody");
    assertRefused(404, "there is no identity schema 'bm9ib2R5'", "/schemas/bm9ib2R5");
    assertRefused(400, "there is no query parameter a here", "/schemas/person?a=b");
  }

  private void assertRefused(int status, String reason, String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertEquals(status, answer.statusCode());
    Map<?, ?> error = (Map<?, ?>) ((Map<?, ?>) Json.read(answer.body(), "the answer")).get("error");
    assertEquals(reason, error.get("reason"));
    assertEquals(status, error.get("code"));
  }

  private static List<Object> ids(HttpResponse<String> answer) {
    return ((List<?>) Json.read(answer.body(), "the answer"))
        .stream().<Object>map(each -> ((Map<?, ?>) each).get("id")).toList();
  }

  private static Optional<String> next(String links) {
    Matcher next = Pattern.compile("<([^>]+)>; rel=\"next\"").matcher(links);
    return next.find() ? Optional.of(next.group(1)) : Optional.empty();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
        BodyHandlers.ofString());
  }
}
