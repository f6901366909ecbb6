package dev.slipway.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP proxy in front of a server, which can reject, cut, freeze, delay, and record connections.
 * It shows a client an unavailable server, a lost connection, a hung server, or a distant one.
 * Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("(?<=@|@tcp\\()([\\w.]+):(\\d+)");

  private final InetSocketAddress server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final int port;
  private ServerSocket listener;
  private boolean frozen;
  private volatile boolean swallowing;
  private final List<ByteArrayOutputStream> sent = new CopyOnWriteArrayList<>();
  private volatile Supplier<Listener> listeners = () -> bytes -> {};
  private volatile Duration oneWay = Duration.ZERO;
  private volatile Duration delay = Duration.ZERO;
  private volatile Duration chunkDelay = Duration.ZERO;
  private final AtomicReference<String> trap = new AtomicReference<>();

  private TcpProxy(InetSocketAddress server, int port) {
    this.server = server;
    this.port = port;
  }

  /** Sees the bytes of one connection before they are forwarded, each direction in its order. */
  public interface Listener {
    /** The client sends this. */
    void request(byte[] bytes);

    /** The server sends this. */
    default void response(byte[] bytes) {}
  }

  /** A closed proxy on a free port, in front of the server that a DSN names. */
  public static TcpProxy to(String dsn) {
    Matcher address = ADDRESS.matcher(dsn);
    if (!address.find()) {
      throw new IllegalArgumentException("the DSN names no server: " + dsn);
    }
    return to(new InetSocketAddress(address.group(1), Integer.parseInt(address.group(2))));
  }

  /** A closed proxy on a free port, in front of a port of this host. */
  public static TcpProxy to(int serverPort) {
    return to(local(serverPort));
  }

  private static TcpProxy to(InetSocketAddress server) {
    try (ServerSocket free = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      return new TcpProxy(server, free.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A closed proxy on the port of another proxy, in front of a port of this host. */
  public static TcpProxy on(int port, int serverPort) {
    return new TcpProxy(local(serverPort), port);
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The DSN with the address of this proxy. */
  public String dsn(String dsn) {
    return ADDRESS.matcher(dsn).replaceFirst("127.0.0.1:" + port);
  }

  /** Records what the clients of new connections send. */
  public TcpProxy recording() {
    return tapping(
        () -> {
          ByteArrayOutputStream record = new ByteArrayOutputStream();
          sent.add(record);
          return record::writeBytes;
        });
  }

  /** Shows what the client of each new connection sends to a listener, in order. */
  public TcpProxy tapping(Supplier<Consumer<byte[]>> taps) {
    return listening(
        () -> {
          Consumer<byte[]> tap = taps.get();
          return tap::accept;
        });
  }

  /** Shows both directions of each new connection to a listener of its own. */
  public TcpProxy listening(Supplier<Listener> listeners) {
    this.listeners = listeners;
    return this;
  }

  /** Delays each chunk of all connections by this time from now on. */
  public void slowDown(Duration time) {
    chunkDelay = time;
  }

  /** Adds this latency to each direction of new connections, however many bytes are in flight. */
  public TcpProxy delayed(Duration latency) {
    oneWay = latency;
    return this;
  }

  /** What the recorded clients sent, one array for each connection. */
  public List<byte[]> sent() {
    return sent.stream().map(ByteArrayOutputStream::toByteArray).toList();
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Accepts connections. */
  public synchronized TcpProxy open() {
    swallowing = false;
    if (listener == null || listener.isClosed()) {
      listen();
    }
    return this;
  }

  private void listen() {
    try {
      listener = bound();
      ServerSocket opened = listener;
      Thread.ofVirtual().start(() -> accept(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Retries, because a client that connects to the closed port can briefly occupy it. */
  private ServerSocket bound() throws IOException {
    for (int tries = 50; ; tries--) {
      try {
        return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      } catch (BindException e) {
        if (tries == 0) {
          throw e;
        }
        LockSupport.parkNanos(100_000_000);
      }
    }
  }

  /** Rejects new connections, and closes the open ones. */
  public synchronized void shut() {
    try {
      if (listener != null) {
        listener.close();
      }
      cut();
      thaw();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the open connections. */
  public synchronized void cut() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Keeps and accepts connections, but forwards nothing. */
  public synchronized TcpProxy freeze() {
    frozen = true;
    return this;
  }

  /** Forwards what {@link #freeze} held back. */
  public synchronized void thaw() {
    frozen = false;
    notifyAll();
  }

  /** Closes the open connections. New ones never get a response, not even after {@link #open}. */
  public synchronized void swallow() {
    swallowing = true;
    cut();
  }

  /** Closes the first connection whose client sends this text, before it reaches the server. */
  public TcpProxy cutAt(String text) {
    trap.set(text);
    return this;
  }

  /** Connects new clients to the server only after this time. */
  public TcpProxy delayNew(Duration time) {
    delay = time;
    return this;
  }

  /** Whether the connection of {@link #cutAt} is still open. */
  public boolean cutting() {
    return trap.get() != null;
  }

  /** The number of open connections. */
  public int connections() {
    return sockets.size() / 2;
  }

  private void accept(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        Socket client = opened.accept();
        if (!admit(client, opened) || swallowing) {
          continue;
        }
        Duration wait = delay;
        Thread.ofVirtual().start(() -> lead(client, wait));
      } catch (IOException e) {
        // The proxy was shut.
      }
    }
  }

  /** Holds the lock of {@link #shut}, which otherwise could miss a new connection. */
  private synchronized boolean admit(Socket client, ServerSocket opened) throws IOException {
    if (opened.isClosed()) {
      client.close();
      return false;
    }
    sockets.add(client);
    return true;
  }

  private void lead(Socket client, Duration wait) {
    try {
      Thread.sleep(wait);
      Socket behind = new Socket(server.getAddress(), server.getPort());
      client.setTcpNoDelay(true);
      behind.setTcpNoDelay(true);
      sockets.add(behind);
      Listener listener = listeners.get();
      pump(client, behind, listener::request);
      pump(behind, client, listener::response);
    } catch (IOException e) {
      // The server is unavailable.
      drop(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void drop(Socket client) {
    sockets.remove(client);
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pump(Socket from, Socket to, Consumer<byte[]> tap) throws IOException {
    // A virtual thread wakes too late for a precise delay.
    boolean precise = !oneWay.isZero();
    Thread.Builder threads = precise ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
    OutputStream out =
        precise ? new DelayedStream(to.getOutputStream(), oneWay) : to.getOutputStream();
    threads.start(() -> copy(from, to, out, tap));
  }

  private void copy(Socket from, Socket to, OutputStream out, Consumer<byte[]> tap) {
    try (from;
        to;
        out;
        InputStream in = from.getInputStream()) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitThaw();
        byte[] bytes = Arrays.copyOf(buffer, read);
        String text = trap.get();
        if (text != null
            && new String(bytes, StandardCharsets.ISO_8859_1).contains(text)
            && trap.compareAndSet(text, null)) {
          return;
        }
        tap.accept(bytes);
        awaitThaw();
        if (!chunkDelay.isZero()) {
          Thread.sleep(chunkDelay);
        }
        out.write(bytes);
      }
    } catch (IOException e) {
      // One side closed its connection, so the other one is closed, too.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private synchronized void awaitThaw() throws InterruptedException {
    while (frozen) {
      wait();
    }
  }

  @Override
  public void close() {
    shut();
  }
}
