package dev.slipway.http;

import dev.slipway.config.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * A client connection with limits on size and time. Jetty's idle timeout restarts with each byte,
 * and Jetty limits neither the number of header fields nor connections. This class uses two
 * extension points of a class that is internal to Jetty: the parser's events, and the state of the
 * parser when the connection waits for input.
 */
final class ClientConnection extends HttpConnection {
  /** Common load balancers close idle connections after 60 s, and must be the first to close. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(75);

  /** Bytes of heap per byte of an incomplete head: a growing buffer, and the fields before it. */
  private static final long HEAD_COST = 4;

  /** Heads up to this size are not worth accounting for while their request is handled. */
  private static final int SMALL_HEAD_BYTES = 8 * 1024;

  private static final Duration UNTIL_ANSWERED = Duration.ofDays(1);

  /** Heads with so many times the allowed number of fields are not parsed to their end. */
  private static final int HEADERS_FACTOR = 4;

  private static final int DROPPED_BYTES = 8 * 1024;

  private final Settings.Http limits;
  private final RequestTracker tracker;
  private long discardBytesLeft = BodyReader.DISCARD_BYTES_MAX;
  private int headerFields;
  private boolean headComplete;
  private boolean awaitsHead = true;
  private volatile long deadlineNanos;
  private final AtomicLong heldBytes = new AtomicLong();
  private volatile long evictableNanos;
  private volatile boolean readsHead;

  ClientConnection(
      HttpConfiguration configuration,
      Connector connector,
      EndPoint endPoint,
      Settings.Http limits,
      RequestTracker tracker) {
    super(configuration, connector, endPoint);
    this.limits = limits;
    this.tracker = tracker;
  }

  @Override
  public void onOpen() {
    closeAfter(limits.readTimeout());
    if (tracker.opened() > limits.connections()) {
      getEndPoint().close();
    } else {
      super.onOpen();
    }
  }

  @Override
  public void onClose(Throwable cause) {
    release();
    super.onClose(cause);
  }

  /** Waits for input: the rest of a head, or the next request, or the client's end. */
  @Override
  public void fillInterested(Callback callback) {
    if (getParser().isStart()) {
      if (!awaitsHead) {
        closeAfter(KEEP_ALIVE);
      }
    } else {
      if (!awaitsHead) {
        awaitsHead = true;
        closeAfter(limits.readTimeout());
      }
      if (!getParser().isTerminated()) {
        holdHead(getParser().getHeaderLength());
      }
    }
    super.fillInterested(callback);
  }

  /**
   * Reads on after a rejected head and drops what comes: a connection that is closed with unread
   * bytes is reset, and the client would lose the response.
   */
  @Override
  public void onFillable() {
    if (!getParser().isTerminated()) {
      super.onFillable();
      return;
    }
    ByteBuffer dropped = BufferUtil.allocate(DROPPED_BYTES);
    try {
      int n;
      while ((n = getEndPoint().fill(dropped)) > 0 && discardBytesLeft > 0) {
        discardBytesLeft -= n;
        BufferUtil.clear(dropped);
      }
      if (n == 0) {
        fillInterested();
        return;
      }
    } catch (IOException e) {
      // The client is gone.
    }
    getEndPoint().close();
  }

  /**
   * A request's head is complete; its handler limits the time from now on. A large head occupies
   * memory until the request is answered, and the parser keeps its buffers until the connection is
   * closed. Closes the connection and returns false when large heads leave no memory for this one.
   */
  boolean requestStarted(RequestContext context) {
    awaitsHead = false;
    deadlineNanos = 0;
    int bytes = getParser().getHeaderLength();
    context.last = bytes > SMALL_HEAD_BYTES;
    if (context.last && !hold(HEAD_COST * bytes, UNTIL_ANSWERED)) {
      tracker.evict(this);
      return false;
    }
    readsHead = false;
    if (!context.last) {
      release();
    }
    return true;
  }

  /** Closes the connection after a time, unless the next step of a request comes first. */
  void closeAfter(Duration time) {
    deadlineNanos = (System.nanoTime() + time.toNanos()) | 1;
  }

  /** Closes the connection if its deadline has expired. */
  void closeIfOverdue(long nowNanos) {
    long deadline = deadlineNanos;
    if (deadline != 0 && nowNanos - deadline >= 0) {
      getEndPoint().close();
    }
  }

  private void holdHead(int bytes) {
    if (!readsHead) {
      readsHead = true;
      evictableNanos = System.nanoTime();
    }
    account(HEAD_COST * bytes);
  }

  /**
   * Accounts for memory that the client occupies; it may be evicted after the grace period. Returns
   * whether the memory of all clients is within the limit.
   */
  boolean hold(long bytes, Duration grace) {
    evictableNanos = System.nanoTime() + grace.toNanos();
    return account(bytes);
  }

  /** The client occupies no memory any more. */
  void release() {
    account(0);
  }

  private boolean account(long bytes) {
    return tracker.held(bytes - heldBytes.getAndSet(bytes));
  }

  /** Whether the connection occupies memory and its grace period is over. */
  boolean isEvictable(long nowNanos) {
    return heldBytes.get() > 0 && nowNanos - evictableNanos >= 0;
  }

  long evictableNanos() {
    return evictableNanos;
  }

  /** Whether it occupies memory with an incomplete head, rather than with a response. */
  boolean readsHead() {
    return readsHead;
  }

  /** Closes the connection for the memory that it occupies. */
  void evict() {
    release();
    getEndPoint().close();
    // The selector keeps a closed end point until its next pass, and with it the parser's memory.
    getEndPoint().setConnection(null);
  }

  @Override
  protected RequestHandler newRequestHandler() {
    return new HeadLimits();
  }

  /**
   * Bounds the memory of a head while it is parsed. What is only somewhat too large reaches the
   * validator, which knows the request's id.
   */
  private final class HeadLimits extends RequestHandler {
    @Override
    public void startRequest(String method, String uri, HttpVersion version) {
      headerFields = 0;
      headComplete = false;
      super.startRequest(method, uri, version);
      if (version.getVersion() > HttpVersion.HTTP_1_1.getVersion()) {
        throw new HttpException.RuntimeException(505, "requests are made with HTTP/1.1");
      }
    }

    @Override
    public void parsedHeader(HttpField field) {
      count();
      super.parsedHeader(field);
    }

    @Override
    public void parsedTrailer(HttpField field) {
      count();
      super.parsedTrailer(field);
    }

    @Override
    public boolean headerComplete() {
      headComplete = true;
      return super.headerComplete();
    }

    /** A client that ends its side in the middle of a head expects no response. */
    @Override
    public void earlyEOF() {
      if (headComplete) {
        super.earlyEOF();
      } else {
        getEndPoint().close();
      }
    }

    /** The head occupies memory until the client has read the response. */
    @Override
    public void badMessage(HttpException failure) {
      if (getParser().isAtEOF()) {
        earlyEOF();
      } else {
        holdHead(getParser().getHeaderLength());
        super.badMessage(failure);
      }
    }

    private void count() {
      if (++headerFields > HEADERS_FACTOR * limits.headersMax()) {
        throw new HttpException.RuntimeException(
            431, "there may be " + limits.headersMax() + " headers");
      }
    }
  }
}
