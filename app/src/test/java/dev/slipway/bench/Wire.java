package dev.slipway.bench;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Another way to a PostgreSQL on this machine, on which every statement is seen. Thread-safe. */
public final class Wire implements Closeable {
  private final List<PostgresMessages> connections = new CopyOnWriteArrayList<>();
  private final DelayProxy proxy;

  /** Listens on a free port and passes everything on to {@code target}. */
  public Wire(int target) throws IOException {
    proxy = new DelayProxy(target, Duration.ZERO, this::connection);
  }

  private PostgresMessages connection() {
    PostgresMessages messages = new PostgresMessages();
    connections.add(messages);
    return messages;
  }

  /** The port to connect to, on the loopback address. */
  public int port() {
    return proxy.port();
  }

  /** What was executed so far, in order within each connection, one connection after the other. */
  public List<String> statements() {
    List<String> sent = new ArrayList<>();
    connections.forEach(connection -> sent.addAll(connection.statements()));
    return sent;
  }

  @Override
  public void close() throws IOException {
    proxy.close();
  }
}
