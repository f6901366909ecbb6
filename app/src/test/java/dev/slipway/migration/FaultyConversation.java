package dev.slipway.migration;

import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * The conversation of a migrator with its server, as a proxy sees it, with one fault at one point.
 * Thread-safe.
 */
final class FaultyConversation {
  /** What happens. */
  enum Fault {
    /** The migrator gets SIGKILL. */
    KILL,
    /** All connections stay open, and nothing is forwarded any more. */
    SILENCE,
    /** All connections are closed. */
    CUT,
    /** Everything is delayed. */
    DELAY
  }

  /** When it happens. */
  enum Phase {
    TLS,
    LOGIN,
    LOCK,
    /** Before a message of migrations reaches the server. */
    START,
    /** While the server works on it. */
    MIDDLE,
    /** When the server has answered, and the migrator does not know it. */
    END;

    /** The phase under which the requests of this one are counted. */
    Phase counted() {
      return this == MIDDLE || this == END ? START : this;
    }
  }

  private static final int TLS_REQUESTS = 4;
  private static final Pattern LOCK = Pattern.compile("advisory_lock|GET_LOCK|flyway-lock");
  private static final Pattern MESSAGE =
      Pattern.compile("log VALUES|CREATE TABLE (t\\d|log)|CREATE INDEX (i\\d|CONCURRENTLY)|COMMIT");

  private final Family family;
  private final Phase phase;
  private final int request;
  private final Duration afterStart;
  private final Map<Phase, Integer> counts = new EnumMap<>(Phase.class);
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile Runnable action = () -> {};

  private FaultyConversation(Family family, Phase phase, int request, Duration afterStart) {
    this.family = family;
    this.phase = phase;
    this.request = request;
    this.afterStart = afterStart;
  }

  /** Only counts requests. */
  static FaultyConversation undisturbed(Family family) {
    FaultyConversation conversation = new FaultyConversation(family, Phase.TLS, -1, Duration.ZERO);
    conversation.ready.countDown();
    return conversation;
  }

  /**
   * With a fault.
   *
   * @param request the number of the request in its phase, from 0
   * @param afterStart the time from the start of a message to its middle
   */
  static FaultyConversation disturbed(
      Family family, Phase phase, int request, Duration afterStart) {
    return new FaultyConversation(family, phase, request, afterStart);
  }

  /** What the fault does. The conversation waits until this is known. */
  void act(Runnable fault) {
    action = fault;
    ready.countDown();
  }

  /** Waits for the fault; false if it does not come in time. */
  boolean awaitFault(Duration time) {
    try {
      return done.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The number of requests by phase. */
  synchronized Map<Phase, Integer> counts() {
    return Map.copyOf(counts);
  }

  private void strike() {
    action.run();
    done.countDown();
  }

  /** A listener for a new connection. */
  TcpProxy.Listener listener(boolean tls) {
    AtomicBoolean answerDue = new AtomicBoolean();
    return new TcpProxy.Listener() {
      private int seen;

      @Override
      public void request(byte[] bytes) {
        awaitReady();
        Phase found = tls ? (seen < TLS_REQUESTS ? Phase.TLS : null) : classify(bytes);
        seen++;
        if (found == null || !matches(found)) {
          return;
        }
        switch (phase) {
          case END -> answerDue.set(true);
          case MIDDLE ->
              Thread.ofPlatform()
                  .daemon()
                  .start(
                      () -> {
                        pause(afterStart);
                        strike();
                      });
          case TLS, LOGIN, LOCK, START -> strike();
        }
      }

      @Override
      public void response(byte[] bytes) {
        if (answerDue.compareAndSet(true, false)) {
          strike();
        }
      }
    };
  }

  private void awaitReady() {
    try {
      ready.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean matches(Phase found) {
    int number = counts.merge(found, 1, Integer::sum) - 1;
    return found == phase.counted() && number == request;
  }

  private Phase classify(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    boolean login =
        family == Family.MYSQL
            ? bytes.length > 4 && bytes[3] != 0
            : bytes[0] != 'Q' && bytes[0] != 'X';
    if (login) {
      return Phase.LOGIN;
    }
    if (LOCK.matcher(text).find() && !MESSAGE.matcher(text).find()) {
      return Phase.LOCK;
    }
    return MESSAGE.matcher(text).find() ? Phase.START : null;
  }
}
