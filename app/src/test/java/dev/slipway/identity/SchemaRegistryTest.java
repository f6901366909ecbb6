package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.json.EvaluationBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas from where configurations have them: real files, and a real server. */
class SchemaRegistryTest {
  private static final String SCHEMA =
      "{\"properties\":{\"traits\":{\"properties\":{\"name\":{\"type\":\"string\"}}}}}";

  @TempDir private Path folder;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;

  /** What the server does with a request. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.close();
  }

  @Test
  void withoutConfigurationThereIsASchemaOfPeople() {
    SchemaRegistry schemas = SchemaRegistry.load(Settings.Identity.DEFAULT);
    assertEquals("default", schemas.defaultId());
    IdentitySchema schema = schemas.require("default");
    DerivedIdentifiers derived =
        schema.check(
            Map.of("email", "Ada@Example.com", "name", Map.of("first", "Ada")),
            new EvaluationBudget());
    var address = new Address("email", "ada@example.com");
    assertEquals(
        new DerivedIdentifiers(
            Map.of("password", List.of("ada@example.com")),
            List.of(),
            List.of(address),
            List.of(address)),
        derived);
    Problem problem =
        assertThrows(
            Problem.class,
            () -> schema.check(Map.of("name", Map.of("frist", "Ada")), new EvaluationBudget()));
    assertEquals(
        "the traits do not fit the schema default: /traits/name: property 'frist' is not defined"
            + " in the schema and the schema does not allow additional properties; /traits:"
            + " required property 'email' not found",
        problem.getMessage());
  }

  @Test
  void readsFilesUrlsAndTheConfigurationItself() throws IOException {
    Path file = Files.writeString(folder.resolve("a schema.json"), SCHEMA);
    answer("/schema", exchange -> send(exchange, 200, SCHEMA));
    String base64 = Base64.getEncoder().encodeToString(SCHEMA.getBytes(StandardCharsets.UTF_8));
    for (String location :
        List.of(
            file.toString(),
            "file://" + file.toString().replace(" ", "%20"),
            file.toUri().toString(),
            url("/schema"),
            "base64://" + base64)) {
      assertEquals(SCHEMA, load(location).require("x").document(), location);
    }
  }

  @Test
  void keepsTheOrderOfTheConfiguration() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), SCHEMA);
    var locations = new LinkedHashMap<String, String>();
    List.of("x", "b", "a").forEach(id -> locations.put(id, file.toString()));
    SchemaRegistry schemas = SchemaRegistry.load(settings(locations));
    assertEquals(List.of("x", "b", "a"), schemas.all().stream().map(IdentitySchema::id).toList());
  }

  @Test
  void anIdentityOfAnUnknownSchemaIsRefused() throws IOException {
    SchemaRegistry schemas = load(Files.writeString(folder.resolve("a.json"), SCHEMA).toString());
    Problem problem = assertThrows(Problem.class, () -> schemas.require("y"));
    assertEquals(400, problem.status());
    assertEquals("/schema_id: there is no identity schema 'y'", problem.getMessage());
  }

  /** The start would wait for the pipe's other end, whatever signal it got. */
  @Test
  void refusesANamedPipe() throws Exception {
    Path pipe = folder.resolve("pipe.json");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    refused(pipe.toString(), "cannot be read: it is not a regular file");
  }

