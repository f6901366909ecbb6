package dev.slipway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A network on this machine: passes TCP connections on to a local port, and each byte takes a fixed
 * time on its way, in both directions, however many are under way. It can show what clients send to
 * a listener of each connection. Thread-safe.
 */
final class DelayProxy implements Closeable {
  /** Sees what one client sends, in order, from one thread. */
  interface Tap {
    void sent(byte[] bytes);
  }

  /** The last stretch before a deadline is waited out awake: a parked thread wakes late. */
  private static final long AWAKE_NANOS = 40_000;

  private static final byte[] END = {};

  private final ServerSocket door;
  private final int target;
  private final long oneWayNanos;
  private final Supplier<Tap> taps;

  /** Listens on a free port; {@code oneWay} is added to each direction. */
  DelayProxy(int target, Duration oneWay, Supplier<Tap> taps) throws IOException {
    this.target = target;
    this.oneWayNanos = oneWay.toNanos();
    this.taps = taps;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon("accept", this::accept);
  }

  /** Without a listener. */
  DelayProxy(int target, Duration oneWay) throws IOException {
    this(target, oneWay, () -> bytes -> {});
  }

  /** The port to connect to, on the loopback address. */
  int port() {
    return door.getLocalPort();
  }

  /** Takes no more connections; those that are open end with their peers. */
  @Override
  public void close() throws IOException {
    door.close();
  }

  private record Parcel(long deadline, byte[] bytes) {}

  @SuppressWarnings("resource") // the two directions close the sockets when both have ended
  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        carry(client, server, taps.get());
        carry(server, client, bytes -> {});
      } catch (IOException e) {
        // The door was closed, or the server refused: the client sees the end of its connection.
        continue;
      }
    }
  }

  private void carry(Socket from, Socket to, Tap tap) {
    BlockingQueue<Parcel> way = new LinkedBlockingQueue<>();
    daemon("read", () -> read(from, way, tap));
    daemon("write", () -> write(way, to));
  }

  private void read(Socket from, BlockingQueue<Parcel> way, Tap tap) {
    byte[] buffer = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        byte[] bytes = Arrays.copyOf(buffer, length);
        way.add(new Parcel(System.nanoTime() + oneWayNanos, bytes));
        tap.sent(bytes);
      }
    } catch (IOException e) {
      // The same as an end: the other side is told by a closed connection.
    } finally {
      way.add(new Parcel(System.nanoTime() + oneWayNanos, END));
    }
  }

  private static void write(BlockingQueue<Parcel> way, Socket to) {
    try (to) {
      OutputStream out = to.getOutputStream();
      for (Parcel parcel = way.take(); parcel.bytes() != END; parcel = way.take()) {
        await(parcel.deadline());
        out.write(parcel.bytes());
      }
    } catch (IOException e) {
      // The receiver has gone; closing the socket ends the other direction too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(long deadline) {
    long left = deadline - System.nanoTime();
    while (left > 0) {
      if (left > AWAKE_NANOS) {
        LockSupport.parkNanos(left - AWAKE_NANOS);
      } else {
        Thread.onSpinWait();
      }
      left = deadline - System.nanoTime();
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, "proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
