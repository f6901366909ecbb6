package dev.slipway.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;

/** Waits until a container's database lets us in: a log line or an open port comes too early. */
final class Answers extends AbstractWaitStrategy {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Door door;

  /** One try to get in. */
  interface Door {
    Connection open(WaitStrategyTarget target) throws SQLException;
  }

  Answers(Door door) {
    this.door = door;
    withStartupTimeout(Duration.ofSeconds(90));
  }

  @Override
  protected void waitUntilReady() {
    Instant deadline = Instant.now().plus(startupTimeout);
    while (true) {
      try (Connection connection = door.open(waitStrategyTarget)) {
        if (connection.isValid((int) TimeUnit.MINUTES.toSeconds(1))) {
          return;
        }
      } catch (SQLException e) {
        if (Instant.now().isAfter(deadline)) {
          throw new IllegalStateException("the container's database does not answer", e);
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
