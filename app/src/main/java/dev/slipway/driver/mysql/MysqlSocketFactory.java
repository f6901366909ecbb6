package dev.slipway.driver.mysql;

import com.mysql.cj.conf.PropertyDefinitions.SslMode;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.ServerSession;
import com.mysql.cj.protocol.SocketConnection;
import com.mysql.cj.protocol.StandardSocketFactory;
import dev.slipway.driver.ClientTlsConfig;
import dev.slipway.driver.Keepalive;
import dev.slipway.driver.UnixSocket;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Sockets for Connector/J: with short keepalives, to unix sockets, and TLS from PEM files. Public
 * only because the driver makes it by its name.
 */
public final class MysqlSocketFactory extends StandardSocketFactory {
  private static final Keepalive KEEPALIVE = new Keepalive(10, 5, 3);

  /** Made by the driver for each connection. */
  public MysqlSocketFactory() {}

  @Override
  protected Socket createSocket(PropertySet properties) {
    String path = text(properties, MysqlDsnParser.SOCKET);
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

  /**
   * TLS from PEM files: the driver would want key stores in files. In a URL of the driver's own
   * form it stays the driver's.
   */
  @Override
  // The driver names the type and casts it to a socket.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends Closeable> T performTlsHandshake(
      SocketConnection connection, ServerSession session, Log log) throws IOException {
    PropertySet properties = connection.getPropertySet();
    if (!text(properties, MysqlDsnParser.TLS).equals("files")) {
      return super.performTlsHandshake(connection, session, log);
    }
    SslMode mode = properties.<SslMode>getEnumProperty(PropertyKey.sslMode).getValue();
    String root = text(properties, MysqlDsnParser.TLS_ROOT);
    ClientTlsConfig files =
        new ClientTlsConfig(
            root.isEmpty() ? "system" : root,
            text(properties, MysqlDsnParser.TLS_CERT),
            text(properties, MysqlDsnParser.TLS_KEY),
            text(properties, MysqlDsnParser.TLS_PASSWORD));
    try {
      SSLSocket tls =
          (SSLSocket)
              files
                  .factory(trust(mode == SslMode.VERIFY_IDENTITY, !root.isEmpty()))
                  .createSocket(rawSocket, connection.getHost(), connection.getPort(), true);
      ClientTlsConfig.limitVersions(tls, "", "");
      if (mode == SslMode.VERIFY_IDENTITY) {
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
      }
      tls.startHandshake();
      sslSocket = tls;
      return (T) tls;
    } catch (GeneralSecurityException e) {
      SSLHandshakeException words = new SSLHandshakeException(e.getMessage());
      words.initCause(e);
      throw words;
    }
  }

  private static String text(PropertySet properties, String name) {
    RuntimeProperty<String> property = properties.getStringProperty(name);
    return property == null || property.getValue() == null ? "" : property.getValue();
  }

  /** What the server has to prove: as in libpq, a given authority counts in every mode. */
  private static ClientTlsConfig.TrustMode trust(boolean name, boolean authority) {
    if (name) {
      return ClientTlsConfig.TrustMode.AUTHORITY_AND_NAME;
    }
    return authority ? ClientTlsConfig.TrustMode.AUTHORITY : ClientTlsConfig.TrustMode.ANYONE;
  }
}