  @Test
  void saysWhatIsWrongWithAPlace() throws IOException {
    Path large = Files.writeString(folder.resolve("large.json"), " ".repeat(1024 * 1024) + "{}");
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\"a\":");
    Path bytes = Files.write(folder.resolve("bytes.json"), new byte[] {'"', (byte) 0xff, '"'});
    Path list = Files.writeString(folder.resolve("list.json"), "[]");
    Path traits = Files.writeString(folder.resolve("traits.json"), "{\"properties\":{}}");
    Path leading =
        Files.writeString(
            folder.resolve("leading.json"),
            "{\"properties\":{\"traits\":{\"$ref\":\"http://a.example/b\"}}}");
    refused(folder + "/none.json", "cannot be read: there is no such file");
    refused("file://" + folder + "/none.json", "cannot be read: there is no such file");
    refused(folder.toString(), "cannot be read: Is a directory");
    refused(large.toString(), "is larger than 1 MiB");
    refused(
        broken + "",
        ":1:6 is not readable as JSON: Unexpected end-of-input within/between" + " Object entries");
    refused(bytes.toString(), "is not readable as JSON: it is not valid UTF-8");
    refused(list.toString(), "is no JSON Schema: it has to be an object");
    refused(
        traits.toString(),
        "describes no traits: the schema of the traits is the property"
            + " `traits` in it, {\"properties\":{\"traits\":{…}}}");
    refused(
        leading.toString(),
        ": /properties/traits/$ref refers to another document,"
            + " 'http://a.example/b': Slipway fetches no documents; copy the definition into this one"
            + " and refer to it as #/…");
    refused(
        "file://etc/schema.json",
        "is no URL: a file's has three slashes, as file:///etc/schema.json");
    refused(
        "http:///schema.json", "is no URL: a file's has three slashes, as file:///etc/schema.json");
    refused(
        "ftp://a.example/b", "has no known scheme: take file://, http://, https:// or base64://");
  }

  @Test
  void saysWhatIsWrongInTheConfigurationItself() {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> load("base64://%%%"));
    assertEquals("the identity schema 'x' at base64://… is not valid base64", fault.getMessage());
  }

  @Test
  void asksAgainWhenAServerFails() {
    answer(
        "/schema",
        exchange -> {
          if (asked.incrementAndGet() < 3) {
            send(exchange, 503, "");
          } else {
            send(exchange, 200, SCHEMA);
          }
        });
    assertEquals(SCHEMA, load(url("/schema")).require("x").document());
    assertEquals(3, asked.get());
  }

  @Test
  void aServerThatGoesOnFailingMayBeTriedLater() {
    answer("/schema", exchange -> send(exchange, 500, ""));
    away(url("/schema"), "it answered 500");
  }

  @Test
  void aServerThatIsNotThereMayBeTriedLater() {
    String url = url("/schema");
    server.stop(0);
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> load(url, Duration.ofMillis(300)));
    assertEquals(ExitCode.RETRY, fault.exitCode());
    assertTrue(
        fault.getMessage().startsWith("the identity schema 'x' at " + url + " cannot be fetched: "),
        fault::getMessage);
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() {
    answer("/schema", exchange -> end.await());
    away(url("/schema"), "it did not answer in time");
  }

  @Test
  void aServerThatNeverEndsIsGivenUp() {
    answer(
        "/schema",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          end.await();
        });
    away(url("/schema"), "it did not answer in time");
  }

  @Test
  void aServerThatSendsTooMuchIsNotAskedAgain() {
    answer(
        "/schema",
        exchange -> {
          asked.incrementAndGet();
          send(exchange, 200, " ".repeat(1024 * 1024 + 1));
        });
    refused(url("/schema"), "is larger than 1 MiB");
    assertEquals(1, asked.get());
  }

  @Test
  void noRedirectIsFollowed() {
    answer(
        "/other",
        exchange -> {
          asked.incrementAndGet();
          send(exchange, 200, SCHEMA);
        });
    answer(
        "/schema",
        exchange -> {
          exchange.getResponseHeaders().set("Location", url("/other"));
          send(exchange, 302, "");
        });
    refused(url("/schema"), "answered 302, a redirect, which is not followed");
    assertEquals(0, asked.get());
  }

  @Test
  void whatIsNotThereIsAMistake() {
    refused(url("/none"), "answered 404");
  }

  @Test
  void noMessageHoldsThePasswordOfAUrl() {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> load("http://ada:secret@127.0.0.1:1/x", Duration.ofMillis(200)));
    assertTrue(
        fault.getMessage().startsWith("the identity schema 'x' at http://***@127.0.0.1:1/x "),
        fault::getMessage);
  }

  private void refused(String location, String why) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> load(location), location);
    String space = why.startsWith(":") ? "" : " ";
    assertEquals("the identity schema 'x' at " + location + space + why, fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.exitCode(), fault::getMessage);
  }

  private void away(String location, String why) {
    SlipwayException fault =
        assertTimeoutPreemptively(
            Duration.ofSeconds(30),
            () ->
                assertThrows(SlipwayException.class, () -> load(location, Duration.ofSeconds(1))));
    assertEquals(
        "the identity schema 'x' at " + location + " cannot be fetched: " + why,
        fault.getMessage());
    assertEquals(ExitCode.RETRY, fault.exitCode());
  }

  private static SchemaRegistry load(String location) {
    return SchemaRegistry.load(settings(Map.of("x", location)));
  }

  private static SchemaRegistry load(String location, Duration timeout) {
    return SchemaRegistry.load(settings(Map.of("x", location)), timeout);
  }

  private static Settings.Identity settings(Map<String, String> schemas) {
    Settings.Identity unset = Settings.Identity.DEFAULT;
    return new Settings.Identity(
        "x",
        schemas,
        unset.bcryptCost(),
        unset.pageSizeMax(),
        unset.identityBytesMax(),
        unset.baseUrl());
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void answer(String path, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
