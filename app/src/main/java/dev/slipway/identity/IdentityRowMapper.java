package dev.slipway.identity;

import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.pool.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Puts identities together from rows that come in any order: one for each identity and one for each
 * thing that belongs to one, all in the columns that {@link IdentityRepository} selects.
 */
final class IdentityRowMapper {
  private static final Comparator<String> ORDER = Comparator.naturalOrder();

  /** By the text of the id, which is the order of the databases. */
  private final Map<String, Parts> byId = new TreeMap<>(ORDER);

  private interface Base {
    Identity with(Parts parts);
  }

  private static final class Parts {
    private Base base;
    private final List<VerifiableAddress> verifiable = new ArrayList<>(1);
    private final List<RecoveryAddress> recovery = new ArrayList<>(1);
    private final List<Credential> credentials = new ArrayList<>(1);
    private final Map<String, List<String>> identifiers = new HashMap<>(4);
  }

  void add(Row row) throws SQLException {
    Parts parts = byId.computeIfAbsent(row.string(2), any -> new Parts());
    switch (row.integer(1)) {
      case 0 -> parts.base = base(row);
      case 1 -> parts.verifiable.add(verifiable(row));
      case 2 -> parts.recovery.add(recovery(row));
      case 3 -> parts.credentials.add(credential(row));
      case 4 ->
          parts
              .identifiers
              .computeIfAbsent(row.string(4), any -> new ArrayList<>(2))
              .add(row.string(6));
      default -> throw new IllegalStateException("no such part: " + row.integer(1));
    }
  }

  /** The identities in the order of their ids. */
  List<Identity> identities() {
    return byId.values().stream().map(parts -> parts.base.with(parts)).toList();
  }

  private static Base base(Row row) throws SQLException {
    UUID id = row.uuid(2);
    var organization = row.optionalUuid(3);
    String schema = row.string(4);
    Identity.State state = Identity.State.fromValue(row.string(5)).orElse(Identity.State.INACTIVE);
    var external = row.optionalString(6);
    String traits = row.string(7);
    var metadataPublic = row.optionalString(8);
    var metadataAdmin = row.optionalString(9);
    var stateChangedAt = row.optionalInstant(11);
    var createdAt = row.instant(12);
    var updatedAt = row.instant(13);
    return parts ->
        new Identity(
            id,
            schema,
            state,
            stateChangedAt,
            traits,
            metadataPublic,
            metadataAdmin,
            external,
            organization,
            createdAt,
            updatedAt,
            sorted(
                parts.verifiable,
                Comparator.comparing(VerifiableAddress::via)
                    .thenComparing(VerifiableAddress::value)),
            sorted(
                parts.recovery,
                Comparator.comparing(RecoveryAddress::via).thenComparing(RecoveryAddress::value)),
            sorted(parts.credentials, Comparator.comparing(Credential::type)).stream()
                .map(each -> withIdentifiers(each, parts))
                .toList());
  }

  private static <T> List<T> sorted(List<T> list, Comparator<T> order) {
    if (list.size() > 1) {
      list.sort(order);
    }
    return list;
  }

  private static Credential withIdentifiers(Credential credential, Parts parts) {
    return new Credential(
        credential.type(),
        sorted(parts.identifiers.getOrDefault(credential.type(), new ArrayList<>()), ORDER),
        credential.config(),
        credential.version(),
        credential.createdAt(),
        credential.updatedAt());
  }

  private static VerifiableAddress verifiable(Row row) throws SQLException {
    return new VerifiableAddress(
        row.uuid(3),
        row.string(4),
        row.string(6),
        VerifiableAddress.Status.fromValue(row.string(5)).orElse(VerifiableAddress.Status.PENDING),
        row.integer(10) != 0,
        row.optionalInstant(11),
        row.instant(12),
        row.instant(13));
  }

  private static RecoveryAddress recovery(Row row) throws SQLException {
    return new RecoveryAddress(
        row.uuid(3), row.string(4), row.string(6), row.instant(12), row.instant(13));
  }

  private static Credential credential(Row row) throws SQLException {
    return new Credential(
        row.string(4), List.of(), row.string(7), row.integer(10), row.instant(12), row.instant(13));
  }
}
