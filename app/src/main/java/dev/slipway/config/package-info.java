/**
 * Where a value comes from: every setting with its name in each place, and the settings of one run,
 * taken from flag, environment, file and default in this order.
 *
 * <p>Uses {@code json} (to read the file) and {@code error}. Never corrects a value, and never
 * opens a database or a socket: it reads text and gives types.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.config;
