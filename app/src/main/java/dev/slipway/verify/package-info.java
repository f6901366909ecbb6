/**
 * What migrations make of a schema: drift of a live database, dumps, and whether down migrations
 * revert, by running the migrations on a scratch database. Uses the engine and the rules of lint.
 * Never changes the live database.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.verify;
