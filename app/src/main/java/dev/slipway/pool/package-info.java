/**
 * The server's connection pool, and the transactions on it.
 *
 * <p>Uses driver, dsn, config, error, and HikariCP. Never runs SQL of the product's own.
 */
package dev.slipway.pool;
