package dev.slipway.behavior;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One request on a connection of its own. By hand, because a client library does not send what a
 * server has to refuse.
 */
final class RawHttpClient {
  private static final int PATIENCE_MILLIS = 20_000;

  private RawHttpClient() {}

  /**
   * An answer as it came.
   *
   * @param line its first line; empty when the connection was closed without one
   */
  record Answer(String line, List<String> headers, String body) {
    /** The value of a header. */
    Optional<String> header(String name) {
      return headers.stream()
          .filter(
              header ->
                  header.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(header -> header.substring(name.length() + 1).strip())
          .findFirst();
    }
  }

  /** Sends a request with these headers, and the ones that every request needs. */
  static Answer send(int port, String method, String target, List<String> headers, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: 127.0.0.1\r\nConnection: close\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    if (bytes.length > 0 && missing(headers, "content-type")) {
      head.append("Content-Type: application/json\r\n");
    }
    if (bytes.length > 0
        && missing(headers, "content-length")
        && missing(headers, "transfer-encoding")) {
      head.append("Content-Length: ").append(bytes.length).append("\r\n");
    }
    return exchange(port, (head + "\r\n").getBytes(StandardCharsets.UTF_8), bytes, PATIENCE_MILLIS);
  }

  /** Sends these bytes, and reads until the end or until nothing has come for so long. */
  static Answer exchange(int port, byte[] head, byte[] body, int patienceMillis)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      socket.setSoTimeout(patienceMillis);
      OutputStream out = socket.getOutputStream();
      out.write(head);
      try {
        out.write(body);
        out.flush();
      } catch (IOException e) {
        // The server has answered before the end of the body, and reads no more of it.
      }
      return read(socket);
    }
  }

  private static Answer read(Socket socket) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (IOException e) {
      // Cut off, or silent for too long: what has come is the answer.
    }
    // Latin 1 keeps each byte, so that lengths stay those of the wire.
    String text = all.toString(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Answer("", List.of(), text);
    }
    List<String> lines = new ArrayList<>(Arrays.asList(text.substring(0, end).split("\r\n")));
    String line = lines.removeFirst();
    return new Answer(line, lines, text.substring(end + 4));
  }

  private static boolean missing(List<String> headers, String name) {
    return headers.stream()
        .noneMatch(header -> header.toLowerCase(Locale.ROOT).startsWith(name + ":"));
  }
}
