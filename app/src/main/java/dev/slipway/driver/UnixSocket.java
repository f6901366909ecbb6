package dev.slipway.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Socket} over a unix socket, for drivers that know no other class. Wherever it is told to
 * connect to, it connects to its path. One thread reads and one writes; any may close it, which
 * ends both.
 */
public class UnixSocket extends Socket {
  private final Path path;
  private @Nullable SocketChannel channel;
  private @Nullable Selector readable;
  private @Nullable Selector writable;
  private volatile int timeoutMillis;
  private volatile boolean closed;

  public UnixSocket(Path path) {
    this.path = path;
  }

  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /** Connecting on one machine waits for nothing, so the timeout does not matter. */
  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.configureBlocking(false);
      readable = Selector.open();
      channel.register(readable, SelectionKey.OP_READ);
      writable = Selector.open();
      channel.register(writable, SelectionKey.OP_WRITE);
    } catch (IOException e) {
      close();
      ConnectException words = new ConnectException("unix socket " + path + ": " + e.getMessage());
      words.initCause(e);
      throw words;
    }
  }

  @Override
  public InputStream getInputStream() {
    return new SocketInput();
  }

  @Override
  public OutputStream getOutputStream() {
    return new SocketOutput();
  }

  @Override
  public void setSoTimeout(int timeout) {
    timeoutMillis = timeout;
  }

  @Override
  public int getSoTimeout() {
    return timeoutMillis;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (channel != null) {
      channel.close();
    }
    // Closing the channel alone would leave a thread that waits in select where it is.
    if (readable != null) {
      readable.close();
    }
    if (writable != null) {
      writable.close();
    }
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public boolean isConnected() {
    return channel != null && channel.isConnected();
  }

  @Override
  public boolean isBound() {
    return isConnected();
  }

  @Override
  public void shutdownInput() throws IOException {
    connected(channel).shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    connected(channel).shutdownOutput();
  }

  @Override
  public InetAddress getInetAddress() {
    return InetAddress.getLoopbackAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    return InetAddress.getLoopbackAddress();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return UnixDomainSocketAddress.of(path);
  }

  // What follows belongs to TCP: there is nothing to set, and a driver that sets it means no harm.

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public boolean getTcpNoDelay() {
    return true;
  }

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public boolean getKeepAlive() {
    return false;
  }

  @Override
  public void setTrafficClass(int tc) {}

  @Override
  public void setSoLinger(boolean on, int linger) {}

  @Override
  public void setReceiveBufferSize(int size) {}

  @Override
  public int getReceiveBufferSize() {
    return 64 * 1024;
  }

  @Override
  public void setSendBufferSize(int size) {}

  @Override
  public int getSendBufferSize() {
    return 64 * 1024;
  }

  @Override
  public String toString() {
    return "unix socket " + path;
  }

  private static <T> T connected(@Nullable T part) throws SocketException {
    if (part == null) {
      throw new SocketException("Socket is not connected");
    }
    return part;
  }

  /** Waits until the channel is ready, at most as long as given; zero waits without end. */
  private void await(Selector selector, int millis) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      long left = millis == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) + 1;
      if (millis != 0 && left <= 0) {
        throw new SocketTimeoutException("unix socket " + path + ": no answer in time");
      }
      try {
        selector.selectedKeys().clear();
        if (selector.select(left) > 0) {
          return;
        }
      } catch (ClosedSelectorException | CancelledKeyException e) {
        throw closedWhileUsed(e);
      }
      if (closed) {
        throw closedWhileUsed(null);
      }
      if (Thread.currentThread().isInterrupted()) {
        // select returns at once for an interrupted thread: a loop here would burn the processor.
        throw new SocketException("interrupted");
      }
    }
  }

  private static SocketException closedWhileUsed(@Nullable Exception cause) {
    SocketException words = new SocketException("Socket closed");
    words.initCause(cause);
    return words;
  }

  private final class SocketInput extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      try {
        while (true) {
          int count = connected(channel).read(buffer);
          if (count != 0) {
            return count;
          }
          await(connected(readable), timeoutMillis);
        }
      } catch (ClosedChannelException e) {
        throw closedWhileUsed(e);
      }
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }

  private final class SocketOutput extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      try {
        while (buffer.hasRemaining()) {
          if (connected(channel).write(buffer) == 0) {
            await(connected(writable), 0);
          }
        }
      } catch (ClosedChannelException e) {
        throw closedWhileUsed(e);
      }
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }
}
