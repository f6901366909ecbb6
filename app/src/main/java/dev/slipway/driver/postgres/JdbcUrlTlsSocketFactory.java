package dev.slipway.driver.postgres;

import java.io.IOException;
import java.net.Socket;
import java.util.Properties;
import org.postgresql.ssl.LibPQFactory;
import org.postgresql.util.PSQLException;

/**
 * TLS for a JDBC URL: the JDBC driver's own reading of its parameters. Public only because the
 * driver creates it by its name.
 */
public final class JdbcUrlTlsSocketFactory extends LibPQFactory {
  private final ProtocolStreams streams;

  /** Reads the parameters of TLS as the JDBC driver does. */
  public JdbcUrlTlsSocketFactory(Properties properties) throws PSQLException {
    super(properties);
    streams = ProtocolStreams.of(properties);
  }

  @Override
  public Socket createSocket(Socket plain, String host, int port, boolean autoClose)
      throws IOException {
    return FilteredTlsSocket.of(super.createSocket(plain, host, port, autoClose), streams);
  }
}
