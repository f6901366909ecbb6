/**
 * The way from one schema version to another: files, history, plan, lock, run.
 *
 * <p>Uses {@code db} for connections and facts about a database. Never writes to the terminal,
 * never decides where a value comes from, and hands out values rather than log lines.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.migration;
