/**
 * Identity administration: identity schemas and the identifiers they derive from traits, the SQL of
 * identities and sessions, and their HTTP routes.
 *
 * <p>Uses {@code pool}, {@code driver}, {@code http}, {@code json}, {@code config}, and {@code
 * error}, and is the only user of the password-hashing library. Never signs users in and never
 * sends messages.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.identity;
