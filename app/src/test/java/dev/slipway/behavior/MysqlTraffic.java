package dev.slipway.behavior;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a MySQL client has sent on one connection, as text: who connects to which database, then
 * each command with SQL as it was sent. Values that are bound on the server are not shown.
 */
final class MysqlTraffic {
  private static final int CONNECT_WITH_DB = 1 << 3;
  private static final int COMPRESS = 1 << 5;
  private static final int SSL = 1 << 11;
  private static final int QUERY_ATTRIBUTES = 1 << 27;
  private static final int PACKET_MAX = 0xffffff;

  private final ByteBuffer all;
  private final List<String> prepared = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private int flags;
  private int sequence;

  private MysqlTraffic(byte[] sent) {
    this.all = ByteBuffer.wrap(sent).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The texts, in order; none for a connection on which nothing was sent. */
  static List<String> read(byte[] sent) {
    var traffic = new MysqlTraffic(sent);
    if (traffic.start()) {
      for (ByteBuffer packet = traffic.packet(); packet != null; packet = traffic.packet()) {
        // Packets of the login count on, a command begins at 0.
        if (traffic.sequence == 0 && packet.hasRemaining()) {
          traffic.command(packet);
        }
      }
    }
    return traffic.lines;
  }

  private boolean start() {
    ByteBuffer login = packet();
    if (login == null || login.remaining() < 32) {
      return false;
    }
    flags = login.getInt();
    if ((flags & SSL) != 0) {
      lines.add("(TLS: the rest cannot be read)");
      return false;
    }
    login.position(32);
    String user = text(login);
    int secret = login.get() & 0xff;
    login.position(login.position() + secret);
    String database = (flags & CONNECT_WITH_DB) != 0 ? text(login) : "";
    lines.add("(connect: user=" + user + ", database=" + database + ")");
    if ((flags & COMPRESS) != 0) {
      lines.add("(compressed: the rest cannot be read)");
      return false;
    }
    return true;
  }

  private void command(ByteBuffer packet) {
    switch (packet.get()) {
      case 0x02 -> lines.add("(use " + rest(packet) + ")");
      case 0x03 -> {
        if ((flags & QUERY_ATTRIBUTES) != 0) {
          // The number of attributes, which is 0, and that of their sets, which is 1.
          packet.position(packet.position() + 2);
        }
        lines.add(rest(packet));
      }
      case 0x16 -> prepared.add(rest(packet));
      case 0x17 -> {
        int number = packet.getInt();
        lines.add(number >= 1 && number <= prepared.size() ? prepared.get(number - 1) : "?");
      }
      default -> {
        // Quit, ping, close of a statement: no SQL.
      }
    }
  }

  /** The next one, with those that continue it; nothing when it is not whole. */
  private ByteBuffer packet() {
    List<byte[]> parts = new ArrayList<>();
    int length = PACKET_MAX;
    int first = -1;
    while (length == PACKET_MAX) {
      if (all.remaining() < 4) {
        return null;
      }
      int head = all.getInt();
      length = head & PACKET_MAX;
      first = first < 0 ? head >>> 24 : first;
      if (all.remaining() < length) {
        return null;
      }
      byte[] part = new byte[length];
      all.get(part);
      parts.add(part);
    }
    sequence = first;
    ByteBuffer whole =
        ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum())
            .order(ByteOrder.LITTLE_ENDIAN);
    parts.forEach(whole::put);
    return whole.flip();
  }

  private static String rest(ByteBuffer packet) {
    return StandardCharsets.UTF_8.decode(packet).toString();
  }

  private static String text(ByteBuffer packet) {
    int start = packet.position();
    while (packet.get() != 0) {
      // A text ends with a zero byte.
    }
    return new String(packet.array(), start, packet.position() - start - 1, StandardCharsets.UTF_8);
  }
}
