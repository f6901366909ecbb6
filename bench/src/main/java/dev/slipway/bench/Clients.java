package dev.slipway.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/**
 * Keep-alive connections to one port, each with one request under way; of an answer no more is read
 * than its status, its length and its end. For one thread and one run.
 */
final class Clients {
  /** Longer than any request may take. */
  private static final Duration SILENCE = Duration.ofSeconds(40);

  /** Times are counted to the microsecond, up to ten seconds. */
  private static final int LONGEST_MICROS = 10_000_000;

  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress server;
  private final Requests requests;
  private final String status;
  private final int[] byMicros = new int[LONGEST_MICROS + 1];
  private final ByteBuffer rest = ByteBuffer.allocateDirect(256 * 1024);
  private long end;
  private int busy;
  private long answers;
  private IOException failure;

  /**
   * @param port on the loopback address
   * @param status what each answer has to have, such as {@code 200}
   */
  Clients(int port, Requests requests, String status) {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.requests = requests;
    this.status = status;
  }

  /**
   * Sends and receives until the deadline, and until the last response arrives.
   *
   * @throws IOException when an answer has another status, cannot be read or does not come
   */
  BurstLoad.Burst run(int connections, Duration time) throws IOException {
    long start;
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Client(channel));
      }
      try {
        start = System.nanoTime();
        end = start + time.toNanos();
        for (SelectionKey key : selector.keys()) {
          ((Client) key.attachment()).send();
          busy++;
        }
        while (busy > 0 && failure == null) {
          if (selector.select(this::readable, SILENCE.toMillis()) == 0) {
            throw new InterruptedIOException("no answer within " + SILENCE.toSeconds() + " s");
          }
        }
      } finally {
        for (SelectionKey key : selector.keys()) {
          key.channel().close();
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new BurstLoad.Burst(answers, seconds, millis(0.5), millis(0.99));
  }

  private void readable(SelectionKey key) {
    try {
      Client client = (Client) key.attachment();
      if (!client.read()) {
        return;
      }
      answers++;
      if (System.nanoTime() - end < 0) {
        client.send();
      } else {
        busy--;
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  private double millis(double part) {
    long wanted = (long) Math.ceil(part * answers);
    int micros = -1;
    for (long seen = 0; seen < wanted; ) {
      seen += byMicros[++micros];
    }
    return micros / 1000.0;
  }

  private final class Client {
    private final SocketChannel channel;
    private final ByteBuffer head = ByteBuffer.allocate(16 * 1024);
    private long sent;
    private long left;

    Client(SocketChannel channel) {
      this.channel = channel;
    }

    void send() throws IOException {
      head.clear();
      left = -1;
      ByteBuffer bytes = requests.next();
      sent = System.nanoTime();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    /** Whether the answer has ended. */
    boolean read() throws IOException {
      boolean inHead = left < 0;
      int read = channel.read(inHead ? head : rest.clear());
      if (read < 0) {
        throw new EOFException("the server closed a connection: " + text());
      }
      left = inHead ? leftAfterHead() : left - read;
      if (left != 0) {
        return false;
      }
      long micros = (System.nanoTime() - sent) / 1000;
      byMicros[(int) Math.min(micros, LONGEST_MICROS)]++;
      return true;
    }

    /** How much of the body is to come, or -1 while the head is not there. */
    private long leftAfterHead() throws IOException {
      int body = bodyAt();
      if (body < 0) {
        if (!head.hasRemaining()) {
          throw new IOException("a head longer than " + head.capacity() + ": " + text());
        }
        return -1;
      }
      for (int i = 0; i < status.length(); i++) {
        if (head.get("HTTP/1.1 ".length() + i) != status.charAt(i)) {
          throw new IOException("expected status " + status + ", got " + text());
        }
      }
      return length(body) - (head.position() - body);
    }

    private int bodyAt() {
      for (int i = 3; i < head.position(); i++) {
        if (head.get(i) == '\n' && head.get(i - 1) == '\r' && head.get(i - 2) == '\n') {
          return i + 1;
        }
      }
      return -1;
    }

    private long length(int body) throws IOException {
      for (int i = 0; i < body - LENGTH.length; i++) {
        if (head.get(i) == '\n' && isLength(i + 1)) {
          long length = 0;
          for (int at = i + 1 + LENGTH.length; head.get(at) != '\r'; at++) {
            if (head.get(at) != ' ') {
              length = 10 * length + head.get(at) - '0';
            }
          }
          return length;
        }
      }
      throw new IOException("an answer without a length: " + text());
    }

    private boolean isLength(int at) {
      for (int i = 0; i < LENGTH.length; i++) {
        // In ASCII this bit is what a capital letter lacks; every other character here has it.
        if ((head.get(at + i) | 0x20) != LENGTH[i]) {
          return false;
        }
      }
      return true;
    }

    private String text() {
      String text = new String(head.array(), 0, head.position(), StandardCharsets.UTF_8);
      return String.format(Locale.ROOT, "%.1000s", text);
    }
  }
}
