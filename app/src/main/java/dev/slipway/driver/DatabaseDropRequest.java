package dev.slipway.driver;

import java.util.List;

/**
 * Databases to drop.
 *
 * @param logins the logins to drop after the databases
 * @param sessions what to do with sessions that use the databases
 */
public record DatabaseDropRequest(List<String> names, List<String> logins, OpenSessions sessions) {
  /** What to do with open sessions. */
  public enum OpenSessions {
    /** Drop nothing while there is one. */
    REJECT,
    /** Terminate them. */
    TERMINATE
  }

  public DatabaseDropRequest {
    names = List.copyOf(names);
    logins = List.copyOf(logins);
  }
}
