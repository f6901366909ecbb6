/**
 * What the tests, the benchmarks, and the end-to-end tests share: commands with deadlines, Docker,
 * a TCP proxy, and a load generator.
 *
 * <p>Uses the JDK alone. Never depends on Slipway's classes or on a test framework.
 */
package dev.slipway.testing;
