package dev.slipway.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port that leads to a database's server, and that can be shut: what a client sees when a server
 * is not there yet, or goes away. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("(?<=@|@tcp\\()([\\w.]+):(\\d+)");

  private final InetSocketAddress server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final int port;
  private ServerSocket door;

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

  /** The database's DSN by way of this door. */
  public String dsn(TestDatabase database) {
    return ADDRESS.matcher(database.dsn()).replaceFirst("127.0.0.1:" + port);
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Lets connections through. */
  public synchronized TcpProxy open() {
    try {
      door = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      ServerSocket opened = door;
      Thread.ofVirtual().start(() -> accept(opened));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Refuses connections and cuts those that there are. */
  public synchronized void shut() {
    try {
      if (door != null) {
        door.close();
      }
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        Socket client = opened.accept();
        Socket behind = new Socket(server.getAddress(), server.getPort());
        client.setTcpNoDelay(true);
        behind.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(behind);
        Thread.ofVirtual().start(() -> copy(client, behind));
        Thread.ofVirtual().start(() -> copy(behind, client));
      } catch (IOException e) {
        // The door was shut, or the server behind it is away: the client sees the same.
      }
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // One side has gone, and closing tells the other.
    }
  }

  @Override
  public void close() {
    shut();
  }
}
