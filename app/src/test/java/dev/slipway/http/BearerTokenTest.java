package dev.slipway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.testing.HttpSettings;
import dev.slipway.testing.Recording;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BearerTokenTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final String token = Recording.secret();
  private Server server;

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    client.close();
  }

  @Test
  void whoBearsTheTokenIsServed() throws Exception {
    startWithToken();
    assertEquals(200, status("/work", "Bearer " + token));
    assertEquals(200, status("/work", "bearer  " + token));
    assertEquals(404, status("/none", "Bearer " + token));
    assertEquals(405, status("/health", "POST", "Bearer " + token));
  }

  @Test
  void everybodyElseLearnsNothing() throws Exception {
    startWithToken();
    for (String wrong :
        List.of(
            "",
            "Bearer",
            "Bearer ",
            "Bearer x",
            "Bearer " + token + "x",
            "Bearer " + token.substring(1),
            "Bearer " + token.toUpperCase(),
            "Bearer " + token + " " + token,
            "Basic " + token,
            token)) {
      assertEquals(401, status("/work", wrong), wrong.replace(token, "T"));
      assertEquals(401, status("/none", wrong));
      assertEquals(401, status("/work", "DELETE", wrong));
    }
    HttpResponse<String> answer = send(request("/work"));
    assertEquals("Bearer", answer.headers().firstValue("WWW-Authenticate").orElseThrow());
    assertTrue(answer.body().startsWith("{\"error\":{\"code\":401,\"status\":\"Unauthorized\","));
  }

  @Test
  void twoTokensAreNone() throws Exception {
    startWithToken();
    HttpRequest.Builder request =
        request("/work")
            .header("Authorization", "Bearer " + token)
            .header("Authorization", "Bearer " + token);
    assertEquals(401, send(request).statusCode());
  }

  @Test
  void aRequestWithoutTheTokenIsNotRead() throws Exception {
    startWithToken();
    byte[] large = new byte[10 * 1024 * 1024];
    assertEquals(401, send(request("/work").POST(BodyPublishers.ofByteArray(large))).statusCode());
  }

  @Test
  void whatTellsOfTheServerItselfIsOpen() throws Exception {
    startWithToken();
    assertEquals(200, status("/health", ""));
    assertEquals(200, status("/health", "Bearer wrong"));
  }

  @Test
  void withoutATokenEverybodyIsServed() throws Exception {
    start(HttpSettings.defaults());
    assertEquals(200, status("/work", ""));
  }

  @Test
  void aChangedFileIsReadAgainAndTheOldTokenRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), token + "\n");
    start(fromFile(file));
    assertEquals(200, status("/work", "Bearer " + token));
    // As long as the old one, as a rotated secret is.
    String next = Recording.secret();
    Files.writeString(file, next);
    Thread.sleep(1001);
    assertEquals(401, status("/work", "Bearer " + token));
    assertEquals(200, status("/work", "Bearer " + next));
  }

  @Test
  void aFileThatHoldsNoTokenAnyMoreLeavesTheOldOne() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), token);
    start(fromFile(file));
    for (String broken : List.of("", " \n", "two words", "two\nlines", "x".repeat(5000))) {
      Files.writeString(file, broken);
      Thread.sleep(1001);
      assertEquals(200, status("/work", "Bearer " + token), broken);
      assertEquals(401, status("/work", "Bearer " + broken.strip().replace('\n', ' ')));
    }
    Files.delete(file);
    Thread.sleep(1001);
    assertEquals(200, status("/work", "Bearer " + token));
  }

  @Test
  void aFileThatHoldsNoTokenAtTheStartIsAFaultInWords() throws Exception {
    Path file = folder.resolve("token");
    assertEquals("the token file " + file + " cannot be read: it does not exist", refused(file));
    Files.writeString(file, " \n");
    assertEquals("the token file " + file + " is empty", refused(file));
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertEquals("the token file " + pipe + " is not a regular file", refused(pipe));
    Files.writeString(file, "two words");
    String message = refused(file);
    assertTrue(message.startsWith("the token file " + file + " does not hold a token: "), message);
    assertFalse(message.contains("two words"), message);
  }

  private String refused(Path file) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> start(fromFile(file)));
    assertEquals(ExitCode.USAGE, fault.exitCode());
    return fault.getMessage();
  }

  private static Settings.Http fromFile(Path file) {
    return HttpSettings.with(Map.of(Setting.SERVE_ADMIN_TOKEN_FILE, file.toString()));
  }

  private void startWithToken() {
    start(HttpSettings.with(Map.of(Setting.SERVE_ADMIN_TOKEN, token)));
  }

  private void start(Settings.Http settings) {
    server =
        Server.start(
            settings,
            Routes.of(
                List.of(
                    Route.work("GET", "/work", request -> Response.json(200, "{}")),
                    Route.work("POST", "/work", request -> Response.json(200, "{}")),
                    Route.management("/health", request -> Response.json(200, "{}")))),
            new Metrics());
  }

  private int status(String path, String authorization) throws Exception {
    return status(path, "GET", authorization);
  }

  private int status(String path, String method, String authorization) throws Exception {
    HttpRequest.Builder request = request(path).method(method, BodyPublishers.noBody());
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return send(request).statusCode();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .version(HttpClient.Version.HTTP_1_1);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
