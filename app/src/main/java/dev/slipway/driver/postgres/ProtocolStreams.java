package dev.slipway.driver.postgres;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Properties;

/**
 * The streams between the JDBC driver and a server.
 *
 * @param serversDateStyle whether the session has the {@code DateStyle} that psql gets, of which
 *     the JDBC driver learns nothing: it requires {@code ISO}, with which it reads dates and times.
 *     Only for connections from which it reads none.
 */
record ProtocolStreams(boolean serversDateStyle) {
  /** The property of a connection. */
  static final String SERVERS_DATE_STYLE = "slipway.serversDateStyle";

  static ProtocolStreams of(Properties properties) {
    return new ProtocolStreams(Boolean.parseBoolean(properties.getProperty(SERVERS_DATE_STYLE)));
  }

  OutputStream output(OutputStream out) {
    return new StartupMessageFilter(out, serversDateStyle);
  }

  InputStream input(InputStream in, ServerMessageStream.ReadTimeout timeout) {
    return new ServerMessageStream(in, timeout, serversDateStyle);
  }
}
