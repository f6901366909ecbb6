package dev.slipway.identity;

import dev.slipway.db.DuplicateKey;
import dev.slipway.http.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From a unique key that refused a row to words about the identity that was sent. */
final class Conflict {
  private Conflict() {}

  /** 409 that names what another identity has already. */
  static Problem of(DuplicateKey duplicate, Identity identity) {
    String what;
    if (duplicate.in("identity_credential_identifiers")) {
      what =
          named(
              "the identifier",
              identity.credentials().stream().flatMap(each -> each.identifiers().stream()));
    } else if (duplicate.in("identity_verifiable_addresses")) {
      what =
          named(
              "the verifiable address",
              identity.verifiableAddresses().stream().map(each -> each.value()));
    } else if (duplicate.in("identity_recovery_addresses")) {
      what =
          named(
              "the recovery address",
              identity.recoveryAddresses().stream().map(each -> each.value()));
    } else {
      what = named("the external id", identity.externalId().stream());
    }
    return Problem.of(
        409, "this identity conflicts with another one, which has " + what + " already");
  }

  private static String named(String kind, Stream<String> candidates) {
    List<String> values = candidates.distinct().limit(10).toList();
    return values.size() == 1
        ? kind + " " + values.getFirst()
        : "one of these: " + values.stream().collect(Collectors.joining(", ", kind + "s ", ""));
  }
}
