package dev.slipway.http;

import dev.slipway.config.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/**
 * Reads request bodies within a limit for each body and a limit for all bodies in memory, so that
 * many large bodies do not fill the heap. Safe for concurrent use.
 */
final class BodyReader {
  private static final byte[] EMPTY = {};

  /** What a client may still send after its request was rejected. */
  static final long DISCARD_BYTES_MAX = 64L * 1024 * 1024;

  /** The minimum cost of a chunk: a million chunks of one byte take seconds of CPU time. */
  private static final int CHUNK_COST_BYTES = 4;

  /** The minimum cost of a read after the response, when nothing is kept. */
  private static final int DISCARD_COST_BYTES = 512;

  /** Bodies up to this size are handled at once: their objects are small. */
  private static final int HEAVY_BYTES = 32 * 1024;

  /** Bytes of heap for the objects of a body's JSON, per byte of the body. */
  private static final int OBJECT_COST = 64;

  private final int bytesMax;
  private final Duration readTimeout;
  private final Semaphore memory;
  private final Semaphore turns;
  private final Duration turnTimeout;
  private final LimitExceeded.Counters limits;

  BodyReader(Settings.Http settings, LimitExceeded.Counters limits) {
    this.bytesMax = settings.bodyBytesMax();
    this.readTimeout = settings.readTimeout();
    // One always fits.
    this.memory =
        new Semaphore(
            Math.clamp(Runtime.getRuntime().maxMemory() / 8, bytesMax, Integer.MAX_VALUE));
    this.turns =
        new Semaphore(
            Math.clamp(Runtime.getRuntime().maxMemory() / OBJECT_COST, bytesMax, Integer.MAX_VALUE),
            true);
    this.turnTimeout = settings.requestTimeout();
    this.limits = limits;
  }

  /** Whether the request has a body. */
  static boolean hasBody(RequestContext context) {
    return context.request.getLength() > 0
        || context.request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  /**
   * Reads the whole body, whose memory the caller releases. Memory grows with the bytes that
   * arrive, not with the announced length.
   *
   * @throws Problem 413 for a body beyond the limit, 503 when other bodies leave no memory, 408
   *     when it does not arrive in time, 400 when it ends early or is malformed
   */
  byte[] read(RequestContext context) {
    if (!hasBody(context)) {
      return EMPTY;
    }
    long announced = context.request.getLength();
    if (announced > bytesMax) {
      throw tooLarge();
    }
    long cost = 0;
    int chunkCost = announced < 0 ? CHUNK_COST_BYTES : 0;
    var body = new ByteArrayOutputStream();
    try {
      while (!context.bodyRead) {
        Content.Chunk chunk = next(context);
        int n = chunk.remaining();
        cost += n == 0 ? 0 : Math.max(n, chunkCost);
        if (cost > bytesMax) {
          chunk.release();
          throw tooLarge();
        }
        if (!memory.tryAcquire(n)) {
          chunk.release();
          throw limits.count(
              LimitExceeded.LOAD, Problem.unavailable("too many large requests at once"));
        }
        context.bodyBytes += n;
        byte[] bytes = new byte[n];
        chunk.getByteBuffer().get(bytes);
        body.writeBytes(bytes);
        context.bodyRead = chunk.isLast();
        chunk.release();
      }
      return body.toByteArray();
    } catch (IOException e) {
      context.last = true;
      throw Problem.of(400, "the body ends early, or its chunks are not what HTTP allows");
    }
  }

  /**
   * Waits until the heap has room for the objects of a large body: they take many times its size.
   *
   * @return what {@link #endTurn} must be called with
   * @throws Problem 503 when other large bodies take too long
   */
  int awaitTurn(byte[] body) throws InterruptedException {
    if (body.length <= HEAVY_BYTES) {
      // Even for nothing, a fair semaphore would queue it behind the large bodies.
      return 0;
    }
    if (!turns.tryAcquire(body.length, turnTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
      throw limits.count(
          LimitExceeded.LOAD, Problem.unavailable("too many large requests at once"));
    }
    return body.length;
  }

  /** Gives room to the next large body. */
  void endTurn(int weight) {
    turns.release(weight);
  }

  /** Releases the memory of a body, or of the part that was read. */
  void release(RequestContext context) {
    memory.release(context.bodyBytes);
    context.bodyBytes = 0;
  }

  private Problem tooLarge() {
    return limits.count(
        LimitExceeded.BODY, Problem.of(413, "a body may have " + bytesMax + " bytes"));
  }

  /** Waits for the next part of the body until the read timeout after the request's headers. */
  private Content.Chunk next(RequestContext context) throws IOException {
    while (true) {
      Content.Chunk chunk = context.request.read();
      if (Content.Chunk.isFailure(chunk)) {
        throw new IOException(chunk.getFailure());
      }
      if (chunk != null) {
        context.bodyStarted = true;
        return chunk;
      }
      var arrived = new CountDownLatch(1);
      context.request.demand(Invocable.from(InvocationType.NON_BLOCKING, arrived::countDown));
      long left = readTimeout.minus(context.age()).toNanos();
      try {
        if (!arrived.await(left, TimeUnit.NANOSECONDS)) {
          context.last = true;
          throw limits.count(
              LimitExceeded.READ_TIMEOUT,
              Problem.of(408, "the body took more than " + readTimeout.toMillis() + " ms"));
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  /** Whether the client may still be sending a body that is not wanted. */
  boolean isUnread(RequestContext context) {
    return !context.bodyRead && hasBody(context);
  }

  /**
   * Reads the rest of a body and drops it, after the response: a connection that is closed with
   * unread bytes is reset, and the client would lose the response. Ends with the body, the limit,
   * or the time to read a request.
   */
  void discard(RequestContext context) {
    boolean expects100 = context.request.getHeaders().contains(HttpHeader.EXPECT);
    if (context.last || (expects100 && !context.bodyStarted)) {
      return;
    }
    try {
      boolean complete = false;
      for (long left = DISCARD_BYTES_MAX; left > 0 && !complete; ) {
        Content.Chunk chunk = next(context);
        left -= Math.max(chunk.remaining(), DISCARD_COST_BYTES);
        complete = chunk.isLast();
        chunk.release();
      }
    } catch (IOException | Problem e) {
      // The response is sent.
    }
  }
}
