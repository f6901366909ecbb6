package dev.slipway.http;

import dev.slipway.http.Probe.Finding;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * Alive and ready. Probes are asked in the background, one after the other, every half second; an
 * answer is the last round's result and never waits for anything. A round that takes longer than a
 * second makes the server unready and is interrupted, so whatever a probe hangs on, an outage shows
 * within two seconds. Safe for any number of threads.
 */
public final class Health implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Health.class.getName());
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final String OK = "{\"status\":\"ok\"}\n";

  private final List<Probe> probes;
  private final Map<String, Kept> kept = new LinkedHashMap<>();
  private final Thread watch;

  private volatile Report report;
  private Consumer<Report> listener = report -> {};
  private String told = "";
  private volatile boolean asked;
  private volatile String leaving = "";
  private volatile Round round;

  private Health(List<Probe> probes) {
    this.probes = List.copyOf(probes);
    this.report = new Report(false, errors(probes, "not asked yet"), Map.of());
    this.watch = Thread.ofPlatform().name("health").daemon().unstarted(this::watch);
  }

  /**
   * Starts asking the probes.
   *
   * @param probes in the order they are asked; one after one that is not ready is not asked
   */
  public static Health start(List<Probe> probes) {
    var health = new Health(probes);
    health.watch.start();
    return health;
  }

  /**
   * Tells somebody what is known so far, if anything is, and then of every report that says
   * something new, in order.
   *
   * @param listener must not wait
   */
  public synchronized void tell(Consumer<Report> listener) {
    this.listener = listener;
    told = "";
    if (asked) {
      tellNews();
    }
  }

  /** What is known now: the last finding of each probe. */
  public Report report() {
    return leaving.isEmpty() ? report : new Report(false, Map.of("server", leaving), Map.of());
  }

  /** Turns unready for good, whatever the probes find: the server is about to end. */
  public void leave(String why) {
    leaving = why;
  }

  /** One gauge for the whole and one for each probe. */
  public void register(Metrics metrics) {
    metrics.gauge(
        "slipway_ready",
        "1 when /health/ready answers 200.",
        Map.of(),
        () -> report().ready() ? 1 : 0);
    for (Probe probe : probes) {
      metrics.gauge(
          "slipway_probe_success",
          "1 when what the probe asks for held when it was last asked.",
          Map.of("probe", probe.name()),
          () -> report.errors().containsKey(probe.name()) ? 0 : report.ready() ? 1 : Double.NaN);
    }
  }

  /** Alive and ready, also under the addresses that Ory Kratos' admin port gives them. */
  public List<Route> routes() {
    return List.of(
        Route.vital("/health/alive", this::alive),
        Route.vital("/health/ready", this::ready),
        Route.vital("/admin/health/alive", this::alive),
        Route.vital("/admin/health/ready", this::ready));
  }

  /** Ends the background work. */
  @Override
  public void close() {
    watch.interrupt();
  }

  private Response alive(Request request) {
    return Response.json(200, OK);
  }

  private Response ready(Request request) {
    Report now = report();
    if (!now.ready()) {
      return Response.json(503, "{\"errors\":" + json(now.errors()) + "}\n");
    }
    return Response.json(
        200,
        now.warnings().isEmpty()
            ? OK
            : "{\"status\":\"ok\",\"warnings\":" + json(now.warnings()) + "}\n");
  }

  private static String json(Map<String, String> words) {
    var json = new StringJoiner(",", "{", "}");
    words.forEach((probe, what) -> json.add(JsonText.quote(probe) + ":" + JsonText.quote(what)));
    return json.toString();
  }

  private void watch() {
    try {
      while (true) {
        if (round == null || round.ended()) {
          round = new Round();
          round.thread = Thread.ofVirtual().name("probes").start(round::run);
        }
        round.thread.join(round.remaining());
        if (round.ended()) {
          report = round.report;
        } else {
          // Left over by an interrupt that the probe does not hear, it is not asked a second time.
          round.thread.interrupt();
          report = new Report(false, Map.of(round.probe, "no answer within 1 s"), Map.of());
        }
        asked = true;
        tellNews();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      round.thread.interrupt();
    }
  }

  /** A listener that fails must not end the watch: the last report would be believed forever. */
  private synchronized void tellNews() {
    Report news = report;
    String words = news.ready() + news.words();
    if (words.equals(told)) {
      return;
    }
    told = words;
    try {
      listener.accept(news);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "cannot tell of readiness", e);
    }
  }

  private static Map<String, String> errors(List<Probe> probes, String words) {
    var errors = new LinkedHashMap<String, String>();
    probes.forEach(probe -> errors.put(probe.name(), words));
    return errors;
  }

  /**
   * What the probes said.
   *
   * @param errors why not, by the probe's name; empty when ready
   * @param warnings what a person should know although it is ready, by the probe's name
   */
  public record Report(boolean ready, Map<String, String> errors, Map<String, String> warnings) {
    /** Copies both maps, keeping their order. */
    public Report {
      errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
      warnings = Collections.unmodifiableMap(new LinkedHashMap<>(warnings));
    }

    /** All of it in one line, for the log. */
    public String words() {
      var words = new ArrayList<String>();
      errors.forEach((probe, why) -> words.add(probe + ": " + why));
      warnings.forEach((probe, what) -> words.add(probe + ": " + what));
      return String.join("; ", words);
    }
  }

  /** A good finding and until when it need not be asked for again. */
  private record Kept(Finding finding, long untilNanos) {}

  /** One time through the probes, on a thread of its own. */
  private final class Round {
    private final long start = System.nanoTime();
    private volatile Thread thread;
    private volatile String probe = probes.isEmpty() ? "probes" : probes.getFirst().name();
    private volatile Report report;

    boolean ended() {
      return report != null;
    }

    Duration remaining() {
      Duration left = DEADLINE.minusNanos(System.nanoTime() - start);
      return left.isPositive() ? left : Duration.ofNanos(1);
    }

    void run() {
      var errors = new LinkedHashMap<String, String>();
      var warnings = new LinkedHashMap<String, String>();
      for (Probe next : probes) {
        probe = next.name();
        Finding finding = ask(next);
        if (!finding.ready()) {
          errors.put(probe, finding.words());
          kept.clear();
          break;
        }
        if (!finding.words().isEmpty()) {
          warnings.put(probe, finding.words());
        }
      }
      report = new Report(errors.isEmpty(), errors, warnings);
    }

    private Finding ask(Probe next) {
      Kept last = kept.get(next.name());
      if (last != null && System.nanoTime() - last.untilNanos < 0) {
        return last.finding;
      }
      try {
        Finding finding = next.check();
        if (finding.ready() && next.keep().isPositive()) {
          long until = System.nanoTime() + next.keep().toNanos();
          kept.put(next.name(), new Kept(finding, until));
        }
        return finding;
      } catch (Throwable e) {
        // An error too, a class that is missing, say: a round without a result would never end.
        String why = e.getMessage();
        return new Finding(false, why == null || why.isBlank() ? e.getClass().getName() : why);
      }
    }
  }
}
