package dev.slipway.provision;

import java.util.List;

/**
 * A database that should not be there.
 *
 * @param logins that should not be there either
 * @param sessions what becomes of those who use it
 */
public record Unwanted(String name, List<String> logins, Sessions sessions) {
  /** What sessions mean that are in the database. */
  public enum Sessions {
    /** Nothing is dropped while there are any. */
    RESPECTED,
    /** They are ended. */
    ENDED
  }

  public Unwanted {
    logins = List.copyOf(logins);
  }
}
