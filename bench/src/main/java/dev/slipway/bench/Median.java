package dev.slipway.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The one in the middle, which a single bad round does not move. */
final class Median {
  private Median() {}

  static <T> double of(List<T> samples, ToDoubleFunction<T> what) {
    return of(samples.stream().mapToDouble(what).toArray());
  }

  static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
