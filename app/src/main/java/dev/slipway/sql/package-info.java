/**
 * SQL as text: statements, tokens, and the lexical rules of each database.
 *
 * <p>Uses nothing of Slipway. Never knows a database by its name, and never rejects a text.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.sql;
