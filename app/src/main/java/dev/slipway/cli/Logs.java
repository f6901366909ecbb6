package dev.slipway.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Where log lines go and what they look like: ours and the libraries', to standard error. */
final class Logs {
  private Logs() {}

  /** One line for each record; the libraries speak only of what may need somebody. */
  static void toStandardError() {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new Line());
    root.addHandler(handler);
    root.setLevel(Level.WARNING);
    level("info");
  }

  /** Sets how much Slipway itself says: debug, info, warn or error. */
  static void level(String word) {
    Logger.getLogger("dev.slipway").setLevel(switch (word) {
      case "trace", "debug" -> Level.FINE;
      case "warn", "warning" -> Level.WARNING;
      case "error", "fatal" -> Level.SEVERE;
      case "info" -> Level.INFO;
      default -> throw new IllegalArgumentException("not a log level: " + word);
    });
  }

  private static final class Line extends Formatter {
    @Override
    public String format(LogRecord entry) {
      StringWriter text = new StringWriter();
      text.append(Instant.ofEpochMilli(entry.getMillis()).truncatedTo(ChronoUnit.MILLIS).toString())
          .append(' ').append(word(entry.getLevel())).append(' ').append(formatMessage(entry))
          .append(System.lineSeparator());
      if (entry.getThrown() != null && entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
        entry.getThrown().printStackTrace(new PrintWriter(text));
      }
      return text.toString();
    }

    private static String word(Level level) {
      int value = level.intValue();
      return value >= Level.SEVERE.intValue() ? "ERROR"
          : value >= Level.WARNING.intValue() ? "WARN"
          : value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }
  }
}
