package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.NoticeHandler;
import dev.slipway.error.Excerpt;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the server reports about the statements of a migration without failing them: notices and
 * warnings. Keeps the first ones of each migration and counts the others, so that a million of them
 * need little memory: where the JDBC driver collects notices while a statement runs, a thread of
 * its own takes them away. Reports them to the thread that runs. Thread-safe.
 */
final class NoticeLog implements NoticeHandler, AutoCloseable {
  /** The notices that are shown of a migration. */
  static final int SHOWN_MAX = 20;

  private static final Duration READ_INTERVAL = Duration.ofMillis(20);
  private static final int CHARS_MAX = 2000;

  private final DatabaseDriver driver;
  private final ProgressReporter reporter;
  private final UnaryOperator<String> redaction;
  private final List<String> kept = new ArrayList<>();
  private String label = "";
  private long count;
  private boolean active;
  private @Nullable Statement running;
  private @Nullable SQLWarning last;
  private @Nullable Thread reader;

  /**
   * Waits for a migration to begin.
   *
   * @param redaction removes secrets from a text
   */
  NoticeLog(DatabaseDriver driver, ProgressReporter reporter, UnaryOperator<String> redaction) {
    this.driver = driver;
    this.reporter = reporter;
    this.redaction = redaction;
  }

  /** Starts to collect the notices of a migration. */
  synchronized void begin(String label) {
    this.label = label;
    count = 0;
    active = true;
  }

  /** Reports how many notices of the migration were not shown, and stops to collect. */
  void end() {
    report();
    long more;
    synchronized (this) {
      more = active ? count - (reporter.mayShowRows() ? SHOWN_MAX : 0) : 0;
      active = false;
    }
    if (more > 0) {
      reporter.log(message(more));
    }
  }

  /** A statement that is about to run. */
  synchronized void started(Statement statement) {
    if (!active || !driver.reportsNoticesEarly()) {
      return;
    }
    running = statement;
    last = null;
    if (reader == null) {
      reader = Thread.ofPlatform().daemon().name("slipway-notices").start(this::readAll);
    }
  }

  /** Reads the notices of a statement that has ended, and reports what is new. */
  void ended(Statement statement, boolean failed) {
    try {
      synchronized (this) {
        if (running != null) {
          read(running);
          running = null;
        } else if (active && !failed) {
          driver.readNotices(statement, this);
        }
      }
    } catch (SQLException e) {
      // The notices are lost with the connection, whose failure is reported.
      System.getLogger(NoticeLog.class.getName()).log(System.Logger.Level.DEBUG, "notices", e);
    }
    report();
  }

  /** Adds notices that the JDBC driver keeps elsewhere. */
  synchronized void addAll(@Nullable SQLWarning first) {
    for (SQLWarning each = first; each != null; each = each.getNextWarning()) {
      take(each);
    }
  }

  @Override
  public synchronized void accept(String notice) {
    if (!active) {
      return;
    }
    count++;
    if (count <= SHOWN_MAX) {
      kept.add(Excerpt.of(redaction.apply(notice), CHARS_MAX).replace("\n", "\n  "));
    }
  }

  @Override
  public synchronized void more(long number) {
    count += active ? number : 0;
  }

  private String message(long more) {
    return reporter.mayShowRows()
        ? String.format(Locale.ROOT, "%s: and %,d more notices", label, more)
        : String.format(
            Locale.ROOT,
            "%s: %,d notices of the server, which may quote rows and are not logged",
            label,
            more);
  }

  private void report() {
    List<String> lines;
    String of;
    synchronized (this) {
      lines = List.copyOf(kept);
      kept.clear();
      of = label;
    }
    if (reporter.mayShowRows()) {
      lines.forEach(line -> reporter.log(of + ": " + line));
    }
  }

  private void readAll() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(READ_INTERVAL);
        synchronized (this) {
          if (running != null) {
            read(running);
          }
        }
      } catch (InterruptedException e) {
        return;
      } catch (SQLException e) {
        // The statement has just been closed: its last notices were read before.
        System.getLogger(NoticeLog.class.getName()).log(System.Logger.Level.DEBUG, "notices", e);
      }
    }
  }

  /** Takes the notices away from the statement; one may still arrive behind the last one taken. */
  private void read(Statement statement) throws SQLException {
    SQLWarning next = last == null ? null : last.getNextWarning();
    while (next != null) {
      take(next);
      next = next.getNextWarning();
    }
    next = statement.getWarnings();
    if (next != null) {
      statement.clearWarnings();
    }
    while (next != null) {
      take(next);
      next = next.getNextWarning();
    }
  }

  private void take(SQLWarning warning) {
    last = warning;
    if (count < SHOWN_MAX) {
      accept(driver.notice(warning));
    } else {
      count++;
    }
  }

  @Override
  public synchronized void close() {
    if (reader != null) {
      reader.interrupt();
    }
  }
}
