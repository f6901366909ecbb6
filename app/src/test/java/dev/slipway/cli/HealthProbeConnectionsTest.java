package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.cli.HealthProbeConnections.Source;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HealthProbeConnectionsTest {
  private static final Source NEVER =
      () -> {
        throw new SQLException("nobody should connect");
      };

  @Test
  void takesOneOfThePool() throws Exception {
    try (Connection pooled = sqlite()) {
      assertSame(pooled, new HealthProbeConnections(() -> pooled, NEVER).open());
    }
  }

  @Test
  void connectsWhenThePoolHasNoneInTimeAndGivesUpWaiting() throws Exception {
    var gaveUp = new CountDownLatch(1);
    try (Connection own = sqlite()) {
      long start = System.nanoTime();
      assertSame(own, new HealthProbeConnections(usedUp(gaveUp), () -> own).open());
      assertTrue(System.nanoTime() - start < 900_000_000L);
      assertTrue(gaveUp.await(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void saysWhatTheDriverSaysWhenTheDatabaseIsAway() {
    Source refused =
        () -> {
          throw new SQLException("connection refused");
        };
    var connections = new HealthProbeConnections(usedUp(new CountDownLatch(1)), refused);
    assertEquals(
        "connection refused", assertThrows(SQLException.class, connections::open).getMessage());
  }

  @Test
  void aConnectionThatComesTooLateIsGivenBack() throws Exception {
    var late = new CountDownLatch(1);
    try (Connection pooled = sqlite();
        Connection own = sqlite()) {
      Source deaf =
          () -> {
            boolean interrupted = false;
            while (late.getCount() > 0) {
              interrupted |= Thread.interrupted();
              Thread.onSpinWait();
            }
            // It may have come after the last look.
            interrupted |= Thread.interrupted();
            assertTrue(interrupted);
            return pooled;
          };
      assertSame(own, new HealthProbeConnections(deaf, () -> own).open());
      late.countDown();
      long end = System.nanoTime() + 5_000_000_000L;
      while (!pooled.isClosed()) {
        assertTrue(System.nanoTime() < end, "the pool has lost a connection");
        Thread.onSpinWait();
      }
    }
  }

  private static Source usedUp(CountDownLatch gaveUp) {
    return () -> {
      try {
        new CountDownLatch(1).await();
        throw new SQLException("not reached");
      } catch (InterruptedException e) {
        gaveUp.countDown();
        throw new SQLException("interrupted", e);
      }
    };
  }

  private static Connection sqlite() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite::memory:");
  }
}
