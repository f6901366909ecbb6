package dev.slipway.driver;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;

/**
 * How soon a dead other end is noticed; zero leaves the system's own value (two hours, mostly).
 *
 * @param idleSeconds silence until the first probe
 * @param intervalSeconds between two probes
 * @param count unanswered probes until the connection is given up
 */
public record Keepalive(int idleSeconds, int intervalSeconds, int count) {
  public void apply(Socket socket) throws IOException {
    set(socket, ExtendedSocketOptions.TCP_KEEPIDLE, idleSeconds);
    set(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, intervalSeconds);
    set(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, count);
    if (idleSeconds > 0) {
      socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }
  }

  /** Not every system knows these options; without them its own values stay. */
  private static void set(Socket socket, SocketOption<Integer> option, int value)
      throws IOException {
    if (value > 0 && socket.supportedOptions().contains(option)) {
      socket.setOption(option, value);
    }
  }
}
