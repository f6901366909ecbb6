/**
 * The linter: rules for migration files, suppressions, and the violations found.
 *
 * <p>Uses migration, db, the migrator's part of config, and error. Never connects to a database.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.lint;
