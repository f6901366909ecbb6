package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.testing.ServeProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every request in docs/identities.md is sent as it stands, and answered as it says. */
@Timeout(60)
class IdentitiesDocIT {
  private static final Pattern BLOCK = Pattern.compile("```http\n(.*?)```", Pattern.DOTALL);

  private static final Pattern EXCHANGE =
      Pattern.compile(
          "(GET|POST|PUT|PATCH|DELETE) (\\S+)\n(.*?)\nHTTP (\\d+)\n(.*?)"
              + "(?=\n(?:GET|POST|PUT|PATCH|DELETE) |\\z)",
          Pattern.DOTALL);

  @Test
  void everyExchangeIsAsWritten() throws Exception {
    List<Matcher> exchanges = exchanges();
    assertFalse(exchanges.isEmpty());
    String first = "";
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", "memory"));
        HttpClient client = HttpClient.newHttpClient()) {
      serve.awaitReadiness(200, Duration.ofSeconds(20));
      for (Matcher exchange : exchanges) {
        String words = exchange.group(1) + " " + exchange.group(2);
        String body = exchange.group(3).strip();
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create(serve.address() + exchange.group(2).replace("{id}", first)))
                .header("Content-Type", "application/json")
                .method(
                    exchange.group(1),
                    body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertEquals(
            Integer.parseInt(exchange.group(4)), answer.statusCode(), words + answer.body());
        if (first.isEmpty()) {
          String location = answer.headers().firstValue("Location").orElseThrow();
          first = location.substring(location.lastIndexOf('/') + 1);
        }
        String expected = exchange.group(5).strip();
        if (!expected.isEmpty()) {
          Object found = Json.read(answer.body(), "the answer");
          Object error = found instanceof Map<?, ?> map ? map.get("error") : null;
          assertHolds(Json.read(expected, "the document"), error == null ? found : error, words);
        }
      }
    }
  }

  /** What the document shows has to be in the answer; the answer has more. Of texts, a part. */
  private static void assertHolds(Object expected, Object found, String where) {
    switch (expected) {
      case Map<?, ?> map ->
          map.forEach(
              (name, value) ->
                  assertHolds(value, ((Map<?, ?>) found).get(name), where + "/" + name));
      case List<?> list -> {
        assertEquals(list.size(), ((List<?>) found).size(), where);
        for (int i = 0; i < list.size(); i++) {
          assertHolds(list.get(i), ((List<?>) found).get(i), where + "/" + i);
        }
      }
      case String text ->
          assertTrue(
              String.valueOf(found).contains(text),
              () -> where + ": " + text + " is not in " + found);
      default -> assertEquals(expected, found, where);
    }
  }

  private static List<Matcher> exchanges() throws Exception {
    Path root = Path.of("").toAbsolutePath();
    Path folder = Files.isDirectory(root.resolve("docs")) ? root : root.getParent();
    Matcher blocks = BLOCK.matcher(Files.readString(folder.resolve("docs/identities.md")));
    List<Matcher> exchanges = new ArrayList<>();
    while (blocks.find()) {
      Matcher exchange = EXCHANGE.matcher(blocks.group(1));
      while (exchange.find()) {
        Matcher one = EXCHANGE.matcher(exchange.group());
        assertTrue(one.find());
        exchanges.add(one);
      }
    }
    return exchanges;
  }
}
