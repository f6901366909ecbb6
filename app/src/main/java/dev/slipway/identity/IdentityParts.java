package dev.slipway.identity;

import dev.slipway.db.Row;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.VerifiableAddress;
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
final class IdentityParts {
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
    Parts parts = byId.computeIfAbsent(row.text(2), any -> new Parts());
    switch (row.number(1)) {
      case 0 -> parts.base = base(row);
      case 1 -> parts.verifiable.add(verifiable(row));
      case 2 -> parts.recovery.add(recovery(row));
      case 3 -> parts.credentials.add(credential(row));
      case 4 ->
          parts
              .identifiers
              .computeIfAbsent(row.text(4), any -> new ArrayList<>(2))
              .add(row.text(6));
      default -> throw new IllegalStateException("no such part: " + row.number(1));
    }
  }

  /** The identities in the order of their ids. */
  List<Identity> identities() {
    return byId.values().stream().map(parts -> parts.base.with(parts)).toList();
  }

  private static Base base(Row row) throws SQLException {
    UUID id = row.uuid(2);
    var organization = row.optionalUuid(3);
    String schema = row.text(4);
    Identity.State state = Identity.State.named(row.text(5)).orElse(Identity.State.INACTIVE);
    var external = row.optionalText(6);
    String traits = row.text(7);
    var metadataPublic = row.optionalText(8);
    var metadataAdmin = row.optionalText(9);
    var stateChangedAt = row.optionalTime(11);
    var createdAt = row.time(12);
    var updatedAt = row.time(13);
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
        row.text(4),
        row.text(6),
        VerifiableAddress.Status.named(row.text(5)).orElse(VerifiableAddress.Status.PENDING),
        row.number(10) != 0,
        row.optionalTime(11),
        row.time(12),
        row.time(13));
  }

  private static RecoveryAddress recovery(Row row) throws SQLException {
    return new RecoveryAddress(row.uuid(3), row.text(4), row.text(6), row.time(12), row.time(13));
  }

  private static Credential credential(Row row) throws SQLException {
    return new Credential(
        row.text(4), List.of(), row.text(7), row.number(10), row.time(12), row.time(13));
  }
}
