package dev.slipway.identity;

import dev.slipway.http.Problem;
import java.util.UUID;

/**
 * Where a page begins: behind the last identity of the page before it. Opaque to clients.
 *
 * @param after identities have greater ids than this
 */
record PageToken(UUID after) {
  /** Before every identity. */
  static final PageToken START = new PageToken(new UUID(0, 0));

  /**
   * What a client sent back.
   *
   * @throws Problem 400 when it is none of ours
   */
  static PageToken parse(String text) {
    long[] numbers = OpaqueToken.numbers(text, 2);
    return new PageToken(new UUID(numbers[0], numbers[1]));
  }

  @Override
  public String toString() {
    return OpaqueToken.of(after.getMostSignificantBits(), after.getLeastSignificantBits());
  }
}
