package dev.slipway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Exposition;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void countersCount() {
    Metrics.Counter counter = metrics.counter("a_total", "As.", Map.of("kind", "x"));
    counter.increment();
    counter.increment();
    assertEquals(
        """
        # HELP a_total As.
        # TYPE a_total counter
        a_total{kind="x"} 2
        """,
        metrics.exposition());
  }

  @Test
  void theSameNameAndLabelsAreTheSameCounter() {
    assertSame(
        metrics.counter("a_total", "As.", Map.of("kind", "x")),
        metrics.counter("a_total", "As.", Map.of("kind", "x")));
  }

  @Test
  void oneNameHasOneType() {
    metrics.counter("a_total", "As.", Map.of());
    assertThrows(
        IllegalArgumentException.class, () -> metrics.gauge("a_total", "As.", Map.of(), () -> 1));
  }

  @Test
  void gaugesAreAskedEachTimeAndMayHaveNothingToSay() {
    double[] value = {1.5};
    metrics.gauge("g", "G.", Map.of(), () -> value[0]);
    assertTrue(metrics.exposition().endsWith("g 1.5\n"));
    value[0] = Double.NaN;
    assertTrue(metrics.exposition().endsWith("# TYPE g gauge\n"));
  }

  @Test
  void histogramsAreCumulative() {
    Metrics.Histogram histogram =
        metrics.histogram("h_seconds", "H.", Map.of(), new double[] {0.1, 1});
    histogram.observe(0.1);
    histogram.observe(0.5);
    histogram.observe(7);
    assertEquals(
        """
        # HELP h_seconds H.
        # TYPE h_seconds histogram
        h_seconds_bucket{le="0.1"} 1
        h_seconds_bucket{le="1"} 2
        h_seconds_bucket{le="+Inf"} 3
        h_seconds_sum 7.6
        h_seconds_count 3
        """,
        metrics.exposition());
  }

  @Test
  void labelValuesAreEscaped() {
    metrics.counter("a_total", "As.", Map.of("text", "a\"b\\c\nd"));
    assertTrue(metrics.exposition().contains("a_total{text=\"a\\\"b\\\\c\\nd\"} 0\n"));
  }

  @Test
  void theWholeExpositionIsWhatPrometheusReads() {
    ProcessMetrics.register(metrics, "1.2.3");
    new LimitExceeded.Counters(metrics);
    metrics.request("GET", "/things/{id}", 200, Duration.ofMillis(3));
    metrics.request("GET", "/things/{id}", 503, Duration.ofSeconds(31));
    Map<String, String> types = Exposition.types(metrics.exposition());
    for (String expected :
        Set.of(
            "jvm_memory_used_bytes",
            "jvm_threads_current",
            "jvm_gc_collection_seconds",
            "process_start_time_seconds",
            "process_cpu_seconds_total",
            "slipway_build_info",
            "slipway_http_request_duration_seconds",
            "slipway_http_requests_refused_total")) {
      assertNotNull(types.get(expected), expected);
    }
  }
}
