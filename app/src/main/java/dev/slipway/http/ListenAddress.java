package dev.slipway.http;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;

/** The address that a server listens on. */
final class ListenAddress {
  /** Connections that the kernel keeps until Jetty accepts them: a burst must not be dropped. */
  private static final int BACKLOG = 1024;

  private ListenAddress() {}

  /**
   * Opens a listening socket.
   *
   * @throws SlipwayException USAGE when the address is in use, not local, or not permitted
   */
  static ServerSocketChannel bind(String host, int port) {
    String failed = "cannot listen on " + (host.isEmpty() ? "*" : host) + ":" + port;
    try {
      var address =
          host.isEmpty()
              ? new InetSocketAddress(port)
              : new InetSocketAddress(InetAddress.getByName(host), port);
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        return channel.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address, BACKLOG);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (UnknownHostException e) {
      throw SlipwayException.usageError(failed + ": the name " + host + " is not known")
          .hint("use an IP address; 0.0.0.0 listens on all of them")
          .cause(e);
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      var failure = SlipwayException.usageError(failed + ": " + reason);
      throw (e instanceof SocketException ? failure.hint(hint(reason)) : failure).cause(e);
    }
  }

  private static String hint(String reason) {
    if (reason.contains("in use")) {
      return "another process listens there: stop it, or choose another port";
    }
    if (reason.contains("ermission")) {
      return "ports below 1024 need a permission of their own: choose a higher one";
    }
    return "use an address of this machine; 0.0.0.0 listens on all of them";
  }

  /** Returns the URL of the address that a socket is bound to. */
  static URI url(ServerSocketChannel channel) {
    InetSocketAddress bound = bound(channel);
    InetAddress host = bound.getAddress();
    String text =
        host.isAnyLocalAddress() && host instanceof Inet6Address ? "::" : host.getHostAddress();
    return URI.create(
        "http://" + (text.contains(":") ? "[" + text + "]" : text) + ":" + bound.getPort());
  }

  /** Whether only clients on this machine reach a socket. */
  static boolean isLoopback(ServerSocketChannel channel) {
    return bound(channel).getAddress().isLoopbackAddress();
  }

  private static InetSocketAddress bound(ServerSocketChannel channel) {
    return (InetSocketAddress) channel.socket().getLocalSocketAddress();
  }
}
