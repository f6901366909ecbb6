/**
 * End-to-end tests: the chart on a Kind cluster, and the Compose files in Docker. {@code
 * scripts/e2e} and {@code scripts/compose-test} start them.
 *
 * <p>Uses kubectl, Helm, Kind, and Docker as a user does, through {@code Command}. Never uses
 * Slipway's classes.
 */
package dev.slipway.e2e;
