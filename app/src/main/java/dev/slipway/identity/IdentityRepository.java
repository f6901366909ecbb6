package dev.slipway.identity;

import dev.slipway.pool.Transaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The SQL of identities. Any number of identities, with all that belongs to them, takes one SELECT.
 * Stateless.
 */
final class IdentityRepository {
  /** Whether credentials are read. */
  enum Credentials {
    INCLUDE,
    OMIT
  }

  /**
   * The identities to list.
   *
   * @param ids empty for any
   * @param identifier of a credential of any type; empty for any
   */
  record Filter(List<UUID> ids, Optional<String> identifier) {
    Filter {
      ids = List.copyOf(ids);
    }
  }

  /** Values of one statement; every database accepts more. */
  private static final int PLACEHOLDERS_MAX = 1000;

  private static final String IDENTITY =
      """
      SELECT 0, id, organization_id, schema_id, state, external_id,
        traits, metadata_public, metadata_admin,
        0, state_changed_at, created_at, updated_at
      FROM\s""";

  /** The addresses of an identity, in the columns of its own row. */
  private static final List<String> ADDRESSES =
      List.of(
          """
          1, identity_id, a.id, via, status, value, NULL, NULL, NULL,
            CASE WHEN verified THEN 1 ELSE 0 END, verified_at, a.created_at, a.updated_at
          FROM %sidentity_verifiable_addresses\
          """,
          """
          2, identity_id, a.id, via, NULL, value, NULL, NULL, NULL,
            0, NULL, a.created_at, a.updated_at
          FROM %sidentity_recovery_addresses\
          """);

  private static final List<String> CREDENTIALS =
      List.of(
          """
          3, identity_id, NULL, credential_type, NULL, NULL, config, NULL, NULL,
            version, NULL, a.created_at, a.updated_at
          FROM %sidentity_credentials\
          """,
          """
          4, identity_id, NULL, credential_type, NULL, identifier, NULL, NULL, NULL,
            0, NULL, a.created_at, a.updated_at
          FROM %sidentity_credential_identifiers\
          """);

  private static final String BY_ID =
      IDENTITY
          + "identities WHERE id = ?"
          + union(ADDRESSES, "", "?")
          + union(CREDENTIALS, "", "?");

  /**
   * SQLite keeps the order of a CROSS JOIN. With a plain JOIN it reads the whole table to find the
   * rows of a page.
   */
  private static final String PAGE =
      IDENTITY + "page" + union(ADDRESSES, "page CROSS JOIN ", "page.id");

  private static final String PAGE_WITH_CREDENTIALS =
      PAGE + union(CREDENTIALS, "page CROSS JOIN ", "page.id");

  private static String union(List<String> selects, String join, String id) {
    return selects.stream()
        .map(
            each ->
                "\nUNION ALL\nSELECT " + each.formatted(join) + " a WHERE a.identity_id = " + id)
        .collect(Collectors.joining());
  }

  /** Finds an identity with its addresses and credentials. */
  Optional<Identity> find(Transaction tx, UUID id) throws SQLException {
    var mapper = new IdentityRowMapper();
    tx.forEach(BY_ID, List.of(id, id, id, id, id), mapper::add);
    return mapper.identities().stream().findFirst();
  }

  /** Finds an identity and locks it until the transaction ends. */
  Optional<Identity> lock(Transaction tx, UUID id) throws SQLException {
    tx.query(
        "SELECT id FROM identities WHERE id = ?" + tx.driver().rowLockClause(),
        List.of(id),
        row -> row.uuid(1));
    return find(tx, id);
  }

  /** Finds an identity by its external id. */
  Optional<Identity> findByExternalId(Transaction tx, String externalId) throws SQLException {
    List<UUID> ids =
        tx.query(
            "SELECT id FROM identities WHERE external_id = ?",
            List.of(externalId),
            row -> row.uuid(1));
    return ids.isEmpty() ? Optional.empty() : find(tx, ids.getFirst());
  }

  /**
   * Reads the next identities in the order of their ids.
   *
   * @param limit part of the statement, so that the database plans for it
   */
  List<Identity> page(
      Transaction tx, Filter filter, Optional<PageToken> after, int limit, Credentials credentials)
      throws SQLException {
    SelectStatement page = page(filter, after, limit, credentials);
    var mapper = new IdentityRowMapper();
    tx.forEach(page.sql(), page.values(), mapper::add);
    return mapper.identities();
  }

  static SelectStatement page(
      Filter filter, Optional<PageToken> after, int limit, Credentials credentials) {
    List<Object> values = new ArrayList<>();
    var where = new StringBuilder("id > ?");
    values.add(after.map(PageToken::id).orElse(new UUID(0, 0)));
    if (!filter.ids().isEmpty()) {
      where.append(" AND id IN ").append(placeholders(filter.ids().size()));
      values.addAll(filter.ids());
    }
    if (filter.identifier().isPresent()) {
      where.append(
          " AND id IN (SELECT identity_id FROM identity_credential_identifiers"
              + " WHERE identifier = ?)");
      values.add(filter.identifier().get());
    }
    String sql =
        "WITH page AS (SELECT * FROM identities WHERE %s ORDER BY id LIMIT %d)\n%s"
            .formatted(
                where,
                limit,
                switch (credentials) {
                  case INCLUDE -> PAGE_WITH_CREDENTIALS;
                  case OMIT -> PAGE;
                });
    return new SelectStatement(sql, values);
  }

  /** The values among these that stored identities have. */
  Set<UniqueKey.Value> taken(Transaction tx, List<UniqueKey.Value> values) throws SQLException {
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
        tx.forEach(
            key.sql() + placeholders(chunk.size()),
            chunk,
            row -> taken.add(new UniqueKey.Value(key, row.string(1), row.string(2))));
      }
    }
    return taken;
  }

  /** Writes new identities, and returns them. */
  List<Identity> insert(Transaction tx, List<Identity> identities) throws SQLException {
    tx.executeAll(IdentityChanges.insert(identities));
    return identities;
  }

  /** Writes the differences to an identity that {@link #lock} has read. */
  void update(Transaction tx, Identity before, Identity after) throws SQLException {
    tx.executeAll(IdentityChanges.update(before, after));
  }

  /** Deletes an identity with all that belongs to it; false if it does not exist. */
  boolean delete(Transaction tx, UUID id) throws SQLException {
    return tx.update("DELETE FROM identities WHERE id = ?", List.of(id)) > 0;
  }

  private static String placeholders(int count) {
    return "(" + String.join(", ", Collections.nCopies(count, "?")) + ")";
  }
}
