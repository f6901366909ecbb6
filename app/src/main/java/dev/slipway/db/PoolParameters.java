package dev.slipway.db;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a DSN says of the server's pool. What is empty is left to the settings {@code pool.*}.
 *
 * @param lifetime zero for no limit
 * @param idleTime zero for no limit
 */
record PoolParameters(
    OptionalInt maxConns,
    OptionalInt maxIdleConns,
    Optional<Duration> lifetime,
    Optional<Duration> idleTime) {
  static final PoolParameters NONE =
      new PoolParameters(
          OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty());

  /** The pool refuses shorter ones (it would put its own default in their place). */
  private static final Duration LIFETIME_MIN = Duration.ofSeconds(30);

  private static final Duration IDLE_TIME_MIN = Duration.ofSeconds(10);

  /** Ory's four parameters, and pgxpool's names for the same. */
  static Map<String, Rule> rules() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    Rule conns = (p, d) -> d.pool = d.pool.withMaxConns(p.number(1, 10_000));
    Rule idleConns = (p, d) -> d.pool = d.pool.withMaxIdleConns(p.number(0, 10_000));
    Rule lifetime = (p, d) -> d.pool = d.pool.withLifetime(duration(p, LIFETIME_MIN));
    Rule idleTime = (p, d) -> d.pool = d.pool.withIdleTime(duration(p, IDLE_TIME_MIN));
    rules.put("max_conns", conns);
    rules.put("max_idle_conns", idleConns);
    rules.put("max_conn_lifetime", lifetime);
    rules.put("max_conn_idle_time", idleTime);
    return rules;
  }

  private static Duration duration(Parameter parameter, Duration min) {
    Duration duration = parameter.duration();
    if (!duration.isZero() && duration.compareTo(min) < 0) {
      throw parameter.mustBe("0 for no limit, or at least " + min.toSeconds() + "s");
    }
    return duration;
  }

  private PoolParameters withMaxConns(int number) {
    return new PoolParameters(OptionalInt.of(number), maxIdleConns, lifetime, idleTime);
  }

  private PoolParameters withMaxIdleConns(int number) {
    return new PoolParameters(maxConns, OptionalInt.of(number), lifetime, idleTime);
  }

  private PoolParameters withLifetime(Duration duration) {
    return new PoolParameters(maxConns, maxIdleConns, Optional.of(duration), idleTime);
  }

  private PoolParameters withIdleTime(Duration duration) {
    return new PoolParameters(maxConns, maxIdleConns, lifetime, Optional.of(duration));
  }
}
