/**
 * The schema that migrations create, as far as their statements say.
 *
 * <p>Uses sql. Never connects to a database, and never knows one by its name.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.ddl;
