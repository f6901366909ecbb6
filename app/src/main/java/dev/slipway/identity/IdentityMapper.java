package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.identity.CredentialsImport.Config;
import dev.slipway.identity.Identity.Attributes;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.State;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.json.EvaluationBudget;
import dev.slipway.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Maps a request's body to the identity to store: validates it against its schema and derives
 * identifiers and addresses from the traits. Never accesses the database. Thread-safe.
 */
final class IdentityMapper {
  private static final int SCHEMA_ID_MAX = 255;
  private static final int EXTERNAL_ID_MAX = 255;

  private static final String[] READ_ONLY =
      "id schema_url state_changed_at created_at updated_at recovery_addresses credentials"
          .split(" ");

  private final SchemaRegistry schemas;
  private final CredentialsImport credentials;
  private final int bytesMax;

  /**
   * A mapper to identities of limited size, since lists hold many of them in memory.
   *
   * @param bytesMax of traits, metadata, and credentials together
   */
  IdentityMapper(SchemaRegistry schemas, CredentialsImport credentials, int bytesMax) {
    this.schemas = schemas;
    this.credentials = credentials;
    this.bytesMax = bytesMax;
  }

  /**
   * Maps to a new identity.
   *
   * @throws Problem 400 if the body is invalid
   */
  Identity create(JsonObjectReader body, EvaluationBudget budget, Instant now)
      throws InterruptedException {
    Validated validated = validate(body, Optional.empty(), budget, now);
    Map<String, Config> imported = imported(body);
    DerivedIdentifiers derived = validated.derived();
    var verifiable = new LinkedHashMap<Address, VerifiableAddress>();
    derived
        .verifiable()
        .forEach(each -> verifiable.put(each, VerifiableAddress.pending(each, now)));
    for (JsonObjectReader each : body.objects("verifiable_addresses")) {
      VerifiableAddress given = AddressReader.verifiable(each, now);
      verifiable.putLast(given.address(), given);
    }
    var recovery = new LinkedHashMap<Address, RecoveryAddress>();
    derived.recovery().forEach(each -> recovery.put(each, RecoveryAddress.of(each, now)));
    for (JsonObjectReader each : body.objects("recovery_addresses")) {
      RecoveryAddress given = AddressReader.recovery(each, now);
      recovery.putIfAbsent(given.address(), given);
    }
    body.end();
    return requireSize(
        new Identity(
            Uuids.next(now),
            validated.attributes(),
            now,
            now,
            List.copyOf(verifiable.values()),
            List.copyOf(recovery.values()),
            CredentialMerger.merge(List.of(), imported, derived, now)));
  }

  /**
   * Maps to an identity whose attributes are replaced. Keeps credentials of types that the body
   * does not contain, and the status of addresses that the traits still contain.
   *
   * @throws Problem 400 if the body is invalid
   */
  Identity update(Identity before, JsonObjectReader body, EvaluationBudget budget, Instant now)
      throws InterruptedException {
    Validated validated = validate(body, Optional.of(before.attributes()), budget, now);
    Map<String, Config> imported = imported(body);
    body.end();
    return replace(before, validated, before.verifiableAddresses(), imported, now);
  }

  /**
   * Maps to a patched identity.
   *
   * @param original the document that {@link IdentityJson} writes without credentials
   * @param document the same, patched
   * @throws Problem 400 if the document is invalid, or a read-only field has changed
   */
  Identity patch(
      Identity before,
      JsonObjectReader original,
      JsonObjectReader document,
      EvaluationBudget budget,
      Instant now) {
    for (String field : READ_ONLY) {
      if (!original.value(field).equals(document.value(field))) {
        throw Problem.of(400, "a patch cannot change /" + field);
      }
    }
    Validated validated = validate(document, Optional.of(before.attributes()), budget, now);
    var known = byAddress(before.verifiableAddresses(), VerifiableAddress::address);
    List<VerifiableAddress> verifiable =
        document.objects("verifiable_addresses").stream()
            .map(each -> AddressReader.patched(known, each, now))
            .toList();
    document.end();
    return replace(before, validated, verifiable, Map.of(), now);
  }

  /** Valid attributes, and what their schema derives from the traits. */
  private record Validated(Attributes attributes, DerivedIdentifiers derived) {}

  private Validated validate(
      JsonObjectReader body, Optional<Attributes> known, EvaluationBudget budget, Instant now) {
    IdentitySchema schema =
        schemas.require(
            body.string("schema_id", SCHEMA_ID_MAX)
                .filter(id -> !id.isEmpty())
                .orElse(schemas.defaultId()));
    Object traits = body.value("traits").orElseThrow(() -> body.mustBe("traits", "an object"));
    State state =
        body.constant("state", State.class, "active or inactive")
            .or(() -> known.map(Attributes::state))
            .orElse(State.ACTIVE);
    boolean sameState = known.filter(each -> each.state() == state).isPresent();
    String json = Json.write(traits);
    // Before the schema, which would have to read them all.
    requireBytes(utf8Length(json));
    DerivedIdentifiers derived = schema.check(traits, budget);
    return new Validated(
        new Attributes(
            schema.id(),
            state,
            sameState ? known.flatMap(Attributes::stateChangedAt) : Optional.of(now),
            json,
            body.json("metadata_public"),
            body.json("metadata_admin"),
            body.string("external_id", EXTERNAL_ID_MAX).filter(text -> !text.isEmpty()),
            body.uuid("organization_id")),
        derived);
  }

  private Map<String, Config> imported(JsonObjectReader body) throws InterruptedException {
    Optional<JsonObjectReader> given = body.object("credentials");
    return given.isPresent() ? credentials.read(given.get()) : Map.of();
  }

  private Identity replace(
      Identity before,
      Validated validated,
      List<VerifiableAddress> verifiable,
      Map<String, Config> imported,
      Instant now) {
    DerivedIdentifiers derived = validated.derived();
    var knownVerifiable = byAddress(verifiable, VerifiableAddress::address);
    var knownRecovery = byAddress(before.recoveryAddresses(), RecoveryAddress::address);
    return requireSize(
        new Identity(
            before.id(),
            validated.attributes(),
            before.createdAt(),
            now,
            keep(
                derived.verifiable(),
                knownVerifiable,
                each -> VerifiableAddress.pending(each, now)),
            keep(derived.recovery(), knownRecovery, each -> RecoveryAddress.of(each, now)),
            CredentialMerger.merge(before.credentials(), imported, derived, now)));
  }

  /** The rows of addresses: known ones where there are some, otherwise new ones. */
  private static <T> List<T> keep(
      List<Address> addresses, Map<Address, T> known, Function<Address, T> create) {
    return addresses.stream()
        .map(each -> known.containsKey(each) ? known.get(each) : create.apply(each))
        .toList();
  }

  private static <T> Map<Address, T> byAddress(List<T> rows, Function<T, Address> address) {
    return rows.stream().collect(Collectors.toMap(address, each -> each, (first, _) -> first));
  }

  private Identity requireSize(Identity identity) {
    requireBytes(
        Stream.of(
                Stream.of(identity.attributes().traits()),
                identity.attributes().metadataPublic().stream(),
                identity.attributes().metadataAdmin().stream(),
                identity.credentials().stream().map(Credential::config))
            .flatMap(texts -> texts)
            .mapToInt(IdentityMapper::utf8Length)
            .sum());
    return identity;
  }

  private void requireBytes(int bytes) {
    if (bytes > bytesMax) {
      throw Problem.of(
          413,
          "traits, metadata and credentials of an identity may have %d bytes together, these have %d"
              .formatted(bytesMax, bytes));
    }
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
