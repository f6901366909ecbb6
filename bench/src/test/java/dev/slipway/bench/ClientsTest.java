package dev.slipway.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientsTest {
  private static final Duration TIME = Duration.ofMillis(300);

  @TempDir Path folder;

  private final AtomicLong asked = new AtomicLong();
  private final Set<String> bodies = ConcurrentHashMap.newKeySet();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] answer = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(
              exchange.getRequestURI().getPath().equals("/wrong") ? 500 : 200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void eachAnswerIsCountedOnce() throws IOException {
    BurstLoad.Burst burst = run("GET /");
    assertEquals(asked.get(), burst.requests());
    assertTrue(burst.requests() > 0 && burst.p50Millis() <= burst.p99Millis(), burst.line());
    assertEquals(burst, BurstLoad.Burst.parse(burst.line()));
  }

  @Test
  void noTwoBodiesHaveTheSameNumber() throws IOException {
    BurstLoad.Burst burst = run("POST / {\"a\":\"" + Requests.UNIQUE + "\"}");
    assertEquals(burst.requests(), bodies.size());
    assertTrue(bodies.contains("{\"a\":\"000000000001\"}"), bodies::toString);
  }

  @Test
  void anotherStatusEndsItWithTheAnswer() {
    IOException e = assertThrows(IOException.class, () -> run("GET /wrong"));
    assertTrue(e.getMessage().startsWith("expected status 200, got HTTP/1.1 500"), e.getMessage());
  }

  private BurstLoad.Burst run(String request) throws IOException {
    Path file = Files.write(folder.resolve("requests"), List.of(request));
    Requests requests = Requests.read(file, new Requests.Numbers());
    return new Clients(server.getAddress().getPort(), requests, "200").run(4, TIME);
  }
}
