package dev.slipway.db;

import dev.slipway.config.Durations;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

/**
 * The pool had no connection to give. Whatever the reason, a wrong password included, the one who
 * asked may try again: somebody may mend it, and no restart is needed.
 */
final class NoConnection extends SQLTransientConnectionException {
  private static final long serialVersionUID = 1;

  private NoConnection(String words, SQLException why) {
    super(words, "08001", why);
  }

  /** None can be made. */
  static NoConnection away(SQLException why) {
    return new NoConnection(Failures.why(why), why);
  }

  /** All are in use. */
  static NoConnection usedUp(Duration waited, Database.Gauges gauges) {
    return new NoConnection(
        "none was free within "
            + Durations.text(waited)
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

  Fault fault(Dsn dsn) {
    if (!(getCause() instanceof SQLException why)) {
      return Fault.of(ExitCode.RETRY, "no connection to " + dsn.target() + ": " + getMessage())
          .hint("raise max_conns, or look for work that keeps connections for long")
          .cause(this);
    }
    Fault unreachable = Database.unreachable(dsn, why, Duration.ZERO);
    Fault again = Fault.of(ExitCode.RETRY, unreachable.getMessage()).cause(this);
    return unreachable.hint().map(again::hint).orElse(again);
  }
}
