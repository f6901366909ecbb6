package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.identity.Extension.Via;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.State;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.identity.Identity.VerifiableAddress.Status;
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
final class IdentityForm {
  private static final int STATE_MAX = 16;
  private static final int SCHEMA_ID_MAX = 255;
  private static final int EXTERNAL_ID_MAX = 255;
  private static final int ADDRESS_MAX = 400;

  private final Schemas schemas;
  private final CredentialsImport credentials;
  private final int bytesMax;

  /**
   * @param bytesMax what an identity's traits, metadata and credentials have together at most, as
   *     whoever lists identities has many of them in memory
   */
  IdentityForm(Schemas schemas, CredentialsImport credentials, int bytesMax) {
    this.schemas = schemas;
    this.credentials = credentials;
    this.bytesMax = bytesMax;
  }

  /**
   * A new identity.
   *
   * @throws Problem 400 for everything that is wrong with it
   */
  Identity create(Fields body, EvaluationBudget budget, Instant now) throws InterruptedException {
    Base base = base(body, Optional.empty(), budget, now);
    SequencedMap<String, Config> imported = imported(body);
    Marks marks = base.marks();
    // By address, since there may be many of both.
    var verifiable = new LinkedHashMap<Marks.Address, VerifiableAddress>();
    for (Marks.Address mark : marks.verifiable()) {
      verifiable.put(mark, pending(mark, now));
    }
    for (Fields each : body.objects("verifiable_addresses")) {
      VerifiableAddress given = given(each, now);
      verifiable.putLast(new Marks.Address(given.via(), given.value()), given);
    }
    var recovery = new LinkedHashMap<Marks.Address, RecoveryAddress>();
    for (Marks.Address mark : marks.recovery()) {
      recovery.put(mark, new RecoveryAddress(Ids.next(now), mark.via(), mark.value(), now, now));
    }
    for (Fields each : body.objects("recovery_addresses")) {
      RecoveryAddress given = recovery(each, now);
      recovery.putIfAbsent(new Marks.Address(given.via(), given.value()), given);
    }
    body.end();
    return bounded(
        base.identity(
            Ids.next(now),
            now,
            List.copyOf(verifiable.values()),
            List.copyOf(recovery.values()),
            credentials(List.of(), imported, marks, now)));
  }

  /**
   * The identity with everything replaced that an update gives; its credentials stay but for those
   * that are given. Addresses follow the traits, and one that stays keeps its state.
   */
  Identity update(Identity before, Fields body, EvaluationBudget budget, Instant now)
      throws InterruptedException {
    Base base = base(body, Optional.of(before), budget, now);
    SequencedMap<String, Config> imported = imported(body);
    body.end();
    return bounded(replaced(before, base, before.verifiableAddresses(), imported, now));
  }

