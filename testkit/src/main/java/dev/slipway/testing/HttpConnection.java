package dev.slipway.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A keep-alive HTTP/1.1 connection, which the next request opens again after a close. It never
 * repeats a request, and never replaces a connection that the server closed without notice. The
 * JDK's clients do both, and hide failures that a load test has to count. Not thread-safe.
 */
public final class HttpConnection implements Closeable {
  private final InetSocketAddress server;
  private final Duration timeout;
  private Socket socket;
  private InputStream in;

  /**
   * A response.
   *
   * @param body the text of the body
   */
  public record Response(int status, String body) {
    /** The body of a response with a status of 2xx; fails on all others. */
    public String requireSuccess() throws IOException {
      if (status / 100 != 2) {
        throw new IOException(status + " " + body.strip());
      }
      return body;
    }
  }

  /**
   * A connection to this server.
   *
   * @param timeout the limit for connecting and for each read
   */
  public HttpConnection(InetSocketAddress server, Duration timeout) {
    this.server = server;
    this.timeout = timeout;
  }

  /** Sends one GET on a connection of its own. */
  public static Response get(InetSocketAddress server, Duration timeout, String path)
      throws IOException {
    try (HttpConnection connection = new HttpConnection(server, timeout)) {
      return connection.send("GET", path, "");
    }
  }

  /** Sends one request, with a JSON body unless it is empty. Closes the connection on failure. */
  public Response send(String method, String path, String json) throws IOException {
    try {
      if (socket == null) {
        open();
      }
      byte[] body = json.getBytes(StandardCharsets.UTF_8);
      String head = method + " " + path + " HTTP/1.1\r\nHost: " + server.getHostString() + "\r\n";
      if (body.length > 0) {
        head += "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n";
      }
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes((head + "\r\n").getBytes(StandardCharsets.UTF_8));
      request.writeBytes(body);
      request.writeTo(socket.getOutputStream());
      return read();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void open() throws IOException {
    socket = new Socket();
    socket.connect(server, (int) timeout.toMillis());
    socket.setSoTimeout((int) timeout.toMillis());
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private Response read() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      String[] parts = line.split(":", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
    }
    String length = headers.get("content-length");
    byte[] body;
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      body = chunks();
    } else if (length != null) {
      body = bytes(Integer.parseInt(length));
    } else {
      body = in.readAllBytes();
      close();
    }
    if ("close".equals(headers.get("connection"))) {
      close();
    }
    return new Response(status, new String(body, StandardCharsets.UTF_8));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(); size > 0; size = chunkSize()) {
      body.writeBytes(bytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException(
          "connection closed after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("connection closed without a response");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
