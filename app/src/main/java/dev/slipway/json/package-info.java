/**
 * JSON and YAML as plain Java values, JSON Patch and JSON Schema on them: the one set-up of the
 * libraries, with limits, and one shape for their failures.
 *
 * <p>Uses Jackson and networknt's JSON Schema, which no other package does, and {@code error}.
 * Never gives meaning to what it reads, and never fetches anything.
 */
package dev.slipway.json;
