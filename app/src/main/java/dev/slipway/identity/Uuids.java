package dev.slipway.identity;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Identifiers. New ones are UUIDs of version 7 (RFC 9562), which begin with the time, so that new
 * rows go to the end of an index and not all over it. Thread-safe.
 */
final class Uuids {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Uuids() {}

  static UUID next(Instant now) {
    long random = RANDOM.nextLong();
    long high = now.toEpochMilli() << 16 | 0x7000 | random & 0xfff;
    long low = 1L << 63 | RANDOM.nextLong() >>> 2;
    return new UUID(high, low);
  }

  /** A UUID in its one usual form; {@link UUID#fromString} takes others too. */
  static Optional<UUID> parse(String text) {
    if (text.length() != 36) {
      return Optional.empty();
    }
    try {
      UUID id = UUID.fromString(text);
      return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
