package dev.slipway.db;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;

/**
 * Sockets for Connector/J: with short keepalives, and to unix sockets. Public only because the
 * driver makes it by its name.
 */
public final class MysqlSockets extends StandardSocketFactory {
  private static final Keepalive KEEPALIVE = new Keepalive(10, 5, 3);

  /** Made by the driver for each connection. */
  public MysqlSockets() {}

  @Override
  protected Socket createSocket(PropertySet properties) {
    String path = text(properties, Mysql.SOCKET);
    if (!path.isEmpty()) {
      return new UnixSocket(Path.of(path));
    }
    Socket socket = super.createSocket(properties);
    try {
      KEEPALIVE.apply(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return socket;
  }

  private static String text(PropertySet properties, String name) {
    RuntimeProperty<String> property = properties.getStringProperty(name);
    return property == null || property.getValue() == null ? "" : property.getValue();
  }
}
