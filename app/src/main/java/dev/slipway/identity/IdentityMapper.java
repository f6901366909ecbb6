package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.State;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.identity.Identity.VerifiableAddress.Status;
import dev.slipway.identity.KratosExtension.Via;
import dev.slipway.json.EvaluationBudget;
import dev.slipway.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * From what a client sends to the identity that is to be stored: checks it against its schema and
 * derives identifiers and addresses from the traits. Knows no database. Thread-safe.
 */
final class IdentityMapper {
  private static final int STATE_MAX = 16;
  private static final int SCHEMA_ID_MAX = 255;
  private static final int EXTERNAL_ID_MAX = 255;
  private static final int ADDRESS_MAX = 400;

  private final SchemaRegistry schemas;
  private final CredentialsImport credentials;
  private final int bytesMax;

  /**
   * @param bytesMax what an identity's traits, metadata and credentials have together at most, as
   *     whoever lists identities has many of them in memory
   */
  IdentityMapper(SchemaRegistry schemas, CredentialsImport credentials, int bytesMax) {
    this.schemas = schemas;
    this.credentials = credentials;
    this.bytesMax = bytesMax;
  }

  /**
   * A new identity.
   *
   * @throws Problem 400 for everything that is wrong with it
   */
  Identity create(JsonObjectReader body, EvaluationBudget budget, Instant now)
      throws InterruptedException {
    Base base = base(body, Optional.empty(), budget, now);
    SequencedMap<String, Config> imported = imported(body);
    DerivedIdentifiers derived = base.derived();
    // By address, since there may be many of both.
    var verifiable = new LinkedHashMap<DerivedIdentifiers.Address, VerifiableAddress>();
    for (DerivedIdentifiers.Address address : derived.verifiable()) {
      verifiable.put(address, pending(address, now));
    }
    for (JsonObjectReader each : body.objects("verifiable_addresses")) {
      VerifiableAddress given = given(each, now);
      verifiable.putLast(new DerivedIdentifiers.Address(given.via(), given.value()), given);
    }
    var recovery = new LinkedHashMap<DerivedIdentifiers.Address, RecoveryAddress>();
    for (DerivedIdentifiers.Address address : derived.recovery()) {
      recovery.put(
          address, new RecoveryAddress(Uuids.next(now), address.via(), address.value(), now, now));
    }
    for (JsonObjectReader each : body.objects("recovery_addresses")) {
      RecoveryAddress given = recovery(each, now);
      recovery.putIfAbsent(new DerivedIdentifiers.Address(given.via(), given.value()), given);
    }
    body.end();
    return bounded(
        base.identity(
            Uuids.next(now),
            now,
            List.copyOf(verifiable.values()),
            List.copyOf(recovery.values()),
            credentials(List.of(), imported, derived, now)));
  }

  /**
   * The identity with everything replaced that an update gives; its credentials stay but for those
   * that are given. Addresses follow the traits, and one that stays keeps its state.
   */
  Identity update(Identity before, JsonObjectReader body, EvaluationBudget budget, Instant now)
      throws InterruptedException {
    Base base = base(body, Optional.of(before), budget, now);
    SequencedMap<String, Config> imported = imported(body);
    body.end();
    return bounded(replaced(before, base, before.verifiableAddresses(), imported, now));
  }

  /**
   * The identity that a patch has made of another one.
   *
   * @param document what {@link IdentityJson} writes without credentials, patched
   */
  Identity patched(
      Identity before,
      JsonObjectReader original,
      JsonObjectReader document,
      EvaluationBudget budget,
      Instant now) {
    for (String fixed :
        List.of(
            "id",
            "schema_url",
            "state_changed_at",
            "created_at",
            "updated_at",
            "recovery_addresses",
            "credentials")) {
      if (!original.value(fixed).equals(document.value(fixed))) {
        throw Problem.of(400, "a patch cannot change /" + fixed);
      }
    }
    Base base = base(document, Optional.of(before), budget, now);
    List<VerifiableAddress> states = new ArrayList<>();
    var known = byAddress(before.verifiableAddresses());
    for (JsonObjectReader each : document.objects("verifiable_addresses")) {
      states.add(patched(known, each, now));
    }
    document.end();
    return bounded(replaced(before, base, states, new TreeMap<>(), now));
  }

  private Identity bounded(Identity identity) {
    int bytes =
        Stream.of(
                Stream.of(identity.traits()),
                identity.metadataPublic().stream(),
                identity.metadataAdmin().stream(),
                identity.credentials().stream().map(Credential::config))
            .flatMap(texts -> texts)
            .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
            .sum();
    requireBytes(bytes);
    return identity;
  }

  private void requireBytes(int bytes) {
    if (bytes > bytesMax) {
      throw Problem.of(
          413,
          "traits, metadata and credentials of an identity may have "
              + bytesMax
              + " bytes together, these have "
              + bytes);
    }
  }

