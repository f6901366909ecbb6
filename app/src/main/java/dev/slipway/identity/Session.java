package dev.slipway.identity;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A session that another service has begun for an identity. Its tokens are not here: who
 * administers sessions has no use for them.
 *
 * @param active whether it was not revoked; it may have expired all the same
 * @param authenticationMethods a JSON array
 * @param devices what it was used on, by their ids; empty also when they were not asked for
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
    Instant createdAt,
    List<Device> devices) {
  Session {
    devices = List.copyOf(devices);
  }

  /** The same session with the devices that another reading of it brought, behind its own. */
  Session withDevicesOf(Session other) {
    return new Session(
        id,
        identityId,
        active,
        aal,
        authenticationMethods,
        issuedAt,
        authenticatedAt,
        expiresAt,
        createdAt,
        Stream.concat(devices.stream(), other.devices().stream())
            .sorted(Comparator.comparing(device -> device.id().toString()))
            .toList());
  }

  /** Whether it lets its identity in at this time. */
  boolean valid(Instant now) {
    return active && expiresAt.isAfter(now);
  }

  /** What a session was used on. */
  record Device(
      UUID id, Optional<String> ipAddress, Optional<String> userAgent, Optional<String> location) {}
}
