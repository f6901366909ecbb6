package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.NoticeHandler;
import dev.slipway.error.Excerpt;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What the server reports about the statements of a migration without failing them: notices and
 * warnings. Keeps the first ones of each migration and counts the others, so that a million of them
 * need little memory. What a message has reported before it failed is not reported again when its
 * statements run once more. Used by the thread that runs.
 */
final class NoticeLog implements NoticeHandler {
  /** The notices that are shown of a migration. */
  static final int SHOWN_MAX = 20;

  private static final int CHARS_MAX = 2000;

  private final DatabaseDriver driver;
  private final ProgressReporter reporter;
  private final UnaryOperator<String> redaction;
  private final List<String> kept = new ArrayList<>();
  private String label = "";
  private long count;
  private boolean active;

  private final List<String> ofMessage = new ArrayList<>();
  private long moreOfMessage;

  /** What the last messages reported that failed, and how many more notices they had. */
  private final List<String> reported = new ArrayList<>();

  private long moreReported;
  private boolean failed;

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
  void begin(String label) {
    this.label = label;
    count = 0;
    active = true;
  }

  /** Reports how many notices of the migration were not shown, and stops to collect. */
  void end() {
    report();
    long more = active ? count - (reporter.mayShowRows() ? SHOWN_MAX : 0) : 0;
    active = false;
    if (!failed) {
      reported.clear();
      moreReported = 0;
    }
    if (more > 0) {
      reporter.log(message(more));
    }
  }

  /** Reads the notices of a statement that has ended, and reports what is new. */
  void ended(Statement statement, boolean failed) {
    try {
      if (active) {
        driver.readNotices(statement, failed, this);
      }
    } catch (SQLException e) {
      // The notices are lost with the connection, whose failure is reported.
      System.getLogger(NoticeLog.class.getName()).log(System.Logger.Level.DEBUG, "notices", e);
    }
    if (active) {
      endOfMessage(failed);
    }
    report();
  }

  private void endOfMessage(boolean failed) {
    if (failed) {
      reported.addAll(ofMessage);
      moreReported += moreOfMessage;
    }
    this.failed = failed;
    ofMessage.clear();
    moreOfMessage = 0;
  }

  @Override
  public void accept(String notice) {
    if (!active) {
      return;
    }
    ofMessage.add(notice);
    if (reported.remove(notice)) {
      return;
    }
    count++;
    if (count <= SHOWN_MAX) {
      kept.add(Excerpt.of(redaction.apply(notice), CHARS_MAX).replace("\n", "\n  "));
    }
  }

  @Override
  public void more(long number) {
    if (active) {
      long known = Math.min(number, moreReported);
      moreReported -= known;
      moreOfMessage += number;
      count += number - known;
    }
  }

  private String message(long more) {
    String notices = more == 1 ? "notice" : "notices";
    return reporter.mayShowRows()
        ? String.format(Locale.ROOT, "%s: and %,d more %s", label, more, notices)
        : String.format(
            Locale.ROOT,
            "%s: %,d %s of the server not logged, because notices may quote rows",
            label,
            more,
            notices);
  }

  private void report() {
    if (reporter.mayShowRows()) {
      kept.forEach(line -> reporter.log(label + ": " + line));
    }
    kept.clear();
  }
}
