package dev.slipway.migration;

import dev.slipway.driver.Connections;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlQueries;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The history as a new connection reads it after the connection of a run broke.
 *
 * @param rows the history
 * @param running whether the old session still runs a statement, so that the history may change
 */
record HistoryRecheck(List<HistoryRow> rows, boolean running) {
  /** A server that restarts after a crash accepts connections again within this time, mostly. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** The same after the run had to end: the report has to follow at once. */
  private static final Duration LIMIT_AT_END = Duration.ofMillis(450);

  private static final Duration INTERVAL = Duration.ofMillis(100);

  /**
   * Reads the history. First waits, within the limit, for the end of the statement that the old
   * session may still run: a server notices a lost client late.
   *
   * @return empty if the server is not reachable in time
   */
  static Optional<HistoryRecheck> read(MigrationSession session) {
    Duration left = session.deadline().remaining(LIMIT);
    Deadline limit = Deadline.in(left.compareTo(LIMIT_AT_END) < 0 ? LIMIT_AT_END : left);
    CompletableFuture<HistoryRecheck> result = new CompletableFuture<>();
    // A silent server must not hold this thread.
    Thread.ofPlatform()
        .daemon()
        .name("slipway-history")
        .start(
            () -> {
              try {
                result.complete(read(session, limit));
              } catch (SQLException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    while (true) {
      try {
        return Optional.of(result.get(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        if (limit.passed() || (session.isOver() && limit.elapsed().compareTo(LIMIT_AT_END) > 0)) {
          return Optional.empty();
        }
      } catch (ExecutionException e) {
        System.getLogger(HistoryRecheck.class.getName())
            .log(System.Logger.Level.DEBUG, "cannot read the history again", e);
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
  }

  private static HistoryRecheck read(MigrationSession session, Deadline limit) throws SQLException {
    SessionOptions options = new SessionOptions("slipway migrate (history)", LIMIT, LIMIT);
    try (Connection connection =
        Connections.connect(session.dsn(), options, limit.remaining(LIMIT), _ -> {})) {
      boolean running = awaitEnd(connection, session, limit);
      return new HistoryRecheck(session.historyOn(connection).read(), running);
    } catch (SlipwayException e) {
      throw new SQLException(e);
    }
  }

  private static boolean awaitEnd(Connection connection, MigrationSession session, Deadline limit)
      throws SQLException {
    long number = session.history().server().session();
    Optional<String> query = session.driver().runningStatementQuery(number);
    if (number == 0 || query.isEmpty()) {
      return false;
    }
    // The last part of the time is for reading the history.
    Duration end = limit.limit().multipliedBy(3).dividedBy(4);
    while (SqlQueries.first(connection, query.get()).isPresent()) {
      if (limit.elapsed().compareTo(end) > 0 || session.isOver()) {
        return true;
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }
    return false;
  }
}