  private Base base(
      JsonObjectReader body, Optional<Identity> before, EvaluationBudget budget, Instant now) {
    IdentitySchema schema =
        schemas.require(body.string("schema_id", SCHEMA_ID_MAX).orElse(schemas.defaultId()));
    Object traits =
        body.value("traits")
            .orElseThrow(() -> JsonObjectReader.mustBe(body.at("traits"), "an object"));
    State state =
        body.string("state", STATE_MAX)
            .map(
                word ->
                    State.fromValue(word)
                        .orElseThrow(
                            () -> JsonObjectReader.mustBe(body.at("state"), "active or inactive")))
            .orElse(before.map(Identity::state).orElse(State.ACTIVE));
    boolean same = before.filter(each -> each.state() == state).isPresent();
    String json = Json.write(traits);
    // Before the schema, which would have to read them all.
    requireBytes(json.getBytes(StandardCharsets.UTF_8).length);
    DerivedIdentifiers derived = schema.check(traits, budget);
    return new Base(
        schema.id(),
        state,
        same ? before.flatMap(Identity::stateChangedAt) : Optional.of(now),
        json,
        body.json("metadata_public"),
        body.json("metadata_admin"),
        body.string("external_id", EXTERNAL_ID_MAX).filter(text -> !text.isEmpty()),
        body.uuid("organization_id"),
        now,
        derived);
  }

  /** What an identity is besides its times, addresses and credentials. */
  private record Base(
      String schemaId,
      State state,
      Optional<Instant> stateChangedAt,
      String traits,
      Optional<String> metadataPublic,
      Optional<String> metadataAdmin,
      Optional<String> externalId,
      Optional<UUID> organizationId,
      Instant updatedAt,
      DerivedIdentifiers derived) {
    Identity identity(
        UUID id,
        Instant createdAt,
        List<VerifiableAddress> verifiable,
        List<RecoveryAddress> recovery,
        List<Credential> credentials) {
      return new Identity(
          id,
          schemaId,
          state,
          stateChangedAt,
          traits,
          metadataPublic,
          metadataAdmin,
          externalId,
          organizationId,
          createdAt,
          updatedAt,
          verifiable,
          recovery,
          credentials);
    }
  }

  private static Identity replaced(
      Identity before,
      Base base,
      List<VerifiableAddress> states,
      SequencedMap<String, Config> imported,
      Instant now) {
    var knownVerifiable = byAddress(states);
    List<VerifiableAddress> verifiable = new ArrayList<>();
    for (DerivedIdentifiers.Address address : base.derived().verifiable()) {
      VerifiableAddress known = knownVerifiable.get(address);
      verifiable.add(known == null ? pending(address, now) : known);
    }
    var knownRecovery = new HashMap<DerivedIdentifiers.Address, RecoveryAddress>();
    before
        .recoveryAddresses()
        .forEach(
            each ->
                knownRecovery.putIfAbsent(
                    new DerivedIdentifiers.Address(each.via(), each.value()), each));
    List<RecoveryAddress> recovery = new ArrayList<>();
    for (DerivedIdentifiers.Address address : base.derived().recovery()) {
      RecoveryAddress known = knownRecovery.get(address);
      recovery.add(
          known == null
              ? new RecoveryAddress(Uuids.next(now), address.via(), address.value(), now, now)
              : known);
    }
    return base.identity(
        before.id(),
        before.createdAt(),
        verifiable,
        recovery,
        credentials(before.credentials(), imported, base.derived(), now));
  }

  /** What a type of credential is made of. */
  record Config(String json, List<String> identifiers) {}

  private SequencedMap<String, Config> imported(JsonObjectReader body) throws InterruptedException {
    Optional<JsonObjectReader> given = body.object("credentials");
    return given.isPresent() ? credentials.read(given.get()) : new TreeMap<>();
  }

  /**
   * The credentials that there are now: known ones, with what was imported in their place, and with
   * the identifiers that the traits give to their type.
   */
  private static List<Credential> credentials(
      List<Credential> known,
      Map<String, Config> imported,
      DerivedIdentifiers derived,
      Instant now) {
    var types = new LinkedHashSet<String>();
    known.forEach(each -> types.add(each.type()));
    types.addAll(imported.keySet());
    types.addAll(derived.identifiers().keySet());
    List<Credential> credentials = new ArrayList<>();
    for (String type : types) {
      Optional<Credential> before =
          known.stream().filter(each -> each.type().equals(type)).findFirst();
      Optional<Config> config = Optional.ofNullable(imported.get(type));
      List<String> own =
          config
              .map(Config::identifiers)
              .orElse(
                  IdentitySchema.derivesIdentifiersOf(type)
                      ? List.of()
                      : before.map(Credential::identifiers).orElse(List.of()));
      List<String> identifiers =
          Stream.concat(own.stream(), derived.identifiers().getOrDefault(type, List.of()).stream())
              .distinct()
              .sorted()
              .toList();
      String json =
          config
              .map(Config::json)
              .or(() -> codes(type, derived, before))
              .or(() -> before.map(Credential::config))
              .orElse("{}");
      if (identifiers.isEmpty() && json.equals("{}")) {
        continue;
      }
      boolean same =
          before.isPresent()
              && before.get().config().equals(json)
              && before.get().identifiers().equals(identifiers);
      credentials.add(
          same
              ? before.get()
              : new Credential(
                  type,
                  identifiers,
                  json,
                  before.map(Credential::version).orElse(0),
                  before.map(Credential::createdAt).orElse(now),
                  now));
    }
    return credentials;
  }

