package dev.slipway.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/**
 * SIGTERM and SIGINT as a request to end: the first is waited for, the second ends the process at
 * once. The JDK has no supported way to see a signal: a shutdown hook cannot choose the exit code
 * nor hear a second signal. Its class for that, sun.misc.Signal, is in every JDK, but naming it is
 * a compiler warning that cannot be switched off, so it is reached by name.
 */
final class Signals {
  private final CountDownLatch asked = new CountDownLatch(1);
  private volatile Runnable action = () -> { };

  private Signals() {}

  /**
   * Takes both signals over from the JVM, for the rest of the process. Where that is impossible
   * (the JVM runs without signals, or without that class) they keep ending the process at once.
   */
  static Signals take() {
    var signals = new Signals();
    signals.take("TERM", 15);
    signals.take("INT", 2);
    return signals;
  }

  /** Only what {@link #ask} says: the process keeps its signals. */
  static Signals none() {
    return new Signals();
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

  private void take(String name, int number) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (!method.getName().equals("handle")) {
            throw new UnsupportedOperationException(method.getName());
          }
          if (asked.getCount() == 0) {
            // 128 and the signal's number is what a shell reports of a process that it ended.
            Runtime.getRuntime().halt(128 + number);
          }
          ask();
          return null;
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> listener = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(), new Class<?>[] {listener}, handler);
      signal
          .getMethod("handle", signal, listener)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException | LinkageError e) {
      System.getLogger(Signals.class.getName())
          .log(System.Logger.Level.DEBUG, "signals keep their usual meaning", e);
    }
  }
}
