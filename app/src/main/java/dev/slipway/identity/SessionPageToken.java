package dev.slipway.identity;

import dev.slipway.http.Problem;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page of sessions begins: behind the last one of the page before it, newest first. Opaque
 * to clients.
 */
record SessionPageToken(Instant createdAt, UUID id) {
  private static final int BYTES = 3 * Long.BYTES;

  /**
   * What a client sent back.
   *
   * @throws Problem 400 when it is none of ours
   */
  static SessionPageToken parse(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() == BYTES) {
        Instant createdAt = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
        return new SessionPageToken(createdAt, new UUID(bytes.getLong(), bytes.getLong()));
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      // Not ours, as one of another length.
    }
    throw Problem.of(
        400, "page_token is not one of this list: take it from the Link header of a page");
  }

  @Override
  public String toString() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes
        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, createdAt))
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
