package dev.slipway.migration;

import java.util.Optional;

/**
 * A row in the history of another tool.
 *
 * @param version the version; for a tool without versions, its ID
 * @param name what the tool calls the migration
 * @param state what has become of it
 * @param checksum the tool's checksum of the file, in hexadecimal digits; empty where it has none
 */
record ForeignRow(String version, String name, State state, Optional<String> checksum) {
  /** What has become of a migration. */
  enum State {
    APPLIED,
    /** Begun, and neither finished nor reverted. */
    UNFINISHED,
    /** Reverted later, so that it is not applied. */
    REVERTED
  }
}
