package dev.slipway.identity;

import dev.slipway.driver.JsonValue;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.pool.Transaction;
import dev.slipway.pool.Transaction.BatchUpdate;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The SQL of identities. However many identities are read, and whatever belongs to them, it is one
 * SELECT; however many are written, it is one batch a table. No state.
 */
final class IdentityRepository {
  /** Whether credentials are read too. */
  enum Credentials {
    INCLUDE,
    OMIT
  }

  /**
   * Which identities a list is of.
   *
   * @param ids empty for any
   * @param identifier of any type of credential; empty for any
   */
  record Filter(List<UUID> ids, Optional<String> identifier) {
    Filter {
      ids = List.copyOf(ids);
    }
  }

  /** Values of one statement; every database takes more. */
  private static final int PLACEHOLDERS_MAX = 1000;

  /** One row for the identity and one for each thing that belongs to it, in the same columns. */
  private static final String IDENTITY =
      """
      SELECT 0, id, organization_id, schema_id, state, external_id,
        traits, metadata_public, metadata_admin,
        0, state_changed_at, created_at, updated_at
      FROM\s""";

  private static final String VERIFIABLE_ADDRESS =
      """

      UNION ALL
      SELECT 1, identity_id, a.id, via, status, value,
        NULL, NULL, NULL,
        CASE WHEN verified THEN 1 ELSE 0 END, verified_at, a.created_at, a.updated_at
      FROM\s""";

  private static final String RECOVERY_ADDRESS =
      """

      UNION ALL
      SELECT 2, identity_id, a.id, via, NULL, value,
        NULL, NULL, NULL,
        0, NULL, a.created_at, a.updated_at
      FROM\s""";

  private static final String CREDENTIAL =
      """

      UNION ALL
      SELECT 3, identity_id, NULL, credential_type, NULL, NULL,
        config, NULL, NULL,
        version, NULL, a.created_at, a.updated_at
      FROM\s""";

  private static final String IDENTIFIER =
      """

      UNION ALL
      SELECT 4, identity_id, NULL, credential_type, NULL, identifier,
        NULL, NULL, NULL,
        0, NULL, a.created_at, a.updated_at
      FROM\s""";

  private static final String BY_ID =
      IDENTITY
          + "identities WHERE id = ?"
          + VERIFIABLE_ADDRESS
          + "identity_verifiable_addresses a WHERE identity_id = ?"
          + RECOVERY_ADDRESS
          + "identity_recovery_addresses a WHERE identity_id = ?"
          + CREDENTIAL
          + "identity_credentials a WHERE identity_id = ?"
          + IDENTIFIER
          + "identity_credential_identifiers a WHERE identity_id = ?";

  /**
   * SQLite keeps the order of a CROSS JOIN. Of a mere JOIN it does not: it would read the whole
   * table to find what belongs to a page.
   */
  private static final String PAGE =
      IDENTITY
          + "page"
          + VERIFIABLE_ADDRESS
          + "page CROSS JOIN identity_verifiable_addresses a WHERE a.identity_id = page.id"
          + RECOVERY_ADDRESS
          + "page CROSS JOIN identity_recovery_addresses a WHERE a.identity_id = page.id";

  private static final String PAGE_WITH_CREDENTIALS =
      PAGE
          + CREDENTIAL
          + "page CROSS JOIN identity_credentials a WHERE a.identity_id = page.id"
          + IDENTIFIER
          + "page CROSS JOIN identity_credential_identifiers a WHERE a.identity_id = page.id";

  /** The identity with everything that belongs to it. */
  Optional<Identity> find(Transaction work, UUID id) throws SQLException {
    var parts = new IdentityRowMapper();
    work.forEach(BY_ID, List.of(id, id, id, id, id), parts::add);
    return parts.identities().stream().findFirst();
  }

  /** The same, held against all others until the transaction ends. */
  Optional<Identity> lock(Transaction work, UUID id) throws SQLException {
    work.query(
        "SELECT id FROM identities WHERE id = ?" + work.driver().rowLockClause(),
        List.of(id),
        row -> row.uuid(1));
    return find(work, id);
  }

