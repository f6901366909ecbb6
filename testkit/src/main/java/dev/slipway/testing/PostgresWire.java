package dev.slipway.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy in front of a PostgreSQL server that records every statement. Thread-safe. */
public final class PostgresWire implements AutoCloseable {
  private final List<PostgresMessages> connections = new CopyOnWriteArrayList<>();
  private final TcpProxy proxy;

  /** Listens on a free port, in front of a port of this host. */
  public PostgresWire(int serverPort) {
    proxy =
        TcpProxy.to(serverPort)
            .tapping(
                () -> {
                  PostgresMessages messages = new PostgresMessages();
                  connections.add(messages);
                  return messages::sent;
                })
            .open();
  }

  /** The port on the loopback address. */
  public int port() {
    return proxy.port();
  }

  /** The statements executed so far, in order within each connection. */
  public List<String> statements() {
    return connections.stream().flatMap(each -> each.statements().stream()).toList();
  }

  @Override
  public void close() {
    proxy.close();
  }
}
