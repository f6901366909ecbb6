/**
 * JSON and YAML as plain Java values, JSON Patch, and JSON Schema: one configuration of the
 * libraries, with limits, and one form of error messages.
 *
 * <p>Uses {@code error}, and is the only user of Jackson and networknt's JSON Schema. Never
 * interprets the values it reads, and never fetches documents.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.json;
