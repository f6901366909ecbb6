/**
 * Databases, the logins that use them, and their rights, from an administrator's DSN: created,
 * dropped and waited for, so that the same call may be made again and by several at once.
 *
 * <p>Uses {@code db} for connections and facts about a database. Never touches a table's rows,
 * never sends a password as it is, and never writes to the terminal.
 */
package dev.slipway.provision;
