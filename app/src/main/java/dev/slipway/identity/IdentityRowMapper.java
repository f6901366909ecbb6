package dev.slipway.identity;

import dev.slipway.identity.Identity.Attributes;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.State;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.identity.Identity.VerifiableAddress.Status;
import dev.slipway.pool.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Maps rows in any order to identities: one row for each identity and one for each of its
 * addresses, credentials, and identifiers, in the columns that {@link IdentityRepository} selects.
 */
final class IdentityRowMapper {
  /** By the text of the id, which is the order of the databases. */
  private final Map<String, Parts> byId = new TreeMap<>();

  private static final class Parts {
    /** From the row of the identity itself, without what other rows contain. */
    private @Nullable Identity identity;

    private final List<VerifiableAddress> verifiable = new ArrayList<>(1);
    private final List<RecoveryAddress> recovery = new ArrayList<>(1);
    private final List<Credential> credentials = new ArrayList<>(1);
    private final Map<String, List<String>> identifiers = new HashMap<>(4);

    Identity assemble() {
      verifiable.sort(Comparator.comparing(VerifiableAddress::address, Address.ORDER));
      recovery.sort(Comparator.comparing(RecoveryAddress::address, Address.ORDER));
      credentials.sort(Comparator.comparing(Credential::type));
      identifiers.values().forEach(each -> each.sort(null));
      credentials.replaceAll(
          each ->
              new Credential(
                  each.type(),
                  identifiers.getOrDefault(each.type(), List.of()),
                  each.config(),
                  each.version(),
                  each.createdAt(),
                  each.updatedAt()));
      // IdentityRepository selects no row of an identity without the identity's own.
      Identity own = Objects.requireNonNull(identity);
      return new Identity(
          own.id(),
          own.attributes(),
          own.createdAt(),
          own.updatedAt(),
          verifiable,
          recovery,
          credentials);
    }
  }

  void add(Row row) throws SQLException {
    Parts parts = byId.computeIfAbsent(row.string(2), _ -> new Parts());
    switch (row.integer(1)) {
      case 0 ->
          parts.identity =
              new Identity(
                  row.uuid(2),
                  attributes(row),
                  row.instant(12),
                  row.instant(13),
                  List.of(),
                  List.of(),
                  List.of());
      case 1 -> parts.verifiable.add(verifiable(row));
      case 2 -> parts.recovery.add(recovery(row));
      case 3 -> parts.credentials.add(credential(row));
      case 4 ->
          parts
              .identifiers
              .computeIfAbsent(row.string(4), _ -> new ArrayList<>(2))
              .add(row.string(6));
      default -> throw new IllegalStateException("unknown row type: " + row.integer(1));
    }
  }

  /** The identities in the order of their ids. */
  List<Identity> identities() {
    return byId.values().stream().map(Parts::assemble).toList();
  }

  private static Attributes attributes(Row row) throws SQLException {
    return new Attributes(
        row.string(4),
        ApiValue.parse(State.class, row.string(5)).orElse(State.INACTIVE),
        row.optionalInstant(11),
        row.string(7),
        row.optionalString(8),
        row.optionalString(9),
        row.optionalString(6),
        row.optionalUuid(3));
  }

  private static VerifiableAddress verifiable(Row row) throws SQLException {
    return new VerifiableAddress(
        row.uuid(3),
        new Address(row.string(4), row.string(6)),
        ApiValue.parse(Status.class, row.string(5)).orElse(Status.PENDING),
        row.integer(10) != 0,
        row.optionalInstant(11),
        row.instant(12),
        row.instant(13));
  }

  private static RecoveryAddress recovery(Row row) throws SQLException {
    return new RecoveryAddress(
        row.uuid(3), new Address(row.string(4), row.string(6)), row.instant(12), row.instant(13));
  }

  private static Credential credential(Row row) throws SQLException {
    return new Credential(
        row.string(4), List.of(), row.string(7), row.integer(10), row.instant(12), row.instant(13));
  }
}
