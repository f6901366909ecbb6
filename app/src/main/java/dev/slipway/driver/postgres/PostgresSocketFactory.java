package dev.slipway.driver.postgres;

import dev.slipway.driver.Keepalive;
import dev.slipway.driver.UnixSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import javax.net.SocketFactory;

/**
 * Sockets for pgjdbc: with short keepalives, to unix sockets, to {@code hostaddr} in place of the
 * host, and with {@link ProtocolStreams}. Public only because the driver makes it by its name.
 */
public final class PostgresSocketFactory extends SocketFactory {
  private final Keepalive keepalive;
  private final ProtocolStreams streams;
  private final Map<String, String> addresses = new HashMap<>();

  /** Reads {@code slipway.*} of the connection's properties. */
  public PostgresSocketFactory(Properties properties) {
    streams = ProtocolStreams.of(properties);
    keepalive =
        new Keepalive(
            seconds(properties, LibpqDsnParser.KEEPALIVES_IDLE),
            seconds(properties, LibpqDsnParser.KEEPALIVES_INTERVAL),
            seconds(properties, LibpqDsnParser.KEEPALIVES_COUNT));
    properties
        .getProperty(LibpqDsnParser.ADDRESSES, "")
        .lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              addresses.put(line.substring(0, equals), line.substring(equals + 1));
            });
  }

  @Override
  public Socket createSocket() throws IOException {
    return addresses.values().stream()
        .filter(address -> address.startsWith("/"))
        .findFirst()
        .<Socket>map(path -> new FilteredUnixSocket(Path.of(path)))
        .orElseGet(Redirected::new);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port));
  }

  private Socket connected(InetSocketAddress address) throws IOException {
    Socket socket = createSocket();
    socket.connect(address);
    return socket;
  }

  private static int seconds(Properties properties, String name) {
    return Integer.parseInt(properties.getProperty(name, "0"));
  }

  private final class FilteredUnixSocket extends UnixSocket {
    FilteredUnixSocket(Path path) {
      super(path);
    }

    @Override
    public OutputStream getOutputStream() {
      return streams.output(super.getOutputStream());
    }

    @Override
    public InputStream getInputStream() {
      return streams.input(super.getInputStream(), this::getSoTimeout);
    }
  }

  private final class Redirected extends Socket {
    @Override
    public OutputStream getOutputStream() throws IOException {
      return streams.output(super.getOutputStream());
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return streams.input(super.getInputStream(), this::getSoTimeout);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      keepalive.apply(this);
      super.connect(redirect(endpoint), timeout);
    }

    private SocketAddress redirect(SocketAddress endpoint) throws IOException {
      if (endpoint instanceof InetSocketAddress inet) {
        String address = addresses.get(inet.getHostString() + ":" + inet.getPort());
        if (address != null) {
          return new InetSocketAddress(InetAddress.ofLiteral(address), inet.getPort());
        }
      }
      return endpoint;
    }
  }
}
