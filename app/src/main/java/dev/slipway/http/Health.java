package dev.slipway.http;

import dev.slipway.http.Probe.Finding;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Liveness and readiness. A background thread runs the probes in order every half second, so a
 * response is the last result and never waits. A round that takes more than a second makes the
 * server unready and is interrupted, so an outage shows within two seconds. Safe for concurrent
 * use.
 */
public final class Health implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Health.class.getName());
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  private final List<Probe> probes;
  private final Map<String, Kept> kept = new HashMap<>();
  private final Thread watch;
  private volatile Report report;
  private volatile String shuttingDown = "";
  private Consumer<Report> listener = report -> {};
  private boolean checked;
  private String reported = "";

  private Health(List<Probe> probes) {
    this.probes = List.copyOf(probes);
    var unknown = new LinkedHashMap<String, String>();
    probes.forEach(probe -> unknown.put(probe.name(), "not asked yet"));
    this.report = new Report(false, unknown, Map.of());
    this.watch = Thread.ofPlatform().name("health").daemon().unstarted(this::watch);
  }

  /**
   * Starts the background thread.
   *
   * @param probes in the order of their checks; after one that is not ready, the rest is skipped
   */
  public static Health start(List<Probe> probes) {
    var health = new Health(probes);
    health.watch.start();
    return health;
  }

  /**
   * Calls a listener with the current report, if the probes have run, and with each later report
   * that differs from the one before, in order.
   *
   * @param listener must not block
   */
  public synchronized void subscribe(Consumer<Report> listener) {
    this.listener = listener;
    reported = "";
    if (checked) {
      notifyListener();
    }
  }

  /** Returns the last result of the probes. */
  public Report report() {
    String reason = shuttingDown;
    return reason.isEmpty() ? report : Report.unready("server", reason);
  }

  /** Turns unready for good, whatever the probes return, because the server shuts down. */
  public void shutDown(String reason) {
    shuttingDown = reason;
  }

  /** Registers one gauge for readiness and one for each probe. */
  public void register(Metrics metrics) {
    String ready = "1 when /health/ready answers 200.";
    metrics.gauge("slipway_ready", ready, Map.of(), () -> report().ready() ? 1 : 0);
    for (Probe probe : probes) {
      metrics.gauge(
          "slipway_probe_success",
          "1 when what the probe asks for held when it was last asked.",
          Map.of("probe", probe.name()),
          () -> report.errors().containsKey(probe.name()) ? 0 : report.ready() ? 1 : Double.NaN);
    }
  }

  /** Returns the health endpoints, also under the paths of Ory Kratos' admin port. */
  public List<Route> routes() {
    return List.of(
        Route.management("/health/alive", Health::alive),
        Route.management("/health/ready", this::ready),
        Route.management("/admin/health/alive", Health::alive),
        Route.management("/admin/health/ready", this::ready));
  }

  /** Stops the background thread. */
  @Override
  public void close() {
    watch.interrupt();
  }

  private static Response alive(Request request) {
    return Response.json(200, "{\"status\":\"ok\"}\n");
  }

  private Response ready(Request request) {
    Report now = report();
    if (!now.ready()) {
      return Response.json(503, "{\"errors\":" + json(now.errors()) + "}\n");
    }
    return now.warnings().isEmpty()
        ? alive(request)
        : Response.json(200, "{\"status\":\"ok\",\"warnings\":" + json(now.warnings()) + "}\n");
  }

  private static String json(Map<String, String> messages) {
    var json = new StringJoiner(",", "{", "}");
    messages.forEach(
        (probe, message) -> json.add(JsonEscaper.quote(probe) + ":" + JsonEscaper.quote(message)));
    return json.toString();
  }

  private void watch() {
    var round = new Round();
    try {
      while (true) {
        round.thread.join(round.remaining());
        Report result = round.result;
        if (result == null) {
          round.thread.interrupt();
          result = Report.unready(round.probe, "no answer within 1 s");
        }
        publish(result);
        Thread.sleep(INTERVAL);
        // A probe that ignores the interrupt does not run a second time in parallel.
        if (round.result != null) {
          round = new Round();
        }
      }
    } catch (InterruptedException e) {
      round.thread.interrupt();
    }
  }

  private synchronized void publish(Report next) {
    report = next;
    checked = true;
    notifyListener();
  }

  /** A listener that fails must not stop the watch, or the last report would stay forever. */
  private void notifyListener() {
    String description = report.ready() + report.describe();
    if (!description.equals(reported)) {
      reported = description;
      try {
        listener.accept(report);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "cannot report readiness", e);
      }
    }
  }

  /**
   * The results of all probes.
   *
   * @param errors the reasons, by the probe's name; empty when ready
   * @param warnings what an operator should know although the server is ready, by the probe's name
   */
  public record Report(boolean ready, Map<String, String> errors, Map<String, String> warnings) {
    /** Copies both maps and keeps their order. */
    public Report {
      errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
      warnings = Collections.unmodifiableMap(new LinkedHashMap<>(warnings));
    }

    static Report unready(String probe, String reason) {
      return new Report(false, Map.of(probe, reason), Map.of());
    }

    /** Returns all messages in one line, for the log. */
    public String describe() {
      var line = new StringJoiner("; ");
      errors.forEach((probe, reason) -> line.add(probe + ": " + reason));
      warnings.forEach((probe, warning) -> line.add(probe + ": " + warning));
      return line.toString();
    }
  }

  /** A good finding, and until when its probe need not run again. */
  private record Kept(Finding finding, long untilNanos) {}

  /** One run of the probes, on its own thread. */
  private final class Round {
    private final long deadlineNanos = System.nanoTime() + DEADLINE.toNanos();
    private volatile String probe = probes.isEmpty() ? "probes" : probes.getFirst().name();
    private volatile @Nullable Report result;
    private final Thread thread = Thread.ofVirtual().name("probes").start(this::run);

    Duration remaining() {
      return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    }

    private void run() {
      var warnings = new LinkedHashMap<String, String>();
      for (Probe next : probes) {
        probe = next.name();
        Finding finding = check(next);
        if (!finding.ready()) {
          kept.clear();
          result = new Report(false, Map.of(probe, finding.message()), warnings);
          return;
        }
        if (!finding.message().isEmpty()) {
          warnings.put(probe, finding.message());
        }
      }
      result = new Report(true, Map.of(), warnings);
    }

    private Finding check(Probe next) {
      Kept last = kept.get(next.name());
      if (last != null && System.nanoTime() - last.untilNanos < 0) {
        return last.finding;
      }
      try {
        Finding finding = next.check();
        if (finding.ready() && next.keep().isPositive()) {
          kept.put(next.name(), new Kept(finding, System.nanoTime() + next.keep().toNanos()));
        }
        return finding;
      } catch (Throwable e) {
        // Errors too, such as a missing class: a round without a result would never end.
        String reason = e.getMessage();
        return new Finding(
            false, reason == null || reason.isBlank() ? e.getClass().getName() : reason);
      }
    }
  }
}
