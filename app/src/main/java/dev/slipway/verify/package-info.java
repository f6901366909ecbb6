/**
 * Checks against a scratch database: schema drift, and whether down migrations revert.
 *
 * <p>Uses lint, migration, db, the migrator's part of config, and error. Never changes the live
 * database.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.verify;
