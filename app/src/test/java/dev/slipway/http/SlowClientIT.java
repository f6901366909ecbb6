package dev.slipway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlowClientIT {
  private final List<Socket> slow = new ArrayList<>();
  private Process process;
  private BufferedReader said;
  private URI address;

  @BeforeEach
  void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    said = process.inputReader();
    address = URI.create(said.readLine());
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : slow) {
      socket.close();
    }
    process.destroyForcibly();
  }

  @Test
  void fiveHundredHalfOpenConnectionsAreCutAndOthersAreServed() throws Exception {
    String[] halves = {
      "",
      "GET /hel",
      "GET /hello HTTP/1.1\r\nHost: x\r\nX-Half:",
      "POST /take HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\nab"
    };
    for (int i = 0; i < 500; i++) {
      send(halves[i % halves.length]);
    }
    for (int i = 0; i < 20; i++) {
      assertEquals(200, get().status());
    }
    for (Socket socket : slow) {
      String last = last(socket);
      assertTrue(last.isEmpty() || last.startsWith("HTTP/1.1 408 "), last);
    }
    assertEquals(200, get().status());
  }

  @Test
  void aClientThatDoesNotReadItsAnswerIsCut() throws Exception {
    long before = connections();
    for (int i = 0; i < 4; i++) {
      send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    assertEquals(200, get().status());
    long end = System.nanoTime() + 20_000_000_000L;
    while (connections() > before) {
      assertTrue(System.nanoTime() < end, "clients that do not read are still connected");
      Thread.sleep(200);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreRefusedAndTheLimitRecovers() throws Exception {
    for (int i = 0; i < 700; i++) {
      send("");
    }
    long end = System.nanoTime() + 20_000_000_000L;
    while (true) {
      try {
        assertEquals(200, get().status());
        return;
      } catch (IOException e) {
        assertTrue(System.nanoTime() < end, "still refused: " + e);
        Thread.sleep(100);
      }
    }
  }

  @Test
  void slowClientsDoNotDelayTheEnd() throws Exception {
    for (int i = 0; i < 20; i++) {
      send("GET /hel");
    }
    assertEquals(200, get().status());
    long start = System.nanoTime();
    process.getOutputStream().close();
    assertEquals("true", said.readLine());
    assertTrue(process.waitFor(5, TimeUnit.SECONDS));
    assertTrue(System.nanoTime() - start < 4_000_000_000L);
  }

  private void send(String half) throws IOException {
    Socket socket = new Socket(address.getHost(), address.getPort());
    slow.add(socket);
    socket.setSoTimeout(20_000);
    if (!half.isEmpty()) {
      socket.getOutputStream().write(half.getBytes(UTF_8));
    }
  }

  private HealthClient.Answer get() throws IOException {
    return HealthClient.get(address, "/hello", Duration.ofSeconds(5));
  }

  /** Reads what the server says before it ends the connection, if it says anything. */
  private static String last(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    } catch (SocketException e) {
      return "";
    }
  }

  /** How many connections the server has, as its process sees them. */
  private long connections() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      return descriptors.filter(SlowClientIT::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }
}
