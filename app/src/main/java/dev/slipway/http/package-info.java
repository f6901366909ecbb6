/**
 * HTTP on the JDK's own server: a virtual thread per request, limits, token, drain and stop;
 * failures as statuses and bodies; what a request is called; alive, ready and metrics.
 *
 * <p>Uses {@code config} and {@code error}, and is the only user of {@code com.sun.net.httpserver}.
 * Never touches a database: what it reports is asked of probes and gauges that others pass in.
 */
package dev.slipway.http;
