/**
 * HTTP on Jetty: routes, limits, bearer token, graceful shutdown, errors, trace context, health,
 * and metrics.
 *
 * <p>Uses {@code config}, {@code json}, and {@code error}, and is the only user of {@code
 * org.eclipse.jetty}. Never accesses a database: callers supply the probes and gauges.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.http;