  /** Where codes go, as Ory Kratos keeps it; what is stored already keeps its text. */
  private static Optional<String> codes(
      String type, DerivedIdentifiers derived, Optional<Credential> before) {
    if (!type.equals(CredentialType.CODE.value()) || derived.codes().isEmpty()) {
      return Optional.empty();
    }
    List<Map<String, String>> addresses =
        derived.codes().stream()
            .map(code -> Map.of("channel", code.via(), "address", code.value()))
            .toList();
    Map<String, Object> config = Map.of("addresses", addresses);
    return before
        .map(Credential::config)
        .filter(stored -> Json.read(stored, "a credential").equals(config))
        .or(() -> Optional.of(Json.write(config)));
  }

  private static Map<DerivedIdentifiers.Address, VerifiableAddress> byAddress(
      List<VerifiableAddress> all) {
    var byAddress = new HashMap<DerivedIdentifiers.Address, VerifiableAddress>();
    all.forEach(
        each ->
            byAddress.putIfAbsent(new DerivedIdentifiers.Address(each.via(), each.value()), each));
    return byAddress;
  }

  private static VerifiableAddress pending(DerivedIdentifiers.Address address, Instant now) {
    return new VerifiableAddress(
        Uuids.next(now),
        address.via(),
        address.value(),
        Status.PENDING,
        false,
        Optional.empty(),
        now,
        now);
  }

  private static VerifiableAddress given(JsonObjectReader fields, Instant now) {
    String via = via(fields);
    String value = required(fields, "value", ADDRESS_MAX);
    fields.value("id");
    fields.value("created_at");
    fields.value("updated_at");
    return withState(
        new VerifiableAddress(
            Uuids.next(now), via, value, Status.PENDING, false, Optional.empty(), now, now),
        fields,
        now);
  }

  private static RecoveryAddress recovery(JsonObjectReader fields, Instant now) {
    String via = via(fields);
    String value = required(fields, "value", ADDRESS_MAX);
    fields.value("id");
    fields.value("created_at");
    fields.value("updated_at");
    fields.end();
    return new RecoveryAddress(Uuids.next(now), via, value, now, now);
  }

  private static VerifiableAddress patched(
      Map<DerivedIdentifiers.Address, VerifiableAddress> before,
      JsonObjectReader fields,
      Instant now) {
    String via = via(fields);
    String value = required(fields, "value", ADDRESS_MAX);
    VerifiableAddress known =
        Optional.ofNullable(before.get(new DerivedIdentifiers.Address(via, value)))
            .orElseThrow(
                () ->
                    Problem.of(
                        400,
                        fields.at("value")
                            + " is not an address of this identity: addresses come from the"
                            + " traits"));
    fields.value("id");
    fields.value("created_at");
    fields.value("updated_at");
    return withState(known, fields, now);
  }

  /** How far the proof of an address has come, as far as the fields say it. */
  private static VerifiableAddress withState(
      VerifiableAddress address, JsonObjectReader fields, Instant now) {
    boolean verified = fields.bool("verified").orElse(address.verified());
    // A patch that changes one of the two leaves the other as it was sent.
    Status implied =
        verified == address.verified()
            ? address.status()
            : verified ? Status.COMPLETED : Status.PENDING;
    Status status =
        fields
            .string("status", STATE_MAX)
            .map(
                word ->
                    Status.fromValue(word)
                        .orElseThrow(
                            () ->
                                JsonObjectReader.mustBe(
                                    fields.at("status"), "pending, sent or completed")))
            .filter(given -> given != address.status())
            .orElse(implied);
    fields.value("verified_at");
    fields.end();
    if (verified == address.verified() && status == address.status()) {
      return address;
    }
    Optional<Instant> verifiedAt =
        verified ? address.verifiedAt().or(() -> Optional.of(now)) : Optional.empty();
    return new VerifiableAddress(
        address.id(),
        address.via(),
        address.value(),
        status,
        verified,
        verifiedAt,
        address.createdAt(),
        now);
  }

  private static String via(JsonObjectReader fields) {
    return fields
        .value("via")
        .flatMap(Via::fromValue)
        .map(Via::value)
        .orElseThrow(() -> JsonObjectReader.mustBe(fields.at("via"), "email or sms"));
  }

  private static String required(JsonObjectReader fields, String name, int charactersMax) {
    return fields
        .string(name, charactersMax)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> JsonObjectReader.mustBe(fields.at(name), "a text"));
  }
}
