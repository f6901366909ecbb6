/**
 * The linter: rules for migration files, suppressions, accepted findings, and the violations found.
 *
 * <p>Uses migration, driver, sql, json, the migrator's part of config, and error. Never connects to
 * a database.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.lint;
