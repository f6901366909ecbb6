package dev.slipway.dsn;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a DSN says of the server's pool. What is empty is left to the settings {@code pool.*}.
 *
 * @param lifetime zero for no limit
 * @param idleTime zero for no limit
 */
public record PoolParameters(
    OptionalInt maxConns,
    OptionalInt maxIdleConns,
    Optional<Duration> lifetime,
    Optional<Duration> idleTime) {
  static final PoolParameters NONE =
      new PoolParameters(
          OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty());

  PoolParameters withMaxConns(int number) {
    return new PoolParameters(OptionalInt.of(number), maxIdleConns, lifetime, idleTime);
  }

  PoolParameters withMaxIdleConns(int number) {
    return new PoolParameters(maxConns, OptionalInt.of(number), lifetime, idleTime);
  }

  PoolParameters withLifetime(Duration duration) {
    return new PoolParameters(maxConns, maxIdleConns, Optional.of(duration), idleTime);
  }

  PoolParameters withIdleTime(Duration duration) {
    return new PoolParameters(maxConns, maxIdleConns, lifetime, Optional.of(duration));
  }
}
