package dev.slipway.migration;

/**
 * Something that a crash or an edit has left in the history.
 *
 * @param problem what is wrong, and where
 * @param remedy what {@code repair} does about it
 * @param precaution what a person has to check before; may be empty
 * @param sql the statement that does it
 */
public record RepairAction(String problem, String remedy, String precaution, String sql) {}