  /** The identity that another system knows by this id. */
  Optional<UUID> idOfExternal(Transaction work, String externalId) throws SQLException {
    return work
        .query(
            "SELECT id FROM identities WHERE external_id = ?",
            List.of(externalId),
            row -> row.uuid(1))
        .stream()
        .findFirst();
  }

  /**
   * The next identities in the order of their ids.
   *
   * @param behind where to go on; empty for the first ones
   * @param limit at most so many; it is part of the statement, so that the database plans for it
   */
  List<Identity> page(
      Transaction work,
      Filter filter,
      Optional<PageToken> behind,
      int limit,
      Credentials credentials)
      throws SQLException {
    SelectStatement page = page(filter, behind, limit, credentials);
    var parts = new IdentityRowMapper();
    work.forEach(page.sql(), page.values(), parts::add);
    return parts.identities();
  }

  /** A page and all that belongs to it. */
  static SelectStatement page(
      Filter filter, Optional<PageToken> behind, int limit, Credentials credentials) {
    List<Object> values = new ArrayList<>(List.of(behind.orElse(PageToken.START).after()));
    var where = new StringBuilder("id > ?");
    if (!filter.ids().isEmpty()) {
      where.append(" AND id IN (").append(placeholders(filter.ids().size())).append(')');
      values.addAll(filter.ids());
    }
    filter
        .identifier()
        .ifPresent(
            identifier -> {
              where.append(
                  " AND id IN (SELECT identity_id FROM identity_credential_identifiers"
                      + " WHERE identifier = ?)");
              values.add(identifier);
            });
    String page =
        "WITH page AS (SELECT * FROM identities WHERE "
            + where
            + " ORDER BY id LIMIT "
            + limit
            + ")\n";
    String parts =
        switch (credentials) {
          case INCLUDE -> PAGE_WITH_CREDENTIALS;
          case OMIT -> PAGE;
        };
    return new SelectStatement(page + parts, values);
  }

  /** Which of these values identities have already. */
  Set<UniqueKey.Value> taken(Transaction work, List<UniqueKey.Value> values) throws SQLException {
    Set<UniqueKey.Value> taken = new HashSet<>();
    for (UniqueKey key : UniqueKey.values()) {
      List<String> texts =
          values.stream()
              .filter(value -> value.key() == key)
              .map(UniqueKey.Value::text)
              .distinct()
              .toList();
      for (int from = 0; from < texts.size(); from += PLACEHOLDERS_MAX) {
        List<String> chunk = texts.subList(from, Math.min(texts.size(), from + PLACEHOLDERS_MAX));
        work.forEach(
            key.sql() + "(" + placeholders(chunk.size()) + ")",
            chunk,
            row -> taken.add(new UniqueKey.Value(key, row.string(1), row.string(2))));
      }
    }
    return taken;
  }

