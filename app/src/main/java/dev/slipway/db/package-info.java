/**
 * From a DSN to connections: parsing and masking it, what each of the four databases needs from its
 * driver, the migrator's plain connection and the server's bounded pool.
 *
 * <p>Uses {@code config}, {@code fault}, HikariCP and the drivers, of which only the chosen one is
 * ever loaded. Never runs SQL of the product's own, and never prints a password.
 */
package dev.slipway.db;