  /**
   * The identity that a patch has made of another one.
   *
   * @param document what {@link IdentityDocument} writes without credentials, patched
   */
  Identity patched(
      Identity before, Fields original, Fields document, EvaluationBudget budget, Instant now) {
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
    for (Fields each : document.objects("verifiable_addresses")) {
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

  private Base base(Fields body, Optional<Identity> before, EvaluationBudget budget, Instant now) {
    IdentitySchema schema =
        schemas.require(body.text("schema_id", SCHEMA_ID_MAX).orElse(schemas.defaultId()));
    Object traits =
        body.value("traits").orElseThrow(() -> Fields.wrong(body.at("traits"), "an object"));
    State state =
        body.text("state", STATE_MAX)
            .map(
                word ->
                    State.named(word)
                        .orElseThrow(() -> Fields.wrong(body.at("state"), "active or inactive")))
            .orElse(before.map(Identity::state).orElse(State.ACTIVE));
    boolean same = before.filter(each -> each.state() == state).isPresent();
    String json = Json.write(traits);
    // Before the schema, which would have to read them all.
    requireBytes(json.getBytes(StandardCharsets.UTF_8).length);
    Marks marks = schema.check(traits, budget);
    return new Base(
        schema.id(),
        state,
        same ? before.flatMap(Identity::stateChangedAt) : Optional.of(now),
        json,
        body.json("metadata_public"),
        body.json("metadata_admin"),
        body.text("external_id", EXTERNAL_ID_MAX).filter(text -> !text.isEmpty()),
        body.uuid("organization_id"),
        now,
        marks);
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
      Marks marks) {
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
    for (Marks.Address mark : base.marks().verifiable()) {
      VerifiableAddress known = knownVerifiable.get(mark);
      verifiable.add(known == null ? pending(mark, now) : known);
    }
    var knownRecovery = new HashMap<Marks.Address, RecoveryAddress>();
    before
        .recoveryAddresses()
        .forEach(
            each -> knownRecovery.putIfAbsent(new Marks.Address(each.via(), each.value()), each));
    List<RecoveryAddress> recovery = new ArrayList<>();
    for (Marks.Address mark : base.marks().recovery()) {
      RecoveryAddress known = knownRecovery.get(mark);
      recovery.add(
          known == null
              ? new RecoveryAddress(Ids.next(now), mark.via(), mark.value(), now, now)
              : known);
    }
    return base.identity(
        before.id(),
        before.createdAt(),
        verifiable,
        recovery,
        credentials(before.credentials(), imported, base.marks(), now));
  }

  /** What a type of credential is made of. */
  record Config(String json, List<String> identifiers) {}

  private SequencedMap<String, Config> imported(Fields body) throws InterruptedException {
    Optional<Fields> given = body.object("credentials");
    return given.isPresent() ? credentials.read(given.get()) : new TreeMap<>();
  }

  /**
   * The credentials that there are now: known ones, with what was imported in their place, and with
   * the identifiers that the traits give to their type.
   */
  private static List<Credential> credentials(
      List<Credential> known, Map<String, Config> imported, Marks marks, Instant now) {
    var types = new LinkedHashSet<String>();
    known.forEach(each -> types.add(each.type()));
    types.addAll(imported.keySet());
    types.addAll(marks.identifiers().keySet());
    List<Credential> credentials = new ArrayList<>();
    for (String type : types) {
      Optional<Credential> before =
          known.stream().filter(each -> each.type().equals(type)).findFirst();
      Optional<Config> config = Optional.ofNullable(imported.get(type));
      List<String> own =
          config
              .map(Config::identifiers)
              .orElse(
                  IdentitySchema.marksIdentifiersOf(type)
                      ? List.of()
                      : before.map(Credential::identifiers).orElse(List.of()));
      List<String> identifiers =
          Stream.concat(own.stream(), marks.identifiers().getOrDefault(type, List.of()).stream())
              .distinct()
              .sorted()
              .toList();
      String json =
          config
              .map(Config::json)
              .or(() -> codes(type, marks, before))
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
  private static Optional<String> codes(String type, Marks marks, Optional<Credential> before) {
    if (!type.equals(CredentialType.CODE.word()) || marks.codes().isEmpty()) {
      return Optional.empty();
    }
    List<Map<String, String>> addresses =
        marks.codes().stream()
            .map(code -> Map.of("channel", code.via(), "address", code.value()))
            .toList();
    Map<String, Object> config = Map.of("addresses", addresses);
    return before
        .map(Credential::config)
        .filter(stored -> Json.read(stored, "a credential").equals(config))
        .or(() -> Optional.of(Json.write(config)));
  }

  private static Map<Marks.Address, VerifiableAddress> byAddress(List<VerifiableAddress> all) {
    var byAddress = new HashMap<Marks.Address, VerifiableAddress>();
    all.forEach(each -> byAddress.putIfAbsent(new Marks.Address(each.via(), each.value()), each));
    return byAddress;
  }

  private static VerifiableAddress pending(Marks.Address mark, Instant now) {
    return new VerifiableAddress(
        Ids.next(now), mark.via(), mark.value(), Status.PENDING, false, Optional.empty(), now, now);
  }

  private static VerifiableAddress given(Fields fields, Instant now) {
    String via = via(fields);
    String value = required(fields, "value", ADDRESS_MAX);
    fields.value("id");
    fields.value("created_at");
    fields.value("updated_at");
    return withState(
        new VerifiableAddress(
            Ids.next(now), via, value, Status.PENDING, false, Optional.empty(), now, now),
        fields,
        now);
  }

  private static RecoveryAddress recovery(Fields fields, Instant now) {
    String via = via(fields);
    String value = required(fields, "value", ADDRESS_MAX);
    fields.value("id");
    fields.value("created_at");
    fields.value("updated_at");
    fields.end();
    return new RecoveryAddress(Ids.next(now), via, value, now, now);
  }

  private static VerifiableAddress patched(
      Map<Marks.Address, VerifiableAddress> before, Fields fields, Instant now) {
    String via = via(fields);
    String value = required(fields, "value", ADDRESS_MAX);
    VerifiableAddress known =
        Optional.ofNullable(before.get(new Marks.Address(via, value)))
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
      VerifiableAddress address, Fields fields, Instant now) {
    boolean verified = fields.flag("verified").orElse(address.verified());
    // A patch that changes one of the two leaves the other as it was sent.
    Status implied =
        verified == address.verified()
            ? address.status()
            : verified ? Status.COMPLETED : Status.PENDING;
    Status status =
        fields
            .text("status", STATE_MAX)
            .map(
                word ->
                    Status.named(word)
                        .orElseThrow(
                            () -> Fields.wrong(fields.at("status"), "pending, sent or completed")))
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

  private static String via(Fields fields) {
    return fields
        .value("via")
        .flatMap(Via::named)
        .map(Via::word)
        .orElseThrow(() -> Fields.wrong(fields.at("via"), "email or sms"));
  }

  private static String required(Fields fields, String name, int charactersMax) {
    return fields
        .text(name, charactersMax)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> Fields.wrong(fields.at(name), "a text"));
  }
}
