package dev.slipway.identity;

import dev.slipway.http.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Where a page of sessions begins: behind the last one of the page before it, newest first. Opaque
 * to clients.
 */
record SessionPageToken(Instant createdAt, UUID id) {
  /**
   * What a client sent back.
   *
   * @throws Problem 400 when it is none of ours
   */
  static SessionPageToken parse(String text) {
    long[] numbers = OpaqueToken.numbers(text, 3);
    try {
      Instant createdAt = Instant.EPOCH.plus(numbers[0], ChronoUnit.MICROS);
      return new SessionPageToken(createdAt, new UUID(numbers[1], numbers[2]));
    } catch (DateTimeException | ArithmeticException e) {
      throw OpaqueToken.invalid();
    }
  }

  @Override
  public String toString() {
    return OpaqueToken.of(
        ChronoUnit.MICROS.between(Instant.EPOCH, createdAt),
        id.getMostSignificantBits(),
        id.getLeastSignificantBits());
  }
}
