package dev.slipway.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests a known name for a misspelled one. */
public final class Suggestions {
  private Suggestions() {}

  /**
   * The known name with the fewest letters to change, add, remove or swap; none when even that
   * would change half of it. Upper and lower case do not count.
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    return known.stream()
        // Whatever differs more in length alone is not near, and not worth measuring.
        .filter(
            each ->
                2 * Math.abs(name.length() - each.length())
                    <= Math.max(name.length(), each.length()))
        .min(
            Comparator.<String>comparingInt(each -> editDistance(name, each))
                // A missing or an added letter is likelier than a wrong one: pgs is pg, not pgx.
                .thenComparingInt(each -> editDistance(name, each, 2))
                .thenComparing(Comparator.naturalOrder()))
        .filter(each -> 2 * editDistance(name, each) <= Math.max(name.length(), each.length()));
  }

  /** The nearest name as the end of a message: {@code "; did you mean x?"}, or nothing. */
  public static String didYouMean(String name, Collection<String> known) {
    return nearest(name, known).map(each -> "; did you mean " + each + "?").orElse("");
  }

  /** How many letters to change, add, remove, or swap make one of the other, ignoring case. */
  public static int editDistance(String one, String other) {
    return editDistance(one, other, 1);
  }

  private static int editDistance(String one, String other, int changeCost) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : changeCost;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], 1 + cost[i - 2][j - 2]);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
