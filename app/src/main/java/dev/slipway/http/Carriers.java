package dev.slipway.http;

/** The platform threads that carry virtual ones. */
public final class Carriers {
  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

  /** Beyond one for each processor. */
  private static final int SPARE = 2;

  private Carriers() {}

  /**
   * Makes carriers for more threads than there are processors. Virtual threads are not preempted:
   * requests that compute on every carrier would keep a health check waiting to their end. The
   * operating system shares processors between carriers fairly. To be called before anything starts
   * a virtual thread; a value that the process was started with stays.
   */
  public static void configure() {
    if (System.getProperty(PARALLELISM) == null) {
      int carriers = Runtime.getRuntime().availableProcessors() + SPARE;
      System.setProperty(PARALLELISM, Integer.toString(carriers));
    }
  }
}
