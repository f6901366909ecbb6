package dev.slipway.cli;

import dev.slipway.error.ExitCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import sun.misc.Signal;

/**
 * SIGTERM and SIGINT as a request to end: the first is waited for, the second ends the process at
 * once, unless the command ends by itself. The JDK has no standard way to see a signal: a shutdown
 * hook cannot choose the exit code nor hear a second signal. Its class for that, in the module
 * jdk.unsupported, is in every JDK.
 */
public final class ShutdownSignals {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final boolean taken;
  private volatile Runnable action = () -> {};
  private volatile boolean endsByItself;

  private ShutdownSignals(boolean taken) {
    this.taken = taken;
  }

  /**
   * Takes both signals over from the JVM, for the rest of the process. Where that is impossible
   * (the JVM runs without signals, or without that class) they keep ending the process at once.
   */
  public static ShutdownSignals take() {
    var signals = new ShutdownSignals(true);
    signals.take("TERM");
    signals.take("INT");
    return signals;
  }

  /** Only what {@link #ask} says: the process keeps its signals. */
  static ShutdownSignals none() {
    return new ShutdownSignals(false);
  }

  /** Waits for the first signal; an interrupt of this thread counts as one. */
  void await() {
    try {
      asked.await();
    } catch (InterruptedException e) {
      asked.countDown();
    }
  }

  /** As if the first signal had come. */
  void ask() {
    asked.countDown();
    action.run();
  }

  /** What the first signal does beside letting {@link #await} go on: something short. */
  void then(Runnable action) {
    this.action = action;
    if (asked.getCount() == 0) {
      action.run();
    }
  }

  /**
   * The command ends in time after the first signal, or waits for a statement that must not be left
   * alone: further signals have no effect.
   */
  void ignoreFurther() {
    endsByItself = true;
  }

  /**
   * Ends the process after this time, whatever still holds it, such as a full pipe. Only where the
   * process is this command's own.
   */
  void haltAfter(Duration time, ExitCode code) {
    if (taken) {
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                LockSupport.parkNanos(time.toNanos());
                Runtime.getRuntime().halt(code.number());
              });
    }
  }

  private void take(String name) {
    try {
      Signal.handle(
          new Signal(name),
          signal -> {
            if (asked.getCount() == 0 && endsByItself) {
              return;
            }
            if (asked.getCount() == 0) {
              // 128 and the signal's number is what a shell reports of a process that it ended.
              Runtime.getRuntime().halt(128 + signal.getNumber());
            }
            ask();
          });
    } catch (IllegalArgumentException | LinkageError e) {
      System.getLogger(ShutdownSignals.class.getName())
          .log(System.Logger.Level.DEBUG, "signals keep their usual meaning", e);
    }
  }
}
