/**
 * The commands on an administrator's DSN: creates and drops databases with their logins, and waits
 * for a database. Each call can be repeated, also by several processes at the same time.
 *
 * <p>Uses driver, dsn, config, and error; the drivers own the statements. Never changes a table's
 * rows, never sends a password in clear text, and never writes to the terminal.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.provision;
