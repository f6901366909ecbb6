package dev.slipway.identity;

import dev.slipway.pool.DuplicateKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What no two identities have in common, for each of which the database has a unique key. */
enum UniqueKey {
  IDENTIFIER(
      "identity_credential_identifiers",
      "the identifier",
      "SELECT identifier, credential_type FROM identity_credential_identifiers"
          + " WHERE identifier IN "),
  VERIFIABLE_ADDRESS(
      "identity_verifiable_addresses",
      "the verifiable address",
      "SELECT value, via FROM identity_verifiable_addresses WHERE value IN "),
  RECOVERY_ADDRESS(
      "identity_recovery_addresses",
      "the recovery address",
      "SELECT value, via FROM identity_recovery_addresses WHERE value IN "),
  EXTERNAL_ID(
      "identities",
      "the external id",
      "SELECT external_id, '' FROM identities WHERE external_id IN ");

  private final String table;
  private final String label;
  private final String sql;

  UniqueKey(String table, String label, String sql) {
    this.table = table;
    this.label = label;
    this.sql = sql;
  }

  /** The one that has refused a row. */
  static UniqueKey of(DuplicateKeyException duplicate) {
    return Arrays.stream(values())
        .filter(each -> duplicate.isIn(each.table))
        .findFirst()
        .orElseThrow(() -> duplicate);
  }

  /** What it is about, in words. */
  String label() {
    return label;
  }

  /** Which of some texts are taken, and in which kinds: a SELECT up to the list in parentheses. */
  String sql() {
    return sql;
  }

  /**
   * What one identity alone can have.
   *
   * @param kind the type of credential, or the way to an address; empty for an external id
   */
  record Value(UniqueKey key, String text, String kind) {
    /** All that an identity has. */
    static List<Value> of(Identity identity) {
      List<Value> values = new ArrayList<>();
      for (Identity.Credential credential : identity.credentials()) {
        for (String identifier : credential.identifiers()) {
          values.add(new Value(IDENTIFIER, identifier, credential.type()));
        }
      }
      identity
          .verifiableAddresses()
          .forEach(each -> values.add(new Value(VERIFIABLE_ADDRESS, each.value(), each.via())));
      identity
          .recoveryAddresses()
          .forEach(each -> values.add(new Value(RECOVERY_ADDRESS, each.value(), each.via())));
      identity.externalId().ifPresent(id -> values.add(new Value(EXTERNAL_ID, id, "")));
      return values;
    }

    /** It, and for an identifier the type of credential. */
    String describe() {
      return key == IDENTIFIER ? text + " (" + kind + ")" : text;
    }
  }
}
