package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.identity.Address.Via;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.identity.Identity.VerifiableAddress.Status;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Reads the addresses in a request's body. */
final class AddressReader {
  private static final int ADDRESS_MAX = 400;

  private AddressReader() {}

  /**
   * Reads a new verifiable address.
   *
   * @throws Problem 400 if it is invalid
   */
  static VerifiableAddress verifiable(JsonObjectReader fields, Instant now) {
    return withStatus(VerifiableAddress.pending(address(fields), now), fields, now);
  }

  /**
   * Reads a new recovery address.
   *
   * @throws Problem 400 if it is invalid
   */
  static RecoveryAddress recovery(JsonObjectReader fields, Instant now) {
    Address address = address(fields);
    fields.end();
    return RecoveryAddress.of(address, now);
  }

  /**
   * Reads the new status of a known address.
   *
   * @throws Problem 400 if it is invalid, or an address that is not known
   */
  static VerifiableAddress patched(
      Map<Address, VerifiableAddress> known, JsonObjectReader fields, Instant now) {
    VerifiableAddress address = known.get(address(fields));
    if (address == null) {
      throw Problem.of(
          400,
          fields.at("value")
              + " is not an address of this identity: addresses come from the traits");
    }
    return withStatus(address, fields, now);
  }

  private static Address address(JsonObjectReader fields) {
    Via via =
        fields
            .value("via")
            .flatMap(value -> ApiValue.parse(Via.class, value))
            .orElseThrow(() -> fields.mustBe("via", "email or sms"));
    fields.ignore("id", "created_at", "updated_at");
    return new Address(via.value(), fields.requiredString("value", ADDRESS_MAX));
  }

  private static VerifiableAddress withStatus(
      VerifiableAddress address, JsonObjectReader fields, Instant now) {
    boolean verified = fields.bool("verified").orElse(address.verified());
    // A patch that changes one of the two fields leaves the other as it was sent.
    Status implied =
        verified == address.verified()
            ? address.status()
            : verified ? Status.COMPLETED : Status.PENDING;
    Status status =
        fields
            .constant("status", Status.class, "pending, sent or completed")
            .filter(given -> given != address.status())
            .orElse(implied);
    fields.ignore("verified_at");
    fields.end();
    if (verified == address.verified() && status == address.status()) {
      return address;
    }
    return new VerifiableAddress(
        address.id(),
        address.address(),
        status,
        verified,
        verified ? address.verifiedAt().or(() -> Optional.of(now)) : Optional.empty(),
        address.createdAt(),
        now);
  }
}
