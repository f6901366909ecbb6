package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import dev.slipway.http.Response;
import dev.slipway.http.Route;
import dev.slipway.identity.IdentityRepository.Credentials;
import dev.slipway.identity.IdentityRepository.Filter;
import dev.slipway.json.EvaluationBudget;
import dev.slipway.json.Json;
import dev.slipway.json.JsonPatch;
import dev.slipway.json.JsonWriter;
import dev.slipway.pool.ConnectionPool;
import dev.slipway.pool.DuplicateKeyException;
import dev.slipway.pool.TransactionTemplate;
import dev.slipway.pool.TransactionTemplate.TransactionCallback;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/identities}, compatible with clients of Ory Kratos' admin API: the same parameters,
 * fields, and statuses. A request is one transaction. Thread-safe.
 */
final class IdentityRoutes {
  private static final String COLLECTION = "/admin/identities";
  private static final int IDS_MAX = 500;
  private static final int BATCH_MAX = 1000;

  private static final String TYPES =
      Stream.of(CredentialType.values()).map(ApiValue::value).collect(Collectors.joining(", "));

  /** Attempts of a change that other requests precede. */
  private static final int CHANGE_ATTEMPTS = 50;

  private final TransactionTemplate transactions;
  private final IdentityRepository repository = new IdentityRepository();
  private final IdentityJson identityJson;
  private final IdentityMapper mapper;
  private final PageWriter pageWriter;

  IdentityRoutes(
      ConnectionPool database,
      IdentityMapper mapper,
      PageWriter pageWriter,
      Settings.Identity settings) {
    this.transactions = new TransactionTemplate(database);
    this.identityJson = new IdentityJson(settings.baseUrl());
    this.mapper = mapper;
    this.pageWriter = pageWriter;
  }

  List<Route> routes() {
    String one = COLLECTION + "/{id}";
    return List.of(
        Route.work("GET", COLLECTION, this::list),
        Route.work("POST", COLLECTION, this::create),
        Route.work("PATCH", COLLECTION, this::createBatch),
        Route.work("GET", one, this::get),
        Route.work("PUT", one, this::update),
        Route.work("PATCH", one, this::patch),
        Route.work("DELETE", one, this::delete),
        Route.work("DELETE", one + "/credentials/{type}", this::deleteCredential),
        Route.work("GET", COLLECTION + "/by/external/{externalID}", this::getByExternalId));
  }

  private Response get(Request request) {
    var query = QueryParameters.of(request, "include_credential");
    UUID id = id(request);
    return get(request, query, tx -> repository.find(tx, id));
  }

  private Response getByExternalId(Request request) {
    var query = QueryParameters.of(request, "include_credential");
    String externalId = request.parameter("externalID");
    return get(request, query, tx -> repository.findByExternalId(tx, externalId));
  }

  private Response get(
      Request request, QueryParameters query, TransactionCallback<Optional<Identity>> find) {
    Set<CredentialType> withConfig = withConfig(query);
    return respond(request, 200, transactions.read(find).orElseThrow(this::notFound), withConfig);
  }

  private Response list(Request request) throws InterruptedException {
    var query =
        QueryParameters.of(
            request,
            "page_size, per_page, page_token, page, ids, consistency, credentials_identifier,"
                + " include_credential");
    Optional<String> identifier =
        query
            .string("credentials_identifier", IdentitySchema.IDENTIFIER_MAX)
            .map(DerivedIdentifiers::normalize);
    Optional<Set<CredentialType>> withConfig =
        Optional.of(withConfig(query)).filter(types -> !types.isEmpty() || identifier.isPresent());
    var filter = new Filter(query.uuids("ids", IDS_MAX), identifier);
    IdentityJson writer = identityJson.of(request);
    Credentials credentials = withConfig.isEmpty() ? Credentials.OMIT : Credentials.INCLUDE;
    return pageWriter.write(
        query,
        COLLECTION,
        new PageWriter.Listing<>(
            PageToken::ofIdentities,
            (after, limit) ->
                transactions.read(tx -> repository.page(tx, filter, after, limit, credentials)),
            (json, identity) -> writer.write(json, identity, withConfig),
            PageToken::after));
  }

  private Response create(Request request) throws InterruptedException {
    QueryParameters.requireNone(request);
    Identity identity =
        mapper.create(JsonObjectReader.of(request.body()), new EvaluationBudget(), now());
    write(identity, tx -> repository.insert(tx, List.of(identity)));
    return respond(request, 201, identity, Set.of())
        .header("Location", COLLECTION + "/" + identity.id());
  }

