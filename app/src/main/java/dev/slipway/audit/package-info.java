/**
 * Judgement without change: migration files read for what would stop a running service.
 *
 * <p>Uses migrate (the files, its splitter of SQL), db and fault. Never changes a database that
 * somebody uses.
 */
package dev.slipway.audit;