  /** Writes new identities. */
  void insert(Transaction work, List<Identity> identities) throws SQLException {
    List<BatchUpdate> changes = new ArrayList<>();
    changes.add(
        new BatchUpdate(
            """
        INSERT INTO identities (id, schema_id, state, state_changed_at, traits, metadata_public,
          metadata_admin, external_id, organization_id, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
            identities.stream()
                .map(
                    each ->
                        row(
                            each.id(),
                            each.schemaId(),
                            each.state().value(),
                            each.stateChangedAt(),
                            new JsonValue(each.traits()),
                            each.metadataPublic().map(JsonValue::new),
                            each.metadataAdmin().map(JsonValue::new),
                            each.externalId(),
                            each.organizationId(),
                            each.createdAt(),
                            each.updatedAt()))
                .toList()));
    var parts = new Inserts();
    identities.forEach(parts::all);
    parts.addTo(changes);
    work.executeAll(changes);
  }

  /** Writes what is different in an identity that {@link #lock} has read. */
  void update(Transaction work, Identity before, Identity after) throws SQLException {
    List<BatchUpdate> changes = new ArrayList<>();
    changes.add(
        new BatchUpdate(
            """
        UPDATE identities
        SET schema_id = ?, state = ?, state_changed_at = ?, traits = ?, metadata_public = ?,
          metadata_admin = ?, external_id = ?, organization_id = ?, updated_at = ?
        WHERE id = ?\
        """,
            List.of(
                row(
                    after.schemaId(),
                    after.state().value(),
                    after.stateChangedAt(),
                    new JsonValue(after.traits()),
                    after.metadataPublic().map(JsonValue::new),
                    after.metadataAdmin().map(JsonValue::new),
                    after.externalId(),
                    after.organizationId(),
                    after.updatedAt(),
                    after.id()))));
    var inserts = new Inserts();
    updateVerifiableAddresses(changes, before, after, inserts);
    updateRecoveryAddresses(changes, before, after, inserts);
    updateCredentials(changes, before, after, inserts);
    inserts.addTo(changes);
    work.executeAll(changes);
  }

  /** Takes an identity away with everything that belongs to it; false when there was none. */
  boolean delete(Transaction work, UUID id) throws SQLException {
    return work.update("DELETE FROM identities WHERE id = ?", List.of(id)) > 0;
  }

  private static void updateVerifiableAddresses(
      List<BatchUpdate> changes, Identity before, Identity after, Inserts inserts) {
    List<List<Object>> changed = new ArrayList<>();
    for (VerifiableAddress address : after.verifiableAddresses()) {
      Optional<VerifiableAddress> known =
          before.verifiableAddresses().stream()
              .filter(each -> each.id().equals(address.id()))
              .findFirst();
      if (known.isEmpty()) {
        inserts.add(after.id(), address);
      } else if (!known.get().equals(address)) {
        changed.add(
            row(
                address.status().value(),
                address.verified(),
                address.verifiedAt(),
                address.updatedAt(),
                address.id()));
      }
    }
    changes.add(
        new BatchUpdate(
            "DELETE FROM identity_verifiable_addresses WHERE id = ?",
            before.verifiableAddresses().stream()
                .map(VerifiableAddress::id)
                .filter(
                    id -> after.verifiableAddresses().stream().noneMatch(a -> a.id().equals(id)))
                .map(List::of)
                .toList()));
    changes.add(
        new BatchUpdate(
            """
        UPDATE identity_verifiable_addresses
        SET status = ?, verified = ?, verified_at = ?, updated_at = ?
        WHERE id = ?\
        """,
            changed));
  }

  private static void updateRecoveryAddresses(
      List<BatchUpdate> changes, Identity before, Identity after, Inserts inserts) {
    changes.add(
        new BatchUpdate(
            "DELETE FROM identity_recovery_addresses WHERE id = ?",
            before.recoveryAddresses().stream()
                .filter(each -> !after.recoveryAddresses().contains(each))
                .map(each -> List.of(each.id()))
                .toList()));
    after.recoveryAddresses().stream()
        .filter(each -> !before.recoveryAddresses().contains(each))
        .forEach(each -> inserts.add(after.id(), each));
  }

  private static void updateCredentials(
      List<BatchUpdate> changes, Identity before, Identity after, Inserts inserts) {
    List<List<Object>> removed = new ArrayList<>();
    for (Credential credential : before.credentials()) {
      Optional<Credential> kept = after.credential(credential.type());
      for (String identifier : credential.identifiers()) {
        if (kept.isEmpty() || !kept.get().identifiers().contains(identifier)) {
          removed.add(List.of(identifier, credential.type()));
        }
      }
    }
    changes.add(
        new BatchUpdate(
            "DELETE FROM identity_credential_identifiers WHERE identifier = ? AND credential_type = ?",
            removed));
    changes.add(
        new BatchUpdate(
            "DELETE FROM identity_credentials WHERE identity_id = ? AND credential_type = ?",
            before.credentials().stream()
                .filter(each -> after.credential(each.type()).isEmpty())
                .map(each -> List.of(after.id(), each.type()))
                .toList()));
    List<List<Object>> changed = new ArrayList<>();
    for (Credential credential : after.credentials()) {
      Optional<Credential> known = before.credential(credential.type());
      if (known.isEmpty()) {
        inserts.add(after.id(), credential);
        continue;
      }
      if (!known.get().updatedAt().equals(credential.updatedAt())) {
        changed.add(
            row(
                new JsonValue(credential.config()),
                credential.updatedAt(),
                after.id(),
                credential.type()));
      }
      credential.identifiers().stream()
          .filter(each -> !known.get().identifiers().contains(each))
          .forEach(each -> inserts.add(after.id(), credential, each));
    }
    changes.add(
        new BatchUpdate(
            """
        UPDATE identity_credentials
        SET config = ?, updated_at = ?
        WHERE identity_id = ? AND credential_type = ?\
        """,
            changed));
  }

  private static String placeholders(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
  }

  /** Values in order; an empty Optional is NULL. */
  private static List<Object> row(Object... values) {
    return Arrays.asList(
        Arrays.stream(values)
            .map(value -> value instanceof Optional<?> maybe ? maybe.orElse(null) : value)
            .toArray());
  }

  /** New rows of the tables around the identity, a batch for each. */
  private static final class Inserts {
    private final List<List<Object>> verifiable = new ArrayList<>();
    private final List<List<Object>> recovery = new ArrayList<>();
    private final List<List<Object>> credentials = new ArrayList<>();
    private final List<List<Object>> identifiers = new ArrayList<>();

    void all(Identity identity) {
      identity.verifiableAddresses().forEach(each -> add(identity.id(), each));
      identity.recoveryAddresses().forEach(each -> add(identity.id(), each));
      identity.credentials().forEach(each -> add(identity.id(), each));
    }

    void add(UUID owner, VerifiableAddress address) {
      verifiable.add(
          row(
              address.id(),
              owner,
              address.value(),
              address.via(),
              address.status().value(),
              address.verified(),
              address.verifiedAt(),
              address.createdAt(),
              address.updatedAt()));
    }

    void add(UUID owner, RecoveryAddress address) {
      recovery.add(
          row(
              address.id(),
              owner,
              address.value(),
              address.via(),
              address.createdAt(),
              address.updatedAt()));
    }

    void add(UUID owner, Credential credential) {
      credentials.add(
          row(
              owner,
              credential.type(),
              new JsonValue(credential.config()),
              credential.version(),
              credential.createdAt(),
              credential.updatedAt()));
      credential.identifiers().forEach(each -> add(owner, credential, each));
    }

    void add(UUID owner, Credential credential, String identifier) {
      identifiers.add(
          row(
              identifier,
              credential.type(),
              owner,
              credential.updatedAt(),
              credential.updatedAt()));
    }

    /**
     * Identifiers before addresses: of two conflicts, people know the identifier's better. Rows of
     * a unique key are in the key's order, so that two transactions with the same rows do not
     * deadlock.
     */
    void addTo(List<BatchUpdate> changes) {
      identifiers.sort(Comparator.comparing(row -> (String) row.get(0)));
      verifiable.sort(Comparator.comparing(row -> (String) row.get(2)));
      recovery.sort(Comparator.comparing(row -> (String) row.get(2)));
      changes.add(
          new BatchUpdate(
              """
          INSERT INTO identity_credentials (identity_id, credential_type, config, version,
            created_at, updated_at)
          VALUES (?, ?, ?, ?, ?, ?)\
          """,
              credentials));
      changes.add(
          new BatchUpdate(
              """
          INSERT INTO identity_credential_identifiers (identifier, credential_type, identity_id,
            created_at, updated_at)
          VALUES (?, ?, ?, ?, ?)\
          """,
              identifiers));
      changes.add(
          new BatchUpdate(
              """
          INSERT INTO identity_verifiable_addresses (id, identity_id, value, via, status, verified,
            verified_at, created_at, updated_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)\
          """,
              verifiable));
      changes.add(
          new BatchUpdate(
              """
          INSERT INTO identity_recovery_addresses (id, identity_id, value, via, created_at,
            updated_at)
          VALUES (?, ?, ?, ?, ?, ?)\
          """,
              recovery));
    }
  }
}
