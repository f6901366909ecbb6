package dev.slipway.identity;

import dev.slipway.error.Excerpt;
import dev.slipway.http.Problem;
import dev.slipway.pool.DuplicateKeyException;
import java.util.List;

/** In words what another identity has already: a 409. */
final class ConflictProblem {
  private static final int NAMED_MAX = 10;

  private ConflictProblem() {}

  /** A unique key refused the identity. It does not say for which of the identity's values. */
  static Problem of(DuplicateKeyException duplicate, Identity identity) {
    UniqueKey key = UniqueKey.of(duplicate);
    List<String> candidates =
        UniqueKey.Value.of(identity).stream()
            .filter(value -> value.key() == key)
            .map(value -> Excerpt.of(value.describe()))
            .distinct()
            .limit(NAMED_MAX)
            .toList();
    return candidates.size() == 1
        ? problem(key.label() + " " + candidates.getFirst())
        : problem("one of these: " + key.label() + "s " + String.join(", ", candidates));
  }

  /** A value that another identity has. */
  static Problem of(UniqueKey.Value value) {
    return problem(value.key().label() + " " + Excerpt.of(value.describe()));
  }

  private static Problem problem(String what) {
    return Problem.of(
        409, "this identity conflicts with another one, which has " + what + " already");
  }
}
