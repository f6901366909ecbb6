package dev.slipway.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A session that another service has created. Its tokens are never read.
 *
 * @param active whether it is not revoked; it may have expired
 * @param authenticationMethods a JSON array
 */
record Session(
    UUID id,
    UUID identityId,
    boolean active,
    String aal,
    String authenticationMethods,
    Instant issuedAt,
    Optional<Instant> authenticatedAt,
    Instant expiresAt,
    Instant createdAt) {
  /** Whether it is active and not expired. */
  boolean valid(Instant now) {
    return active && expiresAt.isAfter(now);
  }

  /** A device that has used a session. */
  record Device(
      UUID id, Optional<String> ipAddress, Optional<String> userAgent, Optional<String> location) {}
}
