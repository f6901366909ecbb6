/**
 * Words on the terminal: from arguments to settings, one call, and a printed answer.
 *
 * <p>Uses every package below and is the only user of picocli. Never decides what a caller without
 * a terminal would have to decide again.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.cli;
