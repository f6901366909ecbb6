package dev.slipway.identity;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * UUIDs. New ones have version 7 (RFC 9562), which starts with the time, so that new rows go to the
 * end of an index. Thread-safe.
 */
final class Uuids {
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final Pattern CANONICAL =
      Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private Uuids() {}

  static UUID next(Instant now) {
    long random = RANDOM.nextLong();
    long high = (now.toEpochMilli() << 16) | 0x7000 | (random & 0xfff);
    long low = (1L << 63) | (RANDOM.nextLong() >>> 2);
    return new UUID(high, low);
  }

  /** Parses the canonical form; {@link UUID#fromString} accepts others too. */
  static Optional<UUID> parse(String text) {
    return Optional.of(text).filter(CANONICAL.asMatchPredicate()).map(UUID::fromString);
  }
}
