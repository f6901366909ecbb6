/**
 * The interface of a database, and what several databases share. Each database has its own package
 * below this one.
 *
 * <p>Uses dsn, sql, config, and error. Never depends on the package of a database: the service file
 * of {@link dev.slipway.driver.DatabaseDriver} lists them.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.driver;
