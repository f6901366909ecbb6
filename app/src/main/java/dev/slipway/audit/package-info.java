/**
 * Judgement without change: migration files read for what would stop a running service, and tried
 * out on a scratch database.
 *
 * <p>Uses migrate, db, the migrator's slice of config, and fault. Never changes a database that
 * somebody uses.
 */
package dev.slipway.audit;
