package dev.slipway.cli;

import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * SIGTERM and SIGINT as a request to end: the first is waited for, the second ends the process at
 * once. The JDK has no standard way to see a signal: a shutdown hook cannot choose the exit code
 * nor hear a second signal. Its class for that, in the module jdk.unsupported, is in every JDK.
 */
public final class ShutdownSignals {
  private final CountDownLatch asked = new CountDownLatch(1);
  private volatile Runnable action = () -> {};

  private ShutdownSignals() {}

  /**
   * Takes both signals over from the JVM, for the rest of the process. Where that is impossible
   * (the JVM runs without signals, or without that class) they keep ending the process at once.
   */
  public static ShutdownSignals take() {
    var signals = new ShutdownSignals();
    signals.take("TERM");
    signals.take("INT");
    return signals;
  }

  /** Only what {@link #ask} says: the process keeps its signals. */
  static ShutdownSignals none() {
    return new ShutdownSignals();
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

  private void take(String name) {
    try {
      Signal.handle(
          new Signal(name),
          signal -> {
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
