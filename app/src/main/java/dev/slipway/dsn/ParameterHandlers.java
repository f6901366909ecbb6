package dev.slipway.dsn;

import dev.slipway.config.Suggestions;
import dev.slipway.error.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The handlers that all drivers share, and the rules for applying handlers. */
public final class ParameterHandlers {
  /** The pool refuses shorter ones (it would put its own default in their place). */
  private static final Duration LIFETIME_MIN = Duration.ofSeconds(30);

  private static final Duration IDLE_TIME_MIN = Duration.ofSeconds(10);

  private ParameterHandlers() {}

  /** Ory's four parameters, and pgxpool's names for the same. */
  public static Map<String, ParameterHandler> pool() {
    Map<String, ParameterHandler> handlers = new LinkedHashMap<>();
    ParameterHandler conns = (p, d) -> d.pool = d.pool.withMaxConns(p.integer(1, 10_000));
    ParameterHandler idleConns = (p, d) -> d.pool = d.pool.withMaxIdleConns(p.integer(0, 10_000));
    ParameterHandler lifetime = (p, d) -> d.pool = d.pool.withLifetime(duration(p, LIFETIME_MIN));
    ParameterHandler idleTime = (p, d) -> d.pool = d.pool.withIdleTime(duration(p, IDLE_TIME_MIN));
    // Prisma's and Rails' names.
    handlers.put("connection_limit", conns);
    handlers.put("pool", conns);
    handlers.put(
        "pool_timeout",
        ParameterHandler.reject(
            "set pool.acquire_timeout (POOL_ACQUIRE_TIMEOUT), and leave it out"));
    handlers.put("max_conns", conns);
    handlers.put("max_idle_conns", idleConns);
    handlers.put("max_conn_lifetime", lifetime);
    handlers.put("max_conn_idle_time", idleTime);
    return handlers;
  }

  private static Duration duration(DsnParameter parameter, Duration min) {
    Duration duration = parameter.duration();
    if (!duration.isZero() && duration.compareTo(min) < 0) {
      throw parameter.mustBe("0 for no limit, or at least " + min.toSeconds() + "s");
    }
    return duration;
  }

  /**
   * Applies to each parameter its rule.
   *
   * @throws SlipwayException (usage) on a name without a rule, naming the nearest one that has, and
   *     on a name given twice
   */
  public static void applyAll(
      List<DsnParameter> parameters,
      Map<String, ParameterHandler> handlers,
      DsnBuilder builder,
      String hint) {
    Set<String> seen = new HashSet<>();
    for (DsnParameter parameter : parameters) {
      ParameterHandler handler = handlers.get(parameter.name());
      if (handler == null && GolangMigrate.isParameter(parameter.name())) {
        handler = GolangMigrate.handler(parameter.name(), handlers.keySet());
      }
      if (handler == null) {
        String shown =
            parameter.name().matches("[A-Za-z0-9_.-]{1,40}") ? " " + parameter.name() : "";
        throw SlipwayException.usageError(
                "unknown DSN parameter"
                    + shown
                    + " for "
                    + builder.driver()
                    + Suggestions.didYouMean(parameter.name(), handlers.keySet()))
            .hint(
                hint
                    + corrected(
                            parameters,
                            handlers,
                            parameter,
                            builder,
                            Suggestions.nearest(parameter.name(), handlers.keySet())
                                .filter(_ -> !WrittenDsn.maybeSecret(parameter.name()))
                                .map(
                                    nearest ->
                                        nearest + "=" + DsnParameter.encode(parameter.value()))
                                .orElse(""))
                        .map(text -> "; write " + text)
                        .orElse(""));
      }
      if (!seen.add(parameter.name()) && !parameter.name().equals("_pragma")) {
        throw SlipwayException.usageError(
                "the DSN parameter " + parameter.name() + " is given twice")
            .hint("keep one of them");
      }
      apply(handler, parameter, parameters, handlers, builder);
    }
  }

  private static void apply(
      ParameterHandler handler,
      DsnParameter parameter,
      List<DsnParameter> parameters,
      Map<String, ParameterHandler> handlers,
      DsnBuilder builder) {
    try {
      handler.apply(parameter, builder);
    } catch (SlipwayException e) {
      if (e.hint().isPresent()) {
        throw e;
      }
      throw handler
          .replacement(parameter)
          .or(() -> secondQuestionMark(parameter))
          .flatMap(replacement -> corrected(parameters, handlers, parameter, builder, replacement))
          .map(text -> e.hint("write " + text))
          .orElse(e);
    }
  }

  /** A question mark within a value may stand for the {@code &} before the next parameter. */
  private static Optional<String> secondQuestionMark(DsnParameter parameter) {
    return parameter.value().matches("[^?]*\\?[A-Za-z_][A-Za-z0-9_.-]*=.*")
        ? Optional.of(parameter.name() + "=" + parameter.value().replaceAll("[?&]", "&"))
        : Optional.empty();
  }

  /** The DSN without secrets, with a replacement for one of its parameters. */
  private static Optional<String> corrected(
      List<DsnParameter> parameters,
      Map<String, ParameterHandler> handlers,
      DsnParameter wrong,
      DsnBuilder builder,
      String replacement) {
    if (builder.front.isEmpty()) {
      return Optional.empty();
    }
    List<DsnParameter> instead = DsnParameter.parseQuery(replacement);
    List<DsnParameter> corrected = new ArrayList<>();
    for (DsnParameter each : parameters) {
      if (each.equals(wrong)) {
        corrected.addAll(instead);
      } else if (instead.stream().noneMatch(one -> one.name().equals(each.name()))) {
        corrected.add(
            handlers.containsKey(each.name()) ? each : new DsnParameter(each.name(), "***"));
      }
    }
    return Optional.of(builder.front + DsnBuilder.redactedQuery(corrected));
  }
}
