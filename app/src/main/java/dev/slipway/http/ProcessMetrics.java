package dev.slipway.http;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What every process tells of itself, under the names that Prometheus' own client libraries use, so
 * that existing dashboards work.
 */
final class ProcessMetrics {
  private static final Map<String, String> NO_LABELS = Map.of();
  private static final Path RESIDENT = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4096;

  private ProcessMetrics() {}

  /**
   * Adds memory, threads, garbage collection, start time and build to the metrics. The beans behind
   * them are loaded at the first exposition: the start of the server does not wait for them.
   */
  static void register(Metrics metrics, String version) {
    metrics.gauge(
        "slipway_build_info",
        "Always 1; the labels say which build runs on which Java.",
        Map.of("version", version, "java", System.getProperty("java.version", "")),
        () -> 1);
    memory(metrics, "used", "Memory in use.", MemoryUsage::getUsed);
    memory(metrics, "committed", "Memory taken from the system.", MemoryUsage::getCommitted);
    memory(metrics, "max", "Memory that may be taken.", MemoryUsage::getMax);
    metrics.gauge(
        "jvm_threads_current",
        "Platform threads that live.",
        NO_LABELS,
        () -> threads().getThreadCount());
    metrics.gauge(
        "jvm_threads_daemon",
        "Platform threads that live and do not keep the process alive.",
        NO_LABELS,
        () -> threads().getDaemonThreadCount());
    metrics.summary(
        "jvm_gc_collection_seconds",
        "Garbage collections and the time they took.",
        NO_LABELS,
        () -> collections(GarbageCollectorMXBean::getCollectionCount),
        () -> collections(GarbageCollectorMXBean::getCollectionTime) / 1000.0);
    long start =
        ProcessHandle.current().info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    metrics.gauge(
        "process_start_time_seconds",
        "When the process started, in seconds since 1970.",
        NO_LABELS,
        () -> start == 0 ? Double.NaN : start / 1000.0);
    metrics.counted(
        "process_cpu_seconds_total",
        "Processor time used.",
        NO_LABELS,
        () ->
            ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(time -> time.toNanos() / 1e9)
                .orElse(Double.NaN));
    metrics.gauge(
        "process_resident_memory_bytes",
        "Memory of the process that is in RAM.",
        NO_LABELS,
        ProcessMetrics::resident);
  }

  private static void memory(
      Metrics metrics, String kind, String help, ToLongFunction<MemoryUsage> value) {
    String name = "jvm_memory_" + kind + "_bytes";
    metrics.gauge(
        name,
        help,
        Map.of("area", "heap"),
        () -> known(value.applyAsLong(memory().getHeapMemoryUsage())));
    metrics.gauge(
        name,
        help,
        Map.of("area", "nonheap"),
        () -> known(value.applyAsLong(memory().getNonHeapMemoryUsage())));
  }

  /** The beans say -1 where there is no limit or no number. */
  private static double known(long value) {
    return value < 0 ? Double.NaN : value;
  }

  private static MemoryMXBean memory() {
    return ManagementFactory.getMemoryMXBean();
  }

  private static ThreadMXBean threads() {
    return ManagementFactory.getThreadMXBean();
  }

  private static double collections(ToLongFunction<GarbageCollectorMXBean> value) {
    return ManagementFactory.getGarbageCollectorMXBeans().stream().mapToLong(value).sum();
  }

  /** From the second number of statm, in pages; nothing to say where there is no such file. */
  private static double resident() {
    if (!Files.isReadable(RESIDENT)) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(Files.readString(RESIDENT).split(" ")[1]) * PAGE_BYTES;
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
