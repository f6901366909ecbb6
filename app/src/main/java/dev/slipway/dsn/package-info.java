/**
 * The data source name as a value: its parts, its parameters, and what may be printed of it.
 *
 * <p>Uses config and error. Never knows a database by its name, and never prints a secret.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.dsn;
