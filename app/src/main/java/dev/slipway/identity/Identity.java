package dev.slipway.identity;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One identity with all that belongs to it, as it is stored; traits and metadata are JSON texts.
 *
 * @param stateChangedAt empty for rows that a release wrote which did not know the column
 * @param credentials by type, at most one of each; empty also when they were not asked for
 */
record Identity(
    UUID id,
    String schemaId,
    State state,
    Optional<Instant> stateChangedAt,
    String traits,
    Optional<String> metadataPublic,
    Optional<String> metadataAdmin,
    Optional<String> externalId,
    Optional<UUID> organizationId,
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

  /** Its credential of a type. */
  Optional<Credential> credential(String type) {
    return credentials.stream().filter(each -> each.type().equals(type)).findFirst();
  }

  /** Whether it may be used. */
  enum State {
    ACTIVE("active"),
    INACTIVE("inactive");

    private static final Map<String, State> BY_VALUE =
        Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(State::value, each -> each));

    private final String value;

    State(String value) {
      this.value = value;
    }

    /** The state that goes by this word in JSON and in the database. */
    static Optional<State> fromValue(String value) {
      return Optional.ofNullable(BY_VALUE.get(value));
    }

    String value() {
      return value;
    }
  }

  /** An address that can be shown to belong to the identity. */
  record VerifiableAddress(
      UUID id,
      String via,
      String value,
      Status status,
      boolean verified,
      Optional<Instant> verifiedAt,
      Instant createdAt,
      Instant updatedAt) {
    /** How far the proof has come. */
    enum Status {
      PENDING("pending"),
      SENT("sent"),
      COMPLETED("completed");

      private static final Map<String, Status> BY_VALUE =
          Arrays.stream(values())
              .collect(Collectors.toUnmodifiableMap(Status::value, each -> each));

      private final String value;

      Status(String value) {
        this.value = value;
      }

      /** The status that goes by this word in JSON and in the database. */
      static Optional<Status> fromValue(String value) {
        return Optional.ofNullable(BY_VALUE.get(value));
      }

      String value() {
        return value;
      }
    }

    boolean at(String otherVia, String otherValue) {
      return via.equals(otherVia) && value.equals(otherValue);
    }
  }

  /** An address by which access can be got back. */
  record RecoveryAddress(UUID id, String via, String value, Instant createdAt, Instant updatedAt) {
    boolean at(String otherVia, String otherValue) {
      return via.equals(otherVia) && value.equals(otherValue);
    }
  }

  /**
   * A way to sign in.
   *
   * @param identifiers who one says one is; of a type, an identifier is unique
   * @param config what belongs to the type, as JSON text; it may hold a password's hash
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
