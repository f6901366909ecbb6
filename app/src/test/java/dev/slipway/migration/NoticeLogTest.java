package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoticeLogTest {
  private final List<String> lines = new ArrayList<>();
  private final DatabaseDriver driver = Drivers.of(Drivers.parse("sqlite://a.db"));

  private NoticeLog log(boolean mayShowRows) {
    return new NoticeLog(
        driver,
        new ProgressReporter() {
          @Override
          public void log(String line) {
            lines.add(line);
          }

          @Override
          public boolean mayShowRows() {
            return mayShowRows;
          }

          @Override
          public void completed(MigrationStep step, Duration time) {}
        },
        text -> text);
  }

  private void collect(boolean mayShowRows, int notices) {
    NoticeLog log = log(mayShowRows);
    log.begin("1_a");
    for (int i = 0; i < notices; i++) {
      log.accept("NOTICE: " + i);
    }
    log.end();
  }

  @Test
  void countsOneNoticeThatIsNotShown() {
    collect(true, NoticeLog.SHOWN_MAX + 1);
    assertEquals("1_a: and 1 more notice", lines.getLast());
  }

  @Test
  void countsNoticesThatAreNotShown() {
    collect(true, NoticeLog.SHOWN_MAX + 1500);
    assertEquals("1_a: and 1,500 more notices", lines.getLast());
  }

  @Test
  void logsOnlyTheNumberWhereRowsMustNotBeShown() {
    collect(false, 1);
    collect(false, 2);
    assertEquals(
        List.of(
            "1_a: 1 notice of the server not logged, because notices may quote rows",
            "1_a: 2 notices of the server not logged, because notices may quote rows"),
        lines);
  }
}
