package dev.slipway.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * The numbers of one process, as Prometheus' text format 0.0.4: counters, gauges read when they are
 * asked for, histograms. Asking twice for the same name and labels gives the same counter or
 * histogram. Safe for any number of threads; counting never waits for an exposition.
 */
public final class Metrics {
  /** Seconds; from a cached answer to the longest time a request may take. */
  private static final double[] REQUEST_SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };

  private final Map<String, Family> families = new TreeMap<>();
  private final Map<RequestSeries, Histogram> requests = new ConcurrentHashMap<>();

  /** No number yet. */
  public Metrics() {}

  /** A number that only grows; its name ends in {@code _total}. */
  public Counter counter(String name, String help, Map<String, String> labels) {
    return register(name, "counter", help, labels, new Counter());
  }

  /**
   * A number that goes up and down, asked for at each exposition.
   *
   * @param value NaN when there is nothing to say at the moment; must not wait for anything
   */
  public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
    register(name, "gauge", help, labels, single(value));
  }

  /** A number that only grows and that somebody else counts, asked for at each exposition. */
  public void counted(String name, String help, Map<String, String> labels, DoubleSupplier value) {
    register(name, "counter", help, labels, single(value));
  }

  /** Observed values, counted by their size. */
  public Histogram histogram(
      String name, String help, Map<String, String> labels, double[] upperBounds) {
    return register(name, "histogram", help, labels, new Histogram(upperBounds));
  }

  /** How often something happened and how long it took in all, as somebody else counts it. */
  void summary(
      String name,
      String help,
      Map<String, String> labels,
      DoubleSupplier count,
      DoubleSupplier sum) {
    Sample both =
        (text, series, with) -> {
          text.sample(series + "_count", with, count.getAsDouble());
          text.sample(series + "_sum", with, sum.getAsDouble());
        };
    register(name, "summary", help, labels, both);
  }

  /** One answered request. */
  void request(String method, String route, int status, Duration time) {
    var series = new RequestSeries(method, route, status);
    // A look first, as computing may lock what many requests look at.
    Histogram known = requests.get(series);
    Histogram histogram = known == null ? requests.computeIfAbsent(series, this::series) : known;
    histogram.observe(time.toNanos() / 1e9);
  }

  /** All numbers, as Prometheus reads them. */
  public String exposition() {
    var text = new Text();
    synchronized (families) {
      families.forEach((name, family) -> family.write(text, name));
    }
    return text.toString();
  }

  /** The route that Prometheus asks. */
  public Route route() {
    return Route.vital(
        "/metrics/prometheus",
        request ->
            Response.of(
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                exposition().getBytes(StandardCharsets.UTF_8)));
  }

  private Histogram series(RequestSeries series) {
    return histogram(
        "slipway_http_request_duration_seconds",
        "Time from a request's headers to the end of its answer.",
        Map.of(
            "method", series.method,
            "route", series.route,
            "status", Integer.toString(series.status)),
        REQUEST_SECONDS);
  }

  private <S extends Sample> S register(
      String name, String type, String help, Map<String, String> labels, S sample) {
    synchronized (families) {
      Family family = families.computeIfAbsent(name, any -> new Family(type, help));
      if (!family.type.equals(type)) {
        throw new IllegalArgumentException(name + " is a " + family.type);
      }
      Sample known = family.samples.putIfAbsent(new TreeMap<>(labels), sample);
      if (known == null) {
        return sample;
      }
      @SuppressWarnings("unchecked") // one family holds one kind of sample
      S same = (S) known;
      return same;
    }
  }

  private static Sample single(DoubleSupplier value) {
    return (text, name, labels) -> text.sample(name, labels, value.getAsDouble());
  }

  /** One time series or, in a histogram, a group of them. */
  @FunctionalInterface
  interface Sample {
    void write(Text text, String name, Map<String, String> labels);
  }

  /** Counts upwards. Safe for any number of threads. */
  public static final class Counter implements Sample {
    private final LongAdder count = new LongAdder();

    private Counter() {}

    /** One more. */
    public void increment() {
      count.increment();
    }

    @Override
    public void write(Text text, String name, Map<String, String> labels) {
      text.sample(name, labels, (double) count.sum());
    }
  }

  /** Counts values by their size. Safe for any number of threads. */
  public static final class Histogram implements Sample {
    private final double[] upperBounds;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    private Histogram(double[] upperBounds) {
      this.upperBounds = upperBounds.clone();
      this.counts = new LongAdder[upperBounds.length + 1];
      Arrays.setAll(counts, i -> new LongAdder());
    }

    /** One more value, in the unit that the name ends in. */
    public void observe(double value) {
      int bucket = 0;
      while (bucket < upperBounds.length && value > upperBounds[bucket]) {
        bucket++;
      }
      counts[bucket].increment();
      sum.add(value);
    }

    @Override
    public void write(Text text, String name, Map<String, String> labels) {
      long total = 0;
      for (int i = 0; i < counts.length; i++) {
        total += counts[i].sum();
        var with = new TreeMap<>(labels);
        with.put("le", i < upperBounds.length ? Text.number(upperBounds[i]) : "+Inf");
        text.sample(name + "_bucket", with, (double) total);
      }
      text.sample(name + "_sum", labels, sum.sum());
      text.sample(name + "_count", labels, (double) total);
    }
  }

  /** The series of one name: Prometheus wants them together, under one type and one help. */
  private static final class Family {
    private final String type;
    private final String help;
    private final Map<Map<String, String>, Sample> samples = new LinkedHashMap<>();

    Family(String type, String help) {
      this.type = type;
      this.help = help;
    }

    void write(Text text, String name) {
      text.family(name, type, help);
      samples.forEach((labels, sample) -> sample.write(text, name, labels));
    }
  }

  /** The exposition while it is written. */
  static final class Text {
    private final StringBuilder lines = new StringBuilder(16_384);

    void family(String name, String type, String help) {
      lines.append("# HELP ").append(name).append(' ').append(help).append('\n');
      lines.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    void sample(String name, Map<String, String> labels, double value) {
      if (Double.isNaN(value)) {
        return;
      }
      lines.append(name);
      if (!labels.isEmpty()) {
        char before = '{';
        for (var label : labels.entrySet()) {
          lines.append(before).append(label.getKey()).append("=\"");
          lines.append(escape(label.getValue())).append('"');
          before = ',';
        }
        lines.append('}');
      }
      lines.append(' ').append(number(value)).append('\n');
    }

    static String number(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    }

    private static String escape(String value) {
      return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
      return lines.toString();
    }
  }

  private record RequestSeries(String method, String route, int status) {}
}