  /** Creates all valid items in one transaction; the response contains the result of each. */
  private Response createBatch(Request request) throws InterruptedException {
    QueryParameters.requireNone(request);
    JsonObjectReader body = JsonObjectReader.of(request.body());
    List<JsonObjectReader> patches = body.objects("identities");
    body.end();
    if (patches.size() > BATCH_MAX) {
      throw Problem.of(400, "/identities may have " + BATCH_MAX + " items");
    }
    var batch = new BatchCreation(repository);
    var budget = new EvaluationBudget();
    for (JsonObjectReader patch : patches) {
      Optional<UUID> patchId = patch.uuid("patch_id");
      JsonObjectReader create = patch.requiredObject("create");
      patch.end();
      try {
        batch.add(patchId, mapper.create(create, budget, now()));
      } catch (Problem problem) {
        batch.add(patchId, problem);
      }
    }
    transactions.write(batch::insert);
    return Response.json(200, batch.json());
  }

  private Response update(Request request) throws InterruptedException {
    QueryParameters.requireNone(request);
    UUID id = id(request);
    byte[] body = request.body();
    var budget = new EvaluationBudget();
    return respond(
        request,
        200,
        change(id, before -> mapper.update(before, JsonObjectReader.of(body), budget, now())),
        Set.of());
  }

  private Response patch(Request request) throws InterruptedException {
    QueryParameters.requireNone(request);
    UUID id = id(request);
    Object patch = JsonObjectReader.document(request.body());
    var budget = new EvaluationBudget();
    IdentityJson writer = identityJson.of(request);
    return respond(
        request, 200, change(id, before -> patched(before, writer, patch, budget)), Set.of());
  }

  private Identity patched(
      Identity before, IdentityJson writer, @Nullable Object patch, EvaluationBudget budget) {
    var json = new JsonWriter();
    writer.write(json, before, Optional.empty());
    Object original = Json.read(json.end(), "the identity");
    Object patched;
    try {
      patched = JsonPatch.apply(patch, original);
    } catch (SlipwayException e) {
      throw Problem.of(400, e.getMessage());
    }
    return mapper.patch(
        before, JsonObjectReader.of(original, ""), JsonObjectReader.of(patched, ""), budget, now());
  }

  private Response delete(Request request) {
    QueryParameters.requireNone(request);
    UUID id = id(request);
    if (transactions.write(tx -> repository.delete(tx, id))) {
      return Response.empty(204);
    }
    throw notFound();
  }

  /** Deletes a second factor, or one of the subjects at identity providers. */
  private Response deleteCredential(Request request) throws InterruptedException {
    var query = QueryParameters.of(request, "identifier");
    UUID id = id(request);
    String type = request.parameter("type");
    Optional<String> identifier = query.string("identifier");
    change(id, before -> CredentialRemoval.remove(before, type, identifier, now()));
    return Response.empty(204);
  }

  private interface Change {
    Identity apply(Identity before) throws InterruptedException;
  }

  /**
   * Changes an identity. The change is computed before the row is locked, since hashing a password
   * takes long. If another request has changed the identity meanwhile, it is computed again.
   */
  private Identity change(UUID id, Change change) throws InterruptedException {
    Identity before = transactions.read(tx -> repository.find(tx, id)).orElseThrow(this::notFound);
    for (int attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
      Identity known = before;
      Identity after = change.apply(known);
      Identity locked =
          write(
              after,
              tx -> {
                Identity now = repository.lock(tx, id).orElseThrow(this::notFound);
                if (now.equals(known)) {
                  repository.update(tx, known, after);
                }
                return now;
              });
      if (locked.equals(known)) {
        return after;
      }
      before = locked;
    }
    throw Problem.unavailable("too many others change this identity");
  }

  private <T> T write(Identity identity, TransactionCallback<T> callback) {
    try {
      return transactions.write(callback);
    } catch (DuplicateKeyException e) {
      throw ConflictProblem.of(e, identity);
    }
  }

  private Response respond(
      Request request, int status, Identity identity, Set<CredentialType> withConfig) {
    var json = new JsonWriter();
    identityJson.of(request).write(json, identity, Optional.of(withConfig));
    return Response.json(status, json.end());
  }

  private Problem notFound() {
    return Problem.of(404, "there is no such identity");
  }

  private static UUID id(Request request) {
    return Uuids.parse(request.parameter("id"))
        .orElseThrow(() -> Problem.of(404, "an identity's id is a UUID"));
  }

  private static Set<CredentialType> withConfig(QueryParameters query) {
    var types = EnumSet.noneOf(CredentialType.class);
    for (String name : query.list("include_credential")) {
      types.add(
          ApiValue.parse(CredentialType.class, name)
              .orElseThrow(() -> Problem.of(400, "include_credential must be one of " + TYPES)));
    }
    return types;
  }

  /** The time in microseconds, the precision of the databases. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
