/**
 * Records the external behavior of a build, and compares two recordings: exit codes, output, SQL,
 * history rows and HTTP answers. A build is known by its launcher alone, so that a recording made
 * before a restructuring can be compared with one made after it.
 *
 * <p>Uses the database servers of the test kit, JDBC, and the cases in {@code src/test/behavior}.
 * Never uses Slipway's own classes. {@code scripts/behavior} starts it, not the build.
 */
package dev.slipway.behavior;
