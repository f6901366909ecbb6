package dev.slipway.identity;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An identity as stored, with its addresses and credentials.
 *
 * @param credentials at most one of each type; empty also if they were not read
 */
record Identity(
    UUID id,
    Attributes attributes,
    Instant createdAt,
    Instant updatedAt,
    List<VerifiableAddress> verifiableAddresses,
    List<RecoveryAddress> recoveryAddresses,
    List<Credential> credentials) {
  Identity {
    verifiableAddresses = List.copyOf(verifiableAddresses);
    recoveryAddresses = List.copyOf(recoveryAddresses);
    credentials = List.copyOf(credentials);
  }

  /**
   * What a client sets of an identity; traits and metadata are JSON text.
   *
   * @param stateChangedAt empty for rows that were written before the column existed
   */
  record Attributes(
      String schemaId,
      State state,
      Optional<Instant> stateChangedAt,
      String traits,
      Optional<String> metadataPublic,
      Optional<String> metadataAdmin,
      Optional<String> externalId,
      Optional<UUID> organizationId) {}

  /** The credential of a type. */
  Optional<Credential> credential(String type) {
    return credentials.stream().filter(each -> each.type().equals(type)).findFirst();
  }

  /** Whether the identity may sign in. */
  enum State implements ApiValue {
    ACTIVE,
    INACTIVE
  }

  /** An address whose ownership can be verified. */
  record VerifiableAddress(
      UUID id,
      Address address,
      Status status,
      boolean verified,
      Optional<Instant> verifiedAt,
      Instant createdAt,
      Instant updatedAt) {
    /** The progress of the verification. */
    enum Status implements ApiValue {
      PENDING,
      SENT,
      COMPLETED
    }

    /** A new address that is not verified. */
    static VerifiableAddress pending(Address address, Instant now) {
      return new VerifiableAddress(
          Uuids.next(now), address, Status.PENDING, false, Optional.empty(), now, now);
    }
  }

  /** An address that can recover an account. */
  record RecoveryAddress(UUID id, Address address, Instant createdAt, Instant updatedAt) {
    /** A new address. */
    static RecoveryAddress of(Address address, Instant now) {
      return new RecoveryAddress(Uuids.next(now), address, now, now);
    }
  }

  /**
   * A credential to sign in with.
   *
   * @param identifiers unique among the credentials of a type
   * @param config JSON text that depends on the type; may contain a password hash
   */
  record Credential(
      String type,
      List<String> identifiers,
      String config,
      int version,
      Instant createdAt,
      Instant updatedAt) {
    Credential {
      identifiers = List.copyOf(identifiers);
    }
  }
}
