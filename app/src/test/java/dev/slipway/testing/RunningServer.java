package dev.slipway.testing;

/** A server that has started. */
interface RunningServer {
  /** A new, empty database. */
  TestDatabase database();
}
