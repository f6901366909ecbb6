package dev.slipway.identity;

import dev.slipway.driver.JsonValue;
import dev.slipway.identity.Identity.Attributes;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.pool.Transaction.BatchUpdate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows that a new or changed identity writes: one batch for each statement. */
final class IdentityChanges {
  /** In the order of execution. Of two conflicts, users know the identifier better than others. */
  private enum Statement {
    INSERT_IDENTITY(
        insertInto(
            "identities",
            "schema_id, state, state_changed_at, traits, metadata_public, metadata_admin,"
                + " external_id, organization_id, updated_at, id, created_at")),
    UPDATE_IDENTITY(
        """
        UPDATE identities
        SET schema_id = ?, state = ?, state_changed_at = ?, traits = ?, metadata_public = ?,
          metadata_admin = ?, external_id = ?, organization_id = ?, updated_at = ?
        WHERE id = ?\
        """),
    DELETE_VERIFIABLE_ADDRESS("DELETE FROM identity_verifiable_addresses WHERE id = ?"),
    UPDATE_VERIFIABLE_ADDRESS(
        """
        UPDATE identity_verifiable_addresses
        SET status = ?, verified = ?, verified_at = ?, updated_at = ?
        WHERE id = ?\
        """),
    DELETE_RECOVERY_ADDRESS("DELETE FROM identity_recovery_addresses WHERE id = ?"),
    DELETE_IDENTIFIER(
        "DELETE FROM identity_credential_identifiers WHERE identifier = ? AND credential_type = ?"),
    DELETE_CREDENTIAL(
        "DELETE FROM identity_credentials WHERE identity_id = ? AND credential_type = ?"),
    UPDATE_CREDENTIAL(
        """
        UPDATE identity_credentials
        SET config = ?, updated_at = ?
        WHERE identity_id = ? AND credential_type = ?\
        """),
    INSERT_CREDENTIAL(
        insertInto(
            "identity_credentials",
            "identity_id, credential_type, config, version, created_at, updated_at")),
    INSERT_IDENTIFIER(
        insertInto(
            "identity_credential_identifiers",
            "identifier, credential_type, identity_id, created_at, updated_at")),
    INSERT_VERIFIABLE_ADDRESS(
        insertInto(
            "identity_verifiable_addresses",
            "value, id, identity_id, via, status, verified, verified_at, created_at, updated_at")),
    INSERT_RECOVERY_ADDRESS(
        insertInto(
            "identity_recovery_addresses", "value, id, identity_id, via, created_at, updated_at"));

    private final String sql;

    Statement(String sql) {
      this.sql = sql;
    }

    private static String insertInto(String table, String columns) {
      String placeholders = columns.replaceAll("\\w+", "?");
      return "INSERT INTO %s (%s) VALUES (%s)".formatted(table, columns, placeholders);
    }
  }

  private final Map<Statement, List<List<@Nullable Object>>> rows = new EnumMap<>(Statement.class);

  private IdentityChanges() {}

  /** The rows of new identities. */
  static List<BatchUpdate> insert(List<Identity> identities) {
    var changes = new IdentityChanges();
    for (Identity identity : identities) {
      List<@Nullable Object> row = changes.identityRow(Statement.INSERT_IDENTITY, identity);
      row.add(identity.createdAt());
      identity.verifiableAddresses().forEach(each -> changes.insert(identity.id(), each));
      identity.recoveryAddresses().forEach(each -> changes.insert(identity.id(), each));
      identity.credentials().forEach(each -> changes.insert(identity.id(), each));
    }
    return changes.batches();
  }

  /** The rows that differ between two states of an identity. */
  static List<BatchUpdate> update(Identity before, Identity after) {
    var changes = new IdentityChanges();
    changes.identityRow(Statement.UPDATE_IDENTITY, after);
    changes.updateVerifiableAddresses(before, after);
    changes.updateRecoveryAddresses(before, after);
    changes.updateCredentials(before, after);
    return changes.batches();
  }

  private List<@Nullable Object> identityRow(Statement statement, Identity identity) {
    Attributes attributes = identity.attributes();
    return add(
        statement,
        attributes.schemaId(),
        attributes.state().value(),
        attributes.stateChangedAt(),
        new JsonValue(attributes.traits()),
        attributes.metadataPublic().map(JsonValue::new),
        attributes.metadataAdmin().map(JsonValue::new),
        attributes.externalId(),
        attributes.organizationId(),
        identity.updatedAt(),
        identity.id());
  }

