package dev.slipway.migration;

/**
 * Something that a crash or an edit has left in the history.
 *
 * @param what it is, and where
 * @param remedy what {@code repair} does about it
 * @param watch what a person has to look at; empty when there is nothing
 * @param sql the statement that does it
 */
public record RepairAction(String problem, String remedy, String precaution, String sql) {}
