/**
 * JSON and YAML as plain Java values: the one set-up of the library, with limits, and one shape for
 * its failures.
 *
 * <p>Uses Jackson, which no other package does, and {@code fault}. Never gives meaning to what it
 * reads.
 */
package dev.slipway.json;
