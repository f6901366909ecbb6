package dev.slipway.identity;

import dev.slipway.error.Excerpt;
import dev.slipway.http.Problem;
import dev.slipway.pool.DuplicateKeyException;
import java.util.List;

/** The problem 409 of an identity, which names the values that another identity has. */
final class ConflictProblem {
  private static final int NAMED_MAX = 10;

  private ConflictProblem() {}

  /** The problem after a duplicate key, which does not tell the value: names all candidates. */
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

  /** The problem of a value that another identity has. */
  static Problem of(UniqueKey.Value value) {
    return problem(value.key().label() + " " + Excerpt.of(value.describe()));
  }

  private static Problem problem(String what) {
    return Problem.of(
        409, "this identity conflicts with another one, which has " + what + " already");
  }
}
