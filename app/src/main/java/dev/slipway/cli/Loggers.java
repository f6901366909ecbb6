package dev.slipway.cli;

import java.util.ResourceBundle;
import java.util.logging.Logger;

/**
 * Where {@link System.Logger} leads: to java.util.logging, as it does without this class. But the
 * JDK looks for one like it in every jar, which is 16 ms of each start; in the image this one is in
 * the first. Thread-safe.
 */
public final class Loggers extends System.LoggerFinder {
  @Override
  public System.Logger getLogger(String name, Module module) {
    return new Named(Logger.getLogger(name));
  }

  private record Named(Logger logger) implements System.Logger {
    @Override
    public String getName() {
      return logger.getName();
    }

    @Override
    public boolean isLoggable(Level level) {
      return logger.isLoggable(of(level));
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      logger.logrb(of(level), bundle, message, thrown);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      logger.logrb(of(level), bundle, format, parameters);
    }

    /** The levels that the JDK pairs them with. */
    private static java.util.logging.Level of(Level level) {
      return switch (level) {
        case ALL -> java.util.logging.Level.ALL;
        case TRACE -> java.util.logging.Level.FINER;
        case DEBUG -> java.util.logging.Level.FINE;
        case INFO -> java.util.logging.Level.INFO;
        case WARNING -> java.util.logging.Level.WARNING;
        case ERROR -> java.util.logging.Level.SEVERE;
        case OFF -> java.util.logging.Level.OFF;
      };
    }
  }
}
