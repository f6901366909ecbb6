package dev.slipway.pool;

import dev.slipway.config.Durations;
import dev.slipway.driver.Connections;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The pool could not provide a connection. For every reason, a wrong password included, the caller
 * may retry: an operator may correct the cause without a restart.
 */
final class PoolException extends SQLTransientConnectionException {
  private static final long serialVersionUID = 1;

  private PoolException(String words, @Nullable SQLException why) {
    super(words, "08001", why);
  }

  /** None can be made. */
  static PoolException unavailable(SQLException why) {
    return new PoolException(SqlExceptions.message(why), why);
  }

  /** All are in use. */
  static PoolException exhausted(Duration waited, ConnectionPool.Statistics gauges) {
    return new PoolException(
        "none was free within "
            + Durations.format(waited)
            + " (open "
            + gauges.open()
            + " of "
            + gauges.max()
            + ", in use "
            + gauges.active()
            + ", waiting "
            + gauges.waiting()
            + ")",
        null);
  }

  SlipwayException toSlipwayException(Dsn dsn) {
    if (!(getCause() instanceof SQLException why)) {
      return SlipwayException.of(
              ExitCode.RETRY, "no connection to " + dsn.target() + ": " + getMessage())
          .hint("raise max_conns, or look for work that keeps connections for long")
          .cause(this);
    }
    SlipwayException unreachable = Connections.connectionFailure(dsn, why, Duration.ZERO);
    SlipwayException again =
        SlipwayException.of(ExitCode.RETRY, unreachable.getMessage()).cause(this);
    return unreachable.hint().map(again::hint).orElse(again);
  }
}
