package dev.slipway.provision;

import java.util.List;

/**
 * Databases that should not be there.
 *
 * @param logins that should not be there either, once the databases are gone
 * @param sessions what becomes of those who use them
 */
public record Unwanted(List<String> names, List<String> logins, Sessions sessions) {
  /** What sessions mean that are in the databases. */
  public enum Sessions {
    /** Nothing is dropped while there is one. */
    RESPECTED,
    /** They are ended. */
    ENDED
  }

  public Unwanted {
    names = List.copyOf(names);
    logins = List.copyOf(logins);
  }
}
