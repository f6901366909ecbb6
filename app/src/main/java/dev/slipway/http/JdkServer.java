package dev.slipway.http;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.config.Settings;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * The JDK's server with every property of it that we rely on. It reads them from the system's
 * properties, once, when its first server is made: so they are set here, before that, and hold for
 * all servers of the process.
 */
final class JdkServer {
  /** Connections that the kernel keeps until we accept them: a burst must not be dropped. */
  private static final int BACKLOG = 1024;

  /** What it takes to tell a client that it was too slow. */
  private static final Duration ANSWER_TIME = Duration.ofSeconds(1);

  /** The JDK's server counts 32 bytes more for each header, and the rest of the request line. */
  private static final int HEAD_BYTES_BEYOND = 16 * 1024;

  /** What is left of a body nobody wanted is read to here, to keep the connection usable. */
  static final int DRAIN_BYTES = 64 * 1024;

  private JdkServer() {}

  /**
   * A server bound to an address, not started yet.
   *
   * @throws SlipwayException USAGE when the address is taken, not ours, or not permitted
   */
  static HttpServer bind(Settings.Http settings) {
    configure(settings);
    String host = settings.host();
    int port = settings.port();
    String where = "cannot listen on " + (host.isEmpty() ? "*" : host) + ":" + port;
    try {
      InetSocketAddress address =
          host.isEmpty()
              ? new InetSocketAddress(port)
              : new InetSocketAddress(InetAddress.getByName(host), port);
      return HttpServer.create(address, BACKLOG);
    } catch (UnknownHostException e) {
      throw SlipwayException.usageError(where + ": the name " + host + " is not known")
          .hint("use an IP address; 0.0.0.0 listens on all of them")
          .cause(e);
    } catch (SocketException e) {
      String why = String.valueOf(e.getMessage());
      throw SlipwayException.usageError(where + ": " + why).hint(hint(why)).cause(e);
    } catch (IOException e) {
      throw SlipwayException.usageError(where + ": " + e.getMessage()).cause(e);
    }
  }

  private static String hint(String why) {
    if (why.contains("in use")) {
      return "another process listens there: stop it, or choose another port";
    }
    if (why.contains("ermission")) {
      return "ports below 1024 need a permission of their own: choose a higher one";
    }
    return "use an address of this machine; 0.0.0.0 listens on all of them";
  }

  private static void configure(Settings.Http limits) {
    // Without it a small answer waits up to 40 ms for the acknowledgement of the one before.
    set("sun.net.httpserver.nodelay", "true");
    // A client that trickles its request holds a connection, not a slot: but not for ever. One
    // whose headers are there gets a status from us before the server closes the connection.
    set("sun.net.httpserver.maxReqTime", seconds(limits.readTimeout().plus(ANSWER_TIME)));
    // A client that does not read its answer has as long for it as it had for its request; it is
    // counted from the request's end, work included.
    set(
        "sun.net.httpserver.maxRspTime",
        seconds(limits.requestTimeout().plus(limits.readTimeout())));
    // How often those two are looked at, in milliseconds.
    set("sun.net.httpserver.timerMillis", "500");
    // The server cuts the connection without a word beyond its own limits, so they are wider than
    // ours: what is somewhat too large gets a status, and a flood is still cut.
    set("sun.net.httpserver.maxReqHeaders", Integer.toString(4 * limits.headersMax()));
    set("sun.net.httpserver.maxReqHeaderSize", Integer.toString(headBytesMax(limits)));
    set("jdk.httpserver.maxConnections", Integer.toString(limits.connections()));
    // Every connection may rest: one closed for being the 201st idle one could have a request
    // already on its way.
    set("sun.net.httpserver.maxIdleConnections", Integer.toString(limits.connections()));
    // Longer than the 60 s after which common load balancers let go of a connection: the side
    // that sends requests has to be the one that ends it.
    set("sun.net.httpserver.idleInterval", "75");
    // How often idle connections are looked at, in milliseconds.
    set("sun.net.httpserver.clockTick", "1000");
    set("sun.net.httpserver.drainAmount", Integer.toString(DRAIN_BYTES));
  }

  /** The bytes that the head of one request may take while it is read. */
  static int headMemory(Settings.Http limits) {
    // Two bytes a character, in an array that doubles while the old one is still there.
    return Math.multiplyExact(4, headBytesMax(limits));
  }

  private static int headBytesMax(Settings.Http limits) {
    return limits.headerBytesMax() + limits.addressBytesMax() + HEAD_BYTES_BEYOND;
  }

  private static void set(String property, String value) {
    System.setProperty(property, value);
  }

  /** The server counts in whole seconds, and takes zero for no limit. */
  private static String seconds(Duration time) {
    return Long.toString(Math.max(1, time.plusMillis(999).toSeconds()));
  }
}
