/**
 * CockroachDB.
 *
 * <p>Uses driver, dsn, sql, config, and error, and the package of PostgreSQL. Never used by name
 * outside this package.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.driver.cockroach;