  private void updateVerifiableAddresses(Identity before, Identity after) {
    Map<UUID, VerifiableAddress> known = new HashMap<>();
    before.verifiableAddresses().forEach(each -> known.put(each.id(), each));
    for (VerifiableAddress address : after.verifiableAddresses()) {
      VerifiableAddress old = known.remove(address.id());
      if (old == null) {
        insert(after.id(), address);
      } else if (!old.equals(address)) {
        add(
            Statement.UPDATE_VERIFIABLE_ADDRESS,
            address.status().value(),
            address.verified(),
            address.verifiedAt(),
            address.updatedAt(),
            address.id());
      }
    }
    known.keySet().forEach(id -> add(Statement.DELETE_VERIFIABLE_ADDRESS, id));
  }

  private void updateRecoveryAddresses(Identity before, Identity after) {
    without(before.recoveryAddresses(), after.recoveryAddresses())
        .forEach(each -> add(Statement.DELETE_RECOVERY_ADDRESS, each.id()));
    without(after.recoveryAddresses(), before.recoveryAddresses())
        .forEach(each -> insert(after.id(), each));
  }

  private void updateCredentials(Identity before, Identity after) {
    for (Credential credential : before.credentials()) {
      Optional<Credential> kept = after.credential(credential.type());
      without(credential.identifiers(), kept.map(Credential::identifiers).orElse(List.of()))
          .forEach(each -> add(Statement.DELETE_IDENTIFIER, each, credential.type()));
      if (kept.isEmpty()) {
        add(Statement.DELETE_CREDENTIAL, after.id(), credential.type());
      }
    }
    for (Credential credential : after.credentials()) {
      Optional<Credential> known = before.credential(credential.type());
      if (known.isEmpty()) {
        insert(after.id(), credential);
        continue;
      }
      if (!known.get().updatedAt().equals(credential.updatedAt())) {
        add(
            Statement.UPDATE_CREDENTIAL,
            new JsonValue(credential.config()),
            credential.updatedAt(),
            after.id(),
            credential.type());
      }
      insertIdentifiers(
          after.id(), credential, without(credential.identifiers(), known.get().identifiers()));
    }
  }

  private static <T> List<T> without(List<T> list, List<T> others) {
    return list.stream().filter(each -> !others.contains(each)).toList();
  }

  private void insert(UUID identity, VerifiableAddress address) {
    add(
        Statement.INSERT_VERIFIABLE_ADDRESS,
        address.address().value(),
        address.id(),
        identity,
        address.address().via(),
        address.status().value(),
        address.verified(),
        address.verifiedAt(),
        address.createdAt(),
        address.updatedAt());
  }

  private void insert(UUID identity, RecoveryAddress address) {
    add(
        Statement.INSERT_RECOVERY_ADDRESS,
        address.address().value(),
        address.id(),
        identity,
        address.address().via(),
        address.createdAt(),
        address.updatedAt());
  }

  private void insert(UUID identity, Credential credential) {
    add(
        Statement.INSERT_CREDENTIAL,
        identity,
        credential.type(),
        new JsonValue(credential.config()),
        credential.version(),
        credential.createdAt(),
        credential.updatedAt());
    insertIdentifiers(identity, credential, credential.identifiers());
  }

  private void insertIdentifiers(UUID identity, Credential credential, List<String> identifiers) {
    Object now = credential.updatedAt();
    identifiers.forEach(
        each -> add(Statement.INSERT_IDENTIFIER, each, credential.type(), identity, now, now));
  }

  /** Adds a row; an empty Optional is NULL. */
  private List<@Nullable Object> add(Statement statement, Object... values) {
    List<@Nullable Object> row = new ArrayList<>(Arrays.asList(values));
    row.replaceAll(value -> value instanceof Optional<?> optional ? optional.orElse(null) : value);
    rows.computeIfAbsent(statement, _ -> new ArrayList<>()).add(row);
    return row;
  }

  /**
   * Rows of a unique key are in the order of the key, so that two transactions with the same rows
   * do not deadlock.
   */
  private List<BatchUpdate> batches() {
    EnumSet.range(Statement.INSERT_IDENTIFIER, Statement.INSERT_RECOVERY_ADDRESS).stream()
        .map(each -> rows.getOrDefault(each, new ArrayList<>()))
        .forEach(each -> each.sort(Comparator.comparing(row -> (String) row.getFirst())));
    return rows.entrySet().stream()
        .map(each -> new BatchUpdate(each.getKey().sql, each.getValue()))
        .toList();
  }
}
