package dev.slipway.migration;

import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Ends what a migrator's connection waits for when the run has to end, because a thread that waits
 * for a server cannot be interrupted. First cancels the message, which the server rolls back; then,
 * when the server does not respond, aborts the connection. A message that may not be canceled is
 * waited for after a signal, as long as the {@link SessionObserver} shows that it runs. Without a
 * deadline or a signal it ends nothing, however long the server sends no data. Thread-safe.
 */
final class StatementWatchdog {
  private static final System.Logger LOG = System.getLogger(StatementWatchdog.class.getName());
  private static final Duration INTERVAL = Duration.ofMillis(100);

  /** The server's time to respond, before the connection is aborted. */
  private static final Duration RESPONSE_LIMIT = Duration.ofMillis(650);

  private final CancellationToken stop;
  private final SessionObserver observer;
  private final boolean hasServer;
  private final Thread thread;
  private final AtomicBoolean canceling = new AtomicBoolean();
  private volatile @Nullable PendingMessage message;
  private volatile @Nullable Connection connection;
  private volatile @Nullable Deadline lockWait;
  private volatile boolean closed;

  /** Cancels a message, on the server. */
  interface Cancel {
    void run() throws SQLException;
  }

  /**
   * A message under way.
   *
   * @param cancellable whether a signal cancels it; the deadline of the run always does
   */
  private record PendingMessage(Cancel cancel, boolean cancellable) {}

  /**
   * @param hasServer whether the statements run in another process than this one
   */
  StatementWatchdog(CancellationToken stop, SessionObserver observer, boolean hasServer) {
    this.stop = stop;
    this.observer = observer;
    this.hasServer = hasServer;
    this.thread = new Thread(this::watch, "slipway-watch");
    thread.setDaemon(true);
  }

  /**
   * Watches this connection from now on.
   *
   * @param connection to abort; empty for one that stays its owner's
   */
  void start(Optional<Connection> connection) {
    this.connection = connection.orElse(null);
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /** Limits the wait for the migration lock; no limit ends the limitation. */
  void limitLockWait(Optional<Deadline> limit) {
    lockWait = limit.orElse(null);
  }

  void begin(Cancel cancel, boolean cancellable, long session) {
    observer.begin(session);
    message = new PendingMessage(cancel, cancellable);
  }

  void end() {
    PendingMessage ended = message;
    message = null;
    observer.end();
    if (ended != null && !ended.cancellable() && stop.isCancelled() && !stop.deadline().passed()) {
      // It was waited for. What follows it, such as its record in the history, needs time again.
      stop.extend();
    }
  }

  private void watch() {
    while (!closed) {
      Deadline limit = lockWait;
      if (stop.isOver()) {
        endRun(message);
      } else if (limit != null && limit.overdue().compareTo(RESPONSE_LIMIT) > 0) {
        abort();
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void endRun(@Nullable PendingMessage current) {
    boolean mayEnd = current == null || current.cancellable() || stop.deadline().passed();
    if (mayEnd) {
      if (current != null) {
        cancel(current);
      }
    } else {
      observer.awaitStatement();
      if (!hasServer || observer.showsRunning(RESPONSE_LIMIT)) {
        stop.extend();
      }
    }
    if (stop.sinceEnd().compareTo(RESPONSE_LIMIT) > 0) {
      abort();
    }
  }

  /** On a thread of its own: the cancellation opens a connection, which may be silent, too. */
  private void cancel(PendingMessage current) {
    if (canceling.compareAndSet(false, true)) {
      daemon(
          () -> {
            try {
              current.cancel().run();
            } finally {
              canceling.set(false);
            }
          });
    }
  }

  private void abort() {
    Connection aborted = connection;
    if (aborted != null) {
      connection = null;
      daemon(() -> aborted.abort(Runnable::run));
    }
  }

  private static void daemon(Cancel work) {
    Thread.ofPlatform()
        .daemon()
        .name("slipway-cancel")
        .start(
            () -> {
              try {
                work.run();
              } catch (SQLException e) {
                // The message has just ended, or the connection is lost: both end the message.
                LOG.log(Level.DEBUG, "cancel", e);
              }
            });
  }

  void close() {
    closed = true;
    thread.interrupt();
  }
}
