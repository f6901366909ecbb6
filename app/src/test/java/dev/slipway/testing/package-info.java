/**
 * Real database servers and the front door, for tests: a fresh database on each kind of server, the
 * command line in this process or in one of its own, and the record of everything it printed.
 *
 * <p>Uses embedded PostgreSQL, Docker where it answers, and JDBC. Never mocks, and never pulls an
 * image.
 */
package dev.slipway.testing;
