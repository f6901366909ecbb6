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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port that leads to a database's server, and that can be shut or frozen: what a client sees when
 * a server is not there yet, goes away, or says nothing any more. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("(?<=@|@tcp\\()([\\w.]+):(\\d+)");

  private final InetSocketAddress server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final int port;
  private ServerSocket door;
  private boolean frozen;
  private volatile boolean swallowing;
  private final List<ByteArrayOutputStream> sent = new CopyOnWriteArrayList<>();
  private volatile boolean recording;
  private volatile Duration delay = Duration.ZERO;
  private final AtomicReference<String> trap = new AtomicReference<>();

  private TcpProxy(InetSocketAddress server, int port) {
    this.server = server;
    this.port = port;
  }

  /** A shut door to this database. */
  public static TcpProxy to(TestDatabase database) {
    Matcher address = ADDRESS.matcher(database.dsn());
    if (!address.find()) {
      throw new IllegalArgumentException("no server to lead to: " + database);
    }
    InetSocketAddress server =
        new InetSocketAddress(address.group(1), Integer.parseInt(address.group(2)));
    try (ServerSocket free = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      return new TcpProxy(server, free.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A shut door on a port that another one had, to another port of this machine. */
  public static TcpProxy on(int port, int serverPort) {
    return new TcpProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort), port);
  }

  /** The database's DSN by way of this door. */
  public String dsn(TestDatabase database) {
    return dsn(database.dsn());
  }

  /** Such a DSN by way of this door. */
  public String dsn(String dsn) {
    return ADDRESS.matcher(dsn).replaceFirst("127.0.0.1:" + port);
  }

  /** Keeps what clients send from now on. */
  public TcpProxy recording() {
    recording = true;
    return this;
  }

  /** What each client has sent since, a connection at a time. */
  public List<byte[]> sent() {
    return sent.stream().map(ByteArrayOutputStream::toByteArray).toList();
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Lets connections through. */
  public synchronized TcpProxy open() {
    swallowing = false;
    if (door == null || door.isClosed()) {
      listen();
    }
    return this;
  }

  private void listen() {
    try {
      door = bound();
      ServerSocket opened = door;
      Thread.ofVirtual().start(() -> accept(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client that tries the shut port may have it as its own for a moment. */
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

  /** Refuses connections and cuts those that there are. */
  public synchronized void shut() {
    try {
      if (door != null) {
        door.close();
      }
      cut();
      thaw();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void cut() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Keeps connections, and takes new ones, but lets nothing through. */
  public synchronized TcpProxy freeze() {
    frozen = true;
    return this;
  }

  /** Lets everything through that was held. */
  public synchronized void thaw() {
    frozen = false;
    notifyAll();
  }

  /** Cuts the connections that there are; new ones never get an answer, not even after opening. */
  public synchronized void swallow() {
    swallowing = true;
    cut();
  }

  /** Cuts one connection, the first whose client sends this, which does not reach the server. */
  public TcpProxy cutAt(String words) {
    trap.set(words);
    return this;
  }

  /** Lets new connections through only after so long; those that there are go on. */
  public TcpProxy delayNew(Duration time) {
    delay = time;
    return this;
  }

  /** Whether that is still to come. */
  public boolean cutting() {
    return trap.get() != null;
  }

  /** How many connections lead through it now. */
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
        // The door was shut.
      }
    }
  }

  /** Under the lock of {@link #shut}: no connection slips past it and lives on. */
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
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      if (recording) {
        sent.add(record);
      }
      Thread.ofVirtual().start(() -> copy(client, behind, recording ? record : nowhere()));
      Thread.ofVirtual().start(() -> copy(behind, client, nowhere()));
    } catch (IOException e) {
      // The server behind it is away.
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

  private static OutputStream nowhere() {
    return OutputStream.nullOutputStream();
  }

  private void copy(Socket from, Socket to, OutputStream record) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitThaw();
        String words = trap.get();
        if (words != null
            && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains(words)
            && trap.compareAndSet(words, null)) {
          return;
        }
        record.write(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // One side has gone, and closing tells the other.
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
