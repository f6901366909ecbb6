/**
 * Measures {@code slipway migrate sql up} beside raw JDBC and {@code flyway.migrate()}, each in a
 * JVM of its own on the same generated files, and holds the results against the bars.
 *
 * <p>Uses the front door, Flyway's public API, JDBC, an embedded PostgreSQL, and MySQL in Docker
 * where Docker answers. Never part of the tests: {@code scripts/bench} starts it.
 */
package dev.slipway.bench;
