package dev.slipway.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A transaction pooler before a PostgreSQL that asks for no password, with one session for all
 * clients. It gives each client the login of that session, its process ID included, so that only a
 * session of two connections shows the pooler. PgBouncer invents process IDs. Thread-safe.
 */
public final class SharingPooler implements AutoCloseable {
  private static final int TLS_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;

  private final ServerSocket door;
  private final BlockingQueue<Session> idle = new LinkedBlockingQueue<>();
  private final byte[] login;

  /** A session of the server, and what the server said at its login. */
  private record Session(DataInputStream in, DataOutputStream out, byte[] login) {}

  /** A message: its type, and its body without the length. */
  private record Message(int type, byte[] body) {
    static Message read(DataInputStream in) throws IOException {
      int type = in.readUnsignedByte();
      return new Message(type, in.readNBytes(in.readInt() - 4));
    }

    void write(DataOutputStream out) throws IOException {
      out.writeByte(type);
      out.writeInt(body.length + 4);
      out.write(body);
    }
  }

  /** Starts it. */
  public SharingPooler(int serverPort, String user, String database) throws IOException {
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Session session = login(serverPort, user, database);
    login = session.login();
    idle.add(session);
    Thread.ofVirtual().start(this::accept);
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return door.getLocalPort();
  }

  private static Session login(int port, String user, String database) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    var in = new DataInputStream(socket.getInputStream());
    var out = new DataOutputStream(socket.getOutputStream());
    byte[] parameters =
        ("user\0"
                + user
                + "\0database\0"
                + database
                + "\0DateStyle\0ISO\0client_encoding\0UTF8\0\0")
            .getBytes(StandardCharsets.UTF_8);
    out.writeInt(parameters.length + 8);
    out.writeInt(3 << 16);
    out.write(parameters);
    var login = new ByteArrayOutputStream();
    answer(in, new DataOutputStream(login));
    return new Session(in, out, login.toByteArray());
  }

  /** Passes messages on until the server is ready; the state of its transaction. */
  private static int answer(DataInputStream server, DataOutputStream client) throws IOException {
    while (true) {
      Message message = Message.read(server);
      message.write(client);
      if (message.type() == 'Z') {
        client.flush();
        return message.body()[0];
      }
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // The door was shut.
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var in = new DataInputStream(client.getInputStream());
        var out = new DataOutputStream(client.getOutputStream())) {
      byte[] start = in.readNBytes(in.readInt() - 4);
      while (start.length == 4 && encryption(start)) {
        out.writeByte('N');
        start = in.readNBytes(in.readInt() - 4);
      }
      out.write(login);
      while (transaction(in, out)) {}
    } catch (IOException e) {
      // The client has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean encryption(byte[] start) {
    int code = ByteBuffer.wrap(start).getInt();
    return code == TLS_REQUEST || code == GSS_REQUEST;
  }

  /** Passes one transaction on; false when the client has said goodbye. */
  private boolean transaction(DataInputStream in, DataOutputStream out)
      throws IOException, InterruptedException {
    Message message = Message.read(in);
    if (message.type() == 'X') {
      return false;
    }
    Session session = idle.take();
    try {
      while (true) {
        message.write(session.out());
        session.out().flush();
        boolean ends = message.type() == 'Q' || message.type() == 'S';
        if (ends && answer(session.in(), out) == 'I') {
          return true;
        }
        message = Message.read(in);
      }
    } finally {
      idle.add(session);
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
