package dev.slipway.driver;

import dev.slipway.sql.TokenCursor;
import dev.slipway.sql.TokenizedScript;
import java.util.OptionalInt;

/** Files that can be applied in part, where the database commits each change of the schema. */
final class HalfApplied {
  private HalfApplied() {}

  /**
   * The number of the second change, if one of the changes cannot be run a second time; empty if
   * the file has one change, or can run again.
   */
  static OptionalInt secondChange(TokenizedScript script) {
    int changes = 0;
    int second = -1;
    boolean again = true;
    for (int i = 0; i < script.statements().size(); i++) {
      TokenCursor words = script.statements().get(i).cursor();
      if (words.nextIs("CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE")) {
        changes++;
        second = changes == 2 ? i : second;
        again &= words.has("IF", "NOT", "EXISTS") || words.has("IF", "EXISTS");
      }
    }
    return changes > 1 && !again ? OptionalInt.of(second) : OptionalInt.empty();
  }
}
