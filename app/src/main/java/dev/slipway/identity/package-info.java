/**
 * What an identity is, stored and served: identity schemas and what they derive from traits, the
 * SQL of identities and sessions, and their routes.
 *
 * <p>Uses {@code db}, {@code http}, {@code json}, {@code config} and {@code error}, and is the only
 * user of the library that hashes passwords. Never signs anybody in and never sends a message: it
 * is the administration of identities alone.
 */
package dev.slipway.identity;
