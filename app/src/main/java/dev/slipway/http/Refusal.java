package dev.slipway.http;

/** Which limit a request was refused for. */
enum Refusal {
  /** Concurrent work, or memory for bodies. */
  LOAD("load"),
  /** Size of the body. */
  BODY("body"),
  /** Size or number of headers, or size of the address. */
  HEADER("header"),
  /** Time for a request to arrive. */
  SLOW("read"),
  /** Time for one request to be worked on. */
  DEADLINE("deadline");

  private final String label;

  Refusal(String label) {
    this.label = label;
  }

  /** Its name in the metrics. */
  String label() {
    return label;
  }
}
