package dev.slipway.json;

/**
 * Limits the work of evaluating the values of one request against schemas. A step is about a
 * microsecond: one keyword evaluated for one value, or the reading of some hundred characters. Not
 * thread-safe.
 */
public final class EvaluationBudget {
  /** The steps of one value. Far more than a legitimate value needs. */
  static final int VALUE_STEPS = 200_000;

  /** The steps of all values of one request, so that a batch costs no more than a second. */
  static final int REQUEST_STEPS = 400_000;

  /** The nesting of evaluated schemas, since the stack is limited. */
  static final int DEPTH_MAX = 500;

  /** Virtual threads are not preempted: without a pause, other requests wait for the end. */
  private static final int STEPS_BETWEEN_YIELDS = 2_000;

  private int request = REQUEST_STEPS;
  private int value;
  private int unyielded;

  /** Starts the evaluation of another value. */
  void begin() {
    value = Math.min(VALUE_STEPS, request);
  }

  /**
   * Charges steps.
   *
   * @throws Exceeded if fewer are left
   */
  @SuppressWarnings("ThreadPriorityCheck") // a virtual thread keeps its carrier until it yields
  void charge(int steps) {
    if (steps > value) {
      request -= value;
      value = 0;
      throw new Exceeded();
    }
    value -= steps;
    request -= steps;
    unyielded += steps;
    if (unyielded >= STEPS_BETWEEN_YIELDS) {
      unyielded = 0;
      Thread.yield();
    }
  }

  /**
   * Ends an evaluation that exceeds the budget. Not an exception, which the library would log:
   * clients could fill the log.
   */
  static final class Exceeded extends Error {
    private static final long serialVersionUID = 1;

    Exceeded() {
      super("the evaluation exceeds its budget", null, false, false);
    }
  }
}
