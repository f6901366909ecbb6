package dev.slipway.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * An output stream that writes everything after a fixed delay, without limiting the throughput. The
 * end of the stream has the same delay. For one writer.
 */
final class DelayedStream extends OutputStream {
  /** The end of a delay is awaited by spinning, because a parked thread wakes late. */
  private static final long SPIN_NANOS = 40_000;

  private static final Parcel END = new Parcel(0, new byte[0]);

  private final BlockingQueue<Parcel> parcels = new LinkedBlockingQueue<>();
  private final OutputStream out;
  private final long delayNanos;
  private final Thread writer;

  private static final class Parcel {
    final long deadline;
    final byte[] bytes;

    Parcel(long deadline, byte[] bytes) {
      this.deadline = deadline;
      this.bytes = bytes;
    }
  }

  DelayedStream(OutputStream out, Duration delay) {
    this.out = out;
    this.delayNanos = delay.toNanos();
    this.writer = Thread.ofPlatform().daemon().start(this::writeAll);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    parcels.add(
        new Parcel(
            System.nanoTime() + delayNanos, Arrays.copyOfRange(bytes, offset, offset + length)));
  }

  private void writeAll() {
    try {
      for (Parcel parcel = parcels.take(); parcel != END; parcel = parcels.take()) {
        await(parcel.deadline);
        out.write(parcel.bytes);
      }
    } catch (IOException e) {
      // The receiver closed the connection, so the rest has no destination.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(long deadline) {
    long left = deadline - System.nanoTime();
    while (left > 0) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
      left = deadline - System.nanoTime();
    }
  }

  /** Waits until everything is written. */
  @Override
  public void close() throws IOException {
    parcels.add(END);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.close();
  }
}
