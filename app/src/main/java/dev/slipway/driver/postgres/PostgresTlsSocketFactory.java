package dev.slipway.driver.postgres;

import dev.slipway.driver.ClientTlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS for pgjdbc with libpq's meaning of {@code sslmode}: {@code prefer} and {@code require} trust
 * anyone, unless {@code sslrootcert} is given, which makes {@code require} the same as {@code
 * verify-ca}. Public only because the driver makes it by its name.
 */
public final class PostgresTlsSocketFactory extends SSLSocketFactory {
  private final SSLSocketFactory factory;
  private final ProtocolStreams streams;
  private final String min;
  private final String max;
  private final boolean sni;
  private final boolean name;

  /** The certificates that libpq trusts when the DSN names none. */
  private static final Path DEFAULT_ROOT =
      Path.of(System.getProperty("user.home", ""), ".postgresql", "root.crt");

  /** Reads {@code sslmode} and {@code slipway.*} of the connection's properties, and the files. */
  public PostgresTlsSocketFactory(Properties properties)
      throws GeneralSecurityException, IOException {
    streams = ProtocolStreams.of(properties);
    String root = properties.getProperty(LibpqDsnParser.TLS_ROOT, "");
    boolean send = !"disable".equals(properties.getProperty(LibpqDsnParser.TLS_CERT_MODE));
    ClientTlsConfig.TrustMode trust = trust(properties.getProperty("sslmode", "require"), root);
    ClientTlsConfig files =
        new ClientTlsConfig(
            root.isEmpty() && Files.isReadable(DEFAULT_ROOT) ? DEFAULT_ROOT.toString() : root,
            send ? properties.getProperty(LibpqDsnParser.TLS_CERT, "") : "",
            send ? properties.getProperty(LibpqDsnParser.TLS_KEY, "") : "",
            properties.getProperty(LibpqDsnParser.TLS_PASSWORD, ""));
    factory = files.factory(trust);
    name = trust == ClientTlsConfig.TrustMode.AUTHORITY_AND_NAME;
    min = properties.getProperty(LibpqDsnParser.TLS_MIN, "");
    max = properties.getProperty(LibpqDsnParser.TLS_MAX, "");
    sni = Boolean.parseBoolean(properties.getProperty(LibpqDsnParser.TLS_SNI, "true"));
  }

  private static ClientTlsConfig.TrustMode trust(String mode, String root) {
    return switch (mode) {
      case "verify-full" -> ClientTlsConfig.TrustMode.AUTHORITY_AND_NAME;
      case "verify-ca" -> ClientTlsConfig.TrustMode.AUTHORITY;
      case "require" ->
          root.isEmpty() ? ClientTlsConfig.TrustMode.ANYONE : ClientTlsConfig.TrustMode.AUTHORITY;
      default -> ClientTlsConfig.TrustMode.ANYONE;
    };
  }

  @Override
  public Socket createSocket(Socket plain, String host, int port, boolean autoClose)
      throws IOException {
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, autoClose);
    ClientTlsConfig.limitVersions(socket, min, max);
    SSLParameters parameters = socket.getSSLParameters();
    if (!sni) {
      parameters.setServerNames(List.of());
    }
    if (name) {
      // Within the handshake, so that a wrong name is told apart from a broken connection.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    socket.setSSLParameters(parameters);
    return FilteredTlsSocket.of(socket, streams);
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return factory.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return factory.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return factory.createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return factory.createSocket(host, port, local, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return factory.createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    return factory.createSocket(host, port, local, localPort);
  }
}
