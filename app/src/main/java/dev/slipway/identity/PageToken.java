package dev.slipway.identity;

import dev.slipway.http.Problem;
import java.nio.ByteBuffer;
import java.util.Base64;
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
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() == 16) {
        return new PageToken(new UUID(bytes.getLong(), bytes.getLong()));
      }
    } catch (IllegalArgumentException e) {
      // Not ours, as one of another length.
    }
    throw Problem.of(
        400, "page_token is not one of this list: take it from the Link header of a page");
  }

  @Override
  public String toString() {
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.putLong(after.getMostSignificantBits()).putLong(after.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
