package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.error.Excerpt;
import dev.slipway.http.AccessLog;
import dev.slipway.http.TraceContext;
import dev.slipway.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Where log lines go and what they look like: ours and the libraries', to standard error. */
public final class Logging {
  /** More than 1,024 frames; the messages in a trace may quote a request. */
  private static final int TRACE_LENGTH_MAX = 128 * 1024;

  private Logging() {}

  /** Logs one line for each record, and only warnings and errors of libraries. */
  public static void toStandardError() {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new Line());
    handler.setFilter(Logging::isNews);
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    Logger.getLogger("dev.slipway").setLevel(Level.INFO);
  }

  /** Whether a record says more than Slipway's own messages; asked only for what is logged. */
  private static boolean isNews(LogRecord entry) {
    String logger = String.valueOf(entry.getLoggerName());
    return logger.startsWith("dev.slipway")
        || (!AccessLog.REDUNDANT_LOGGERS.contains(logger)
            && Drivers.all().stream()
                .noneMatch(driver -> driver.redundantLoggers().contains(logger)));
  }

  /** Sets how much Slipway itself says, and what a line looks like. */
  static void configure(Settings.Log log) {
    Logger.getLogger("dev.slipway")
        .setLevel(
            switch (log.level()) {
              case TRACE, DEBUG -> Level.FINE;
              case INFO -> Level.INFO;
              case WARNING -> Level.WARNING;
              case ERROR -> Level.SEVERE;
            });
    Formatter formatter =
        switch (log.format()) {
          case TEXT -> new Line();
          case JSON -> new JsonLine();
        };
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      handler.setFormatter(formatter);
    }
  }

  private static String levelName(Level level) {
    int value = level.intValue();
    return value >= Level.SEVERE.intValue()
        ? "ERROR"
        : value >= Level.WARNING.intValue()
            ? "WARN"
            : value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  private static String time(LogRecord entry) {
    return Instant.ofEpochMilli(entry.getMillis()).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** The stack trace of a fault of ours; other failures say what matters in their message. */
  private static Optional<String> trace(LogRecord entry) {
    if (entry.getThrown() == null || entry.getLevel().intValue() < Level.SEVERE.intValue()) {
      return Optional.empty();
    }
    return Optional.of(Excerpt.of(StackTraces.of(entry.getThrown()), TRACE_LENGTH_MAX));
  }

  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord entry) {
      String request = TraceContext.current().map(each -> " [" + each.requestId() + "]").orElse("");
      return time(entry)
          + " "
          + levelName(entry.getLevel())
          + " "
          + formatMessage(entry)
          + request
          + System.lineSeparator()
          + trace(entry).orElse("");
    }
  }

  private static final class JsonLine extends Formatter {
    @Override
    public String format(LogRecord entry) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("time", time(entry));
      fields.put("level", levelName(entry.getLevel()).toLowerCase(Locale.ROOT));
      fields.put("logger", String.valueOf(entry.getLoggerName()));
      fields.put("msg", formatMessage(entry));
      TraceContext.current().ifPresent(trace -> name(trace, fields));
      access(entry).ifPresent(access -> tell(access, fields));
      trace(entry).ifPresent(text -> fields.put("error", text));
      return Json.write(fields) + System.lineSeparator();
    }

    private static void name(TraceContext trace, Map<String, Object> fields) {
      fields.put("request_id", trace.requestId());
      trace
          .parent()
          .ifPresent(
              parent -> {
                fields.put("trace_id", parent.traceId());
                fields.put("span_id", parent.spanId());
              });
    }

    private static Optional<AccessLog.Entry> access(LogRecord entry) {
      Object[] parameters = entry.getParameters();
      return parameters != null
              && parameters.length == 1
              && parameters[0] instanceof AccessLog.Entry access
          ? Optional.of(access)
          : Optional.empty();
    }

    private static void tell(AccessLog.Entry access, Map<String, Object> fields) {
      fields.put("method", access.method());
      fields.put("route", access.route());
      fields.put("status", access.status());
      fields.put("duration_ms", access.millis());
      fields.put("bytes", access.bytes());
    }
  }
}
