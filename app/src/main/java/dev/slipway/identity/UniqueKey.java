package dev.slipway.identity;

import dev.slipway.pool.DuplicateKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The unique keys of the database: values that no two identities share. */
enum UniqueKey {
  IDENTIFIER("the identifier", "identity_credential_identifiers", "identifier", "credential_type"),
  VERIFIABLE_ADDRESS("the verifiable address", "identity_verifiable_addresses", "value", "via"),
  RECOVERY_ADDRESS("the recovery address", "identity_recovery_addresses", "value", "via"),
  EXTERNAL_ID("the external id", "identities", "external_id", "''");

  private final String label;
  private final String table;
  private final String sql;

  UniqueKey(String label, String table, String column, String kind) {
    this.label = label;
    this.table = table;
    this.sql = "SELECT %s, %s FROM %s WHERE %1$s IN ".formatted(column, kind, table);
  }

  /** The key that rejected a row. */
  static UniqueKey of(DuplicateKeyException duplicate) {
    return Arrays.stream(values())
        .filter(each -> duplicate.isIn(each.table))
        .findFirst()
        .orElseThrow(() -> duplicate);
  }

  /** The name of the key, for messages. */
  String label() {
    return label;
  }

  /** The SELECT of stored values and their kinds, up to the list of values in parentheses. */
  String sql() {
    return sql;
  }

  /**
   * A value that only one identity can have.
   *
   * @param kind the credential type or the channel of an address; empty for an external id
   */
  record Value(UniqueKey key, String text, String kind) {
    /** The values of an identity. */
    static List<Value> of(Identity identity) {
      List<Value> values = new ArrayList<>();
      for (Identity.Credential credential : identity.credentials()) {
        for (String identifier : credential.identifiers()) {
          values.add(new Value(IDENTIFIER, identifier, credential.type()));
        }
      }
      identity
          .verifiableAddresses()
          .forEach(each -> add(values, VERIFIABLE_ADDRESS, each.address()));
      identity.recoveryAddresses().forEach(each -> add(values, RECOVERY_ADDRESS, each.address()));
      identity
          .attributes()
          .externalId()
          .ifPresent(id -> values.add(new Value(EXTERNAL_ID, id, "")));
      return values;
    }

    private static void add(List<Value> values, UniqueKey key, Address address) {
      values.add(new Value(key, address.value(), address.via()));
    }

    /** The value, and for an identifier its credential type. */
    String describe() {
      return key == IDENTIFIER ? text + " (" + kind + ")" : text;
    }
  }
}
