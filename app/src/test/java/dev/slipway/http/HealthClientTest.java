package dev.slipway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.http.HealthClient.Answer;
import dev.slipway.testing.HttpSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HealthClientTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Test
  void readsStatusAndBody() throws IOException {
    Route route =
        Route.management("/health/ready", request -> Response.json(503, "{\"e\":\"ä\"}\n"));
    for (String host : List.of("127.0.0.1", "::1", "", "localhost")) {
      try (Server server =
          Server.start(
              HttpSettings.with(Map.of(Setting.SERVE_ADMIN_HOST, host)),
              Routes.of(List.of(route)),
              new Metrics())) {
        assertEquals(
            new Answer(503, "{\"e\":\"ä\"}"),
            HealthClient.get(server.address(), "/health/ready", TIMEOUT),
            host);
      }
    }
  }

  @Test
  void nobodyThereIsAnError() throws IOException {
    URI nobody;
    try (var socket = new ServerSocket(0)) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    assertThrows(ConnectException.class, () -> HealthClient.get(nobody, "/", TIMEOUT));
  }

  @Test
  void givesUpOnAServerThatSaysNothing() throws IOException {
    try (var mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + mute.getLocalPort());
      long start = System.nanoTime();
      assertThrows(
          SocketTimeoutException.class,
          () -> HealthClient.get(address, "/", Duration.ofMillis(300)));
      assertTrue(System.nanoTime() - start < 3_000_000_000L);
    }
  }

  @Test
  void givesUpOnAServerThatTrickles() throws Exception {
    try (var slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + slow.getLocalPort());
      Thread server = Thread.startVirtualThread(() -> trickle(slow));
      long start = System.nanoTime();
      assertThrows(
          SocketTimeoutException.class,
          () -> HealthClient.get(address, "/", Duration.ofMillis(300)));
      assertTrue(System.nanoTime() - start < 3_000_000_000L);
      server.interrupt();
      server.join();
    }
  }

  @Test
  void anotherProtocolIsAnError() throws Exception {
    try (var other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + other.getLocalPort());
      Thread server = Thread.startVirtualThread(() -> greet(other));
      IOException e =
          assertThrows(IOException.class, () -> HealthClient.get(address, "/", TIMEOUT));
      assertEquals("what listens there does not speak HTTP", e.getMessage());
      server.join();
    }
  }

  private static void trickle(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      while (!Thread.interrupted()) {
        socket.getOutputStream().write('H');
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException e) {
      // The client has given up.
    }
  }

  private static void greet(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      socket.getOutputStream().write("SSH-2.0-x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The client has gone.
    }
  }
}
