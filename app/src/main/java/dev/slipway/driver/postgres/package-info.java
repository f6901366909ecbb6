/**
 * PostgreSQL, and what databases share that speak its protocol.
 *
 * <p>Uses driver, dsn, sql, config, and error. Never used by name outside this package.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.driver.postgres;
