package dev.slipway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks a server for its health over a bare socket: a container's health check runs every few
 * seconds, and the JDK's HTTP client alone would cost it a quarter of a second of class loading.
 */
public final class HealthClient {
  private static final int ANSWER_BYTES_MAX = 64 * 1024;

  private HealthClient() {}

  /**
   * Sends a GET and reads the whole answer.
   *
   * @param server scheme http, host and port
   * @param timeout for everything together
   * @throws SocketTimeoutException when the timeout expires
   * @throws IOException when there is no server, or one that does not speak HTTP
   */
  public static Answer get(URI server, String path, Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    String host = server.getHost();
    // The brackets around an IPv6 address belong to the URI, not to the address.
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(name, server.getPort()), millisLeft(end));
      String request =
          "GET %s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
              .formatted(path, host, server.getPort());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return parse(readAll(socket, end));
    }
  }

  private static String readAll(Socket socket, long end) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var chunk = new byte[4096];
    InputStream in = socket.getInputStream();
    while (bytes.size() < ANSWER_BYTES_MAX) {
      socket.setSoTimeout(millisLeft(end));
      int n = in.read(chunk);
      if (n < 0) {
        break;
      }
      bytes.write(chunk, 0, n);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int millisLeft(long end) throws SocketTimeoutException {
    long millis = (end - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  private static Answer parse(String text) throws IOException {
    int headEnd = text.indexOf("\r\n\r\n");
    String[] status = text.lines().findFirst().orElse("").split(" ", 3);
    if (headEnd < 0 || status.length < 2 || !status[0].startsWith("HTTP/1.")) {
      throw new IOException("what listens there does not speak HTTP");
    }
    try {
      return new Answer(Integer.parseInt(status[1]), text.substring(headEnd + 4).strip());
    } catch (NumberFormatException e) {
      throw new IOException("what listens there does not speak HTTP", e);
    }
  }

  /** What the server said. */
  public record Answer(int status, String body) {}
}
