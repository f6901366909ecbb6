package dev.slipway.migrate;

/**
 * Something that a crash or an edit has left in the history.
 *
 * @param what it is, and where
 * @param remedy what {@code repair} does about it
 * @param watch what a person has to look at; empty when there is nothing
 * @param sql the statement that does it
 */
public record Finding(String what, String remedy, String watch, String sql) {}
