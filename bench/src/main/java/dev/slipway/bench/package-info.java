/**
 * Measures side by side in one run, and holds the results against the bars. Part one: {@code
 * slipway migrate sql up} beside raw JDBC and {@code flyway.migrate()}, each in a JVM of its own on
 * the same generated files. Part two: {@code slipway serve} beside a bare handler, each in a JVM of
 * its own with the same options, on the same PostgreSQL database, under the same load, which is a
 * third process. Part three: the image, from {@code docker run} on, beside a container that does
 * nothing and beside the same jars on a JDK as it comes. docs/bench.md lists the bars and says how
 * to read the figures.
 *
 * <p>Uses the front door, Flyway's public API, JDBC, an embedded PostgreSQL, and MySQL in Docker
 * where Docker answers; of Slipway's classes only the command line, the settings, and the pool,
 * which the bare handler shares. Never part of the tests: {@code scripts/bench} starts it.
 */
package dev.slipway.bench;
