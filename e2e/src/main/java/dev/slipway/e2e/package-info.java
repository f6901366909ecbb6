/**
 * End-to-end tests: the chart on a Kind cluster. {@code scripts/e2e} starts them.
 *
 * <p>Uses kubectl, Helm, Kind, and Docker as a user does, through {@code Command}. Never uses
 * Slipway's classes.
 */
package dev.slipway.e2e;
