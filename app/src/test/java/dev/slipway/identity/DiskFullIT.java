package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.Server;
import dev.slipway.testing.ServerOnSmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A full disk is no error of the client or of Slipway: 503, and the log names the cause. */
@Timeout(120)
class DiskFullIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void onSqliteWithAFullFileSystem() throws Exception {
    try (ServeProcess serve =
        ServeProcess.startOnSmallDisk(
            folder, Map.of("DSN", "sqlite://" + folder.resolve("app.db") + "?_fk=true"))) {
      serve.awaitReadiness(200, SOON);
      String id = created(serve, "before");
      Path filler = serve.seenByIt(folder.resolve("filler"));
      fill(filler);
      for (String method : List.of("POST", "PUT", "PATCH")) {
        HttpResponse<String> answer =
            switch (method) {
              case "POST" -> create(serve, "full", "x".repeat(12_000));
              case "PUT" ->
                  send(
                      serve,
                      method,
                      id,
                      "{\"traits\":{\"email\":\"a@example.com\"},"
                          + "\"metadata_admin\":\""
                          + "x".repeat(12_000)
                          + "\"}");
              default ->
                  send(
                      serve,
                      method,
                      id,
                      "[{\"op\":\"add\",\"path\":\"/metadata_admin\","
                          + "\"value\":\""
                          + "x".repeat(12_000)
                          + "\"}]");
            };
        assertEquals(503, answer.statusCode(), answer::body);
      }
      assertEquals(200, serve.get("/admin/identities/" + id).statusCode());
      Files.delete(filler);
      created(serve, "after");
      assertLogged(serve, "is full: ");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.Family.class,
      names = {"POSTGRES", "MYSQL"})
  void onServersWithAFullFileSystem(Server.Family family) throws Exception {
    try (ServerOnSmallDisk server = ServerOnSmallDisk.startOrSkip(family);
        ServeProcess serve = ServeProcess.start(Map.of("DSN", server.dsn()), "--migrate")) {
      serve.awaitReadiness(200, SOON);
      String id = created(serve, "before");
      server.fill();
      // What has been allocated still has room.
      int status = 201;
      for (int i = 0; status == 201 && i < 2000; i++) {
        status = create(serve, "full" + i, "x".repeat(12_000)).statusCode();
      }
      assertEquals(503, status, serve::said);
      assertEquals(200, serve.get("/admin/identities/" + id).statusCode());
      server.free();
      created(serve, "after");
      assertLogged(serve, family == Server.Family.MYSQL ? " is full" : "No space left on device");
    }
  }

  private static void assertLogged(ServeProcess serve, String cause) {
    List<String> lines = serve.said().lines().filter(line -> line.contains(" 503 in ")).toList();
    assertTrue(!lines.isEmpty(), serve::said);
    for (String line : lines) {
      assertTrue(line.contains(": the disk of ") && line.contains(cause), line);
    }
  }

  private static String created(ServeProcess serve, String name) throws Exception {
    HttpResponse<String> answer = create(serve, name, "x");
    assertEquals(201, answer.statusCode(), answer::body);
    return (String) ((Map<?, ?>) Json.read(answer.body(), "the answer")).get("id");
  }

  private static HttpResponse<String> create(ServeProcess serve, String name, String metadata)
      throws Exception {
    return serve.post(
        "/admin/identities",
        "{\"traits\":{\"email\":\"%s@example.com\"},\"metadata_admin\":\"%s\"}"
            .formatted(name, metadata));
  }

  private static HttpResponse<String> send(
      ServeProcess serve, String method, String id, String json) throws Exception {
    return serve.send(
        serve
            .request("/admin/identities/" + id)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(json)));
  }

  private static void fill(Path file) throws IOException {
    byte[] page = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(page);
      }
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e::toString);
    }
  }
}
