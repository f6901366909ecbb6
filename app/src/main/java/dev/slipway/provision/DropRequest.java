package dev.slipway.provision;

import java.util.List;

/**
 * Databases that should not be there.
 *
 * @param logins that should not be there either, once the databases are gone
 * @param sessions what becomes of those who use them
 */
public record DropRequest(List<String> names, List<String> logins, OpenSessions sessions) {
  /** What sessions mean that are in the databases. */
  public enum OpenSessions {
    /** Nothing is dropped while there is one. */
    REJECT,
    /** They are ended. */
    TERMINATE
  }

  public DropRequest {
    names = List.copyOf(names);
    logins = List.copyOf(logins);
  }
}
