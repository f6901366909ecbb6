/**
 * Failure as a value: what, where, why, what to do next, and the exit code.
 *
 * <p>Uses nothing; every package may use it. Never decides whether something is a failure.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.error;
