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
 * The metrics of the process, with the names of Prometheus' client libraries, so that existing
 * dashboards work.
 */
final class ProcessMetrics {
  private static final Map<String, String> NONE = Map.of();
  private static final Path RESIDENT = Path.of("/proc/self/statm");
  private static final long PAGE_BYTES = 4096;

  private ProcessMetrics() {}

  /**
   * Adds memory, threads, garbage collection, start time and build to the metrics. The beans behind
   * them are loaded at the first exposition: the start of the server does not wait for them.
   */
  static void register(Metrics metrics, String version) {
    var build = Map.of("version", version, "java", System.getProperty("java.version", ""));
    String info = "Always 1; the labels say which build runs on which Java.";
    metrics.gauge("slipway_build_info", info, build, () -> 1);
    memory(metrics, "used", "Memory in use.", MemoryUsage::getUsed);
    memory(metrics, "committed", "Memory taken from the system.", MemoryUsage::getCommitted);
    memory(metrics, "max", "Memory that may be taken.", MemoryUsage::getMax);
    String threads = "Platform threads that live.";
    metrics.gauge("jvm_threads_current", threads, NONE, () -> threads().getThreadCount());
    String daemons = "Platform threads that live and do not keep the process alive.";
    metrics.gauge("jvm_threads_daemon", daemons, NONE, () -> threads().getDaemonThreadCount());
    metrics.summary(
        "jvm_gc_collection_seconds",
        "Garbage collections and the time they took.",
        NONE,
        () -> collections(GarbageCollectorMXBean::getCollectionCount),
        () -> collections(GarbageCollectorMXBean::getCollectionTime) / 1000.0);
    var process = ProcessHandle.current().info();
    double start = process.startInstant().map(Instant::toEpochMilli).orElse(0L) / 1000.0;
    String since = "When the process started, in seconds since 1970.";
    metrics.gauge("process_start_time_seconds", since, NONE, () -> start == 0 ? Double.NaN : start);
    metrics.counted("process_cpu_seconds_total", "Processor time used.", NONE, ProcessMetrics::cpu);
    String rss = "Memory of the process that is in RAM.";
    metrics.gauge("process_resident_memory_bytes", rss, NONE, ProcessMetrics::resident);
  }

  private static void memory(
      Metrics metrics, String kind, String help, ToLongFunction<MemoryUsage> value) {
    String name = "jvm_memory_" + kind + "_bytes";
    metrics.gauge(
        name, help, Map.of("area", "heap"), () -> known(value, memory().getHeapMemoryUsage()));
    metrics.gauge(
        name,
        help,
        Map.of("area", "nonheap"),
        () -> known(value, memory().getNonHeapMemoryUsage()));
  }

  /** The beans return -1 for an unknown or unlimited number. */
  private static double known(ToLongFunction<MemoryUsage> value, MemoryUsage usage) {
    long known = value.applyAsLong(usage);
    return known < 0 ? Double.NaN : known;
  }

  private static double cpu() {
    var time = ProcessHandle.current().info().totalCpuDuration();
    return time.map(used -> used.toNanos() / 1e9).orElse(Double.NaN);
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
