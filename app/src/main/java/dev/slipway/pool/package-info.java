/**
 * The server's connection pool, and the transactions on it.
 *
 * <p>Uses driver, dsn, config, error, and HikariCP. Never runs SQL of the product's own.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.pool;
