package dev.slipway.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
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

  /** Returns the counter of a name, which ends in {@code _total}, and labels. */
  public Counter counter(String name, String help, Map<String, String> labels) {
    return register(name, "counter", help, labels, new Counter());
  }

  /**
   * Registers a gauge, read at each exposition.
   *
   * @param value NaN for no sample; must not block
   */
  public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
    register(name, "gauge", help, labels, single(value));
  }

  /** Registers a counter that other code maintains, read at each exposition. */
  public void counted(String name, String help, Map<String, String> labels, DoubleSupplier value) {
    register(name, "counter", help, labels, single(value));
  }

  /** Returns the histogram of a name and labels. */
  public Histogram histogram(
      String name, String help, Map<String, String> labels, double[] upperBounds) {
    return register(name, "histogram", help, labels, new Histogram(upperBounds));
  }

  /** Registers a count and a sum that other code maintains. */
  void summary(
      String name,
      String help,
      Map<String, String> labels,
      DoubleSupplier count,
      DoubleSupplier sum) {
    Sample both =
        (text, series, with) -> {
          sample(text, series + "_count", with, count.getAsDouble());
          sample(text, series + "_sum", with, sum.getAsDouble());
        };
    register(name, "summary", help, labels, both);
  }

  /** Observes one request. */
  void request(String method, String route, int status, Duration time) {
    var series = new RequestSeries(method, route, status);
    // Computing may lock a bin that many requests read, so read first.
    Histogram known = requests.get(series);
    Histogram histogram = known == null ? requests.computeIfAbsent(series, this::series) : known;
    histogram.observe(time.toNanos() / 1e9);
  }

  /** Returns all metrics in Prometheus' text format. */
  public String exposition() {
    var text = new StringBuilder(16_384);
    synchronized (families) {
      families.forEach((name, family) -> family.write(text, name));
    }
    return text.toString();
  }

  /** Returns the route that Prometheus scrapes. */
  public Route route() {
    return Route.management(
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
      Family family =
          families.computeIfAbsent(name, any -> new Family(type, help, new LinkedHashMap<>()));
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
    return (text, name, labels) -> sample(text, name, labels, value.getAsDouble());
  }

  private static void sample(
      StringBuilder text, String name, Map<String, String> labels, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    var list = new StringJoiner(",", "{", "}").setEmptyValue("");
    labels.forEach((label, each) -> list.add(label + "=\"" + escape(each) + "\""));
    text.append(name).append(list).append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /** One time series or, in a histogram, a group of them. */
  @FunctionalInterface
  interface Sample {
    void write(StringBuilder text, String name, Map<String, String> labels);
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
    public void write(StringBuilder text, String name, Map<String, String> labels) {
      sample(text, name, labels, (double) count.sum());
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
    public void write(StringBuilder text, String name, Map<String, String> labels) {
      long total = 0;
      for (int i = 0; i < counts.length; i++) {
        total += counts[i].sum();
        var with = new TreeMap<>(labels);
        with.put("le", i < upperBounds.length ? number(upperBounds[i]) : "+Inf");
        sample(text, name + "_bucket", with, (double) total);
      }
      sample(text, name + "_sum", labels, sum.sum());
      sample(text, name + "_count", labels, (double) total);
    }
  }

  /** The series of one name, which Prometheus requires together, under one type and help. */
  private record Family(String type, String help, Map<Map<String, String>, Sample> samples) {
    void write(StringBuilder text, String name) {
      text.append("# HELP ").append(name).append(' ').append(help).append('\n');
      text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
      samples.forEach((labels, sample) -> sample.write(text, name, labels));
    }
  }

  private record RequestSeries(String method, String route, int status) {}
}
