package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import dev.slipway.http.Response;
import dev.slipway.http.Route;
import dev.slipway.identity.IdentityJson.CredentialView;
import dev.slipway.identity.IdentityRepository.Credentials;
import dev.slipway.identity.IdentityRepository.Filter;
import dev.slipway.json.EvaluationBudget;
import dev.slipway.json.Json;
import dev.slipway.json.JsonPatch;
import dev.slipway.json.JsonWriter;
import dev.slipway.pool.ConnectionPool;
import dev.slipway.pool.DuplicateKeyException;
import dev.slipway.pool.TransactionTemplate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * {@code /admin/identities}, with the parameters, fields and statuses of Ory Kratos' admin API, so
 * that its clients work here. A request is one transaction. Thread-safe.
 */
final class IdentityRoutes {
  private static final String COLLECTION = "/admin/identities";
  private static final int PAGE_SIZE = 250;
  private static final int IDS_MAX = 500;
  private static final int BATCH_MAX = 1000;

  /** How often others may be quicker. */
  private static final int CHANGE_ATTEMPTS = 50;

  private final TransactionTemplate transactions;
  private final IdentityRepository repository = new IdentityRepository();
  private final IdentityJson document;
  private final IdentityMapper mapper;
  private final PageWriter pageWriter;
  private final int pageSizeMax;

  /** Routes on this database, for identities of this form. */
  IdentityRoutes(
      ConnectionPool database,
      IdentityMapper mapper,
      PageWriter pageWriter,
      Settings.Identity settings) {
    this.transactions = new TransactionTemplate(database);
    this.document = new IdentityJson(settings.baseUrl());
    this.mapper = mapper;
    this.pageWriter = pageWriter;
    this.pageSizeMax = settings.pageSizeMax();
  }

  /** All of them. */
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
        Route.work("GET", COLLECTION + "/by/external/{externalID}", this::getByExternalId));
  }

  private Response get(Request request) {
    var query = QueryParameters.of(request, "include_credential");
    UUID id = id(request);
    CredentialView view = new CredentialView.All(typesWithConfig(query));
    return respond(
        200,
        transactions
            .read(transaction -> repository.find(transaction, id))
            .orElseThrow(this::notFound),
        view);
  }

  private Response getByExternalId(Request request) {
    var query = QueryParameters.of(request, "include_credential");
    String externalId = request.parameter("externalID");
    CredentialView view = new CredentialView.All(typesWithConfig(query));
    Optional<Identity> identity =
        transactions.read(
            transaction -> {
              Optional<UUID> id = repository.idOfExternal(transaction, externalId);
              return id.isEmpty() ? Optional.empty() : repository.find(transaction, id.get());
            });
    return respond(200, identity.orElseThrow(this::notFound), view);
  }

  private Response list(Request request) throws InterruptedException {
    var query =
        QueryParameters.of(
            request,
            "page_size",
            "per_page",
            "page_token",
            "page",
            "ids",
            "consistency",
            "credentials_identifier",
            "include_credential");
    int size = query.pageSize(PAGE_SIZE, pageSizeMax);
    Set<CredentialType> withConfig = typesWithConfig(query);
    var filter =
        new Filter(
            query.uuids("ids", IDS_MAX),
            query
                .string("credentials_identifier", IdentitySchema.IDENTIFIER_MAX)
                .map(DerivedIdentifiers::normalize));
    CredentialView view =
        withConfig.isEmpty() ? new CredentialView.None() : new CredentialView.All(withConfig);
    Credentials credentials = withConfig.isEmpty() ? Credentials.OMIT : Credentials.INCLUDE;
    var json = new JsonWriter().array();
    Optional<PageToken> next =
        pageWriter.write(
            json,
            size,
            query.pageToken().map(PageToken::parse),
            (after, limit) ->
                transactions.read(
                    transaction -> repository.page(transaction, filter, after, limit, credentials)),
            each -> document.write(json, each, view),
            each -> new PageToken(each.id()));
    return Response.json(200, json.endArray().end())
        .header("Link", query.links(COLLECTION, size, next.map(PageToken::toString)));
  }

  private Response create(Request request) throws InterruptedException {
    QueryParameters.of(request);
    Identity identity =
        mapper.create(JsonObjectReader.of(request.body()), new EvaluationBudget(), now());
    write(
        identity,
        transaction -> {
          repository.insert(transaction, List.of(identity));
          return identity;
        });
    return respond(201, identity, new CredentialView.All(Set.of()))
        .header("Location", COLLECTION + "/" + identity.id());
  }

  /** What can be created is, in one transaction; the answer says for each what became of it. */
  private Response createBatch(Request request) throws InterruptedException {
    QueryParameters.of(request);
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
      JsonObjectReader create =
          patch
              .object("create")
              .orElseThrow(() -> JsonObjectReader.mustBe(patch.at("create"), "an object"));
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
    QueryParameters.of(request);
    UUID id = id(request);
    byte[] body = request.body();
    var budget = new EvaluationBudget();
    return respond(
        200,
        change(id, before -> mapper.update(before, JsonObjectReader.of(body), budget, now())),
        new CredentialView.All(Set.of()));
  }

  private Response patch(Request request) throws InterruptedException {
    QueryParameters.of(request);
    UUID id = id(request);
    Object patch = JsonObjectReader.document(request.body());
    var budget = new EvaluationBudget();
    return respond(
        200,
        change(id, before -> patched(before, patch, budget)),
        new CredentialView.All(Set.of()));
  }

  private Identity patched(Identity before, Object patch, EvaluationBudget budget) {
    var json = new JsonWriter();
    document.write(json, before, new CredentialView.None());
    Object original = Json.read(json.end(), "the identity");
    Object patched;
    try {
      patched = JsonPatch.apply(patch, original);
    } catch (SlipwayException e) {
      throw Problem.of(400, e.getMessage());
    }
    return mapper.patched(
        before, JsonObjectReader.of(original, ""), JsonObjectReader.of(patched, ""), budget, now());
  }

  private Response delete(Request request) {
    QueryParameters.of(request);
    UUID id = id(request);
    if (!transactions.write(transaction -> repository.delete(transaction, id))) {
      throw notFound();
    }
    return Response.empty(204);
  }

  /** From what an identity is to what it shall be. */
  private interface Change {
    Identity of(Identity before) throws InterruptedException;
  }

  /**
   * Changes an identity. The change is worked out before anything is locked, since a password in it
   * takes a while to hash; if somebody else was quicker, again from what the identity is then.
   */
  private Identity change(UUID id, Change change) throws InterruptedException {
    Identity before =
        transactions
            .read(transaction -> repository.find(transaction, id))
            .orElseThrow(this::notFound);
    for (int attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
      Identity known = before;
      Identity after = change.of(known);
      Optional<Identity> concurrent =
          write(
              after,
              transaction -> {
                Identity now = repository.lock(transaction, id).orElseThrow(this::notFound);
                if (!now.equals(known)) {
                  return Optional.of(now);
                }
                repository.update(transaction, known, after);
                return Optional.empty();
              });
      if (concurrent.isEmpty()) {
        return after;
      }
      before = concurrent.get();
    }
    throw Problem.unavailable("too many others change this identity");
  }

  private <T> T write(Identity identity, TransactionTemplate.TransactionCallback<T> callback) {
    try {
      return transactions.write(callback);
    } catch (DuplicateKeyException e) {
      throw ConflictProblem.of(e, identity);
    }
  }

  private Response respond(int status, Identity identity, CredentialView view) {
    var json = new JsonWriter();
    document.write(json, identity, view);
    return Response.json(status, json.end());
  }

  private Problem notFound() {
    return Problem.of(404, "there is no such identity");
  }

  private static UUID id(Request request) {
    return Uuids.parse(request.parameter("id"))
        .orElseThrow(() -> Problem.of(404, "an identity's id is a UUID"));
  }

  private static Set<CredentialType> typesWithConfig(QueryParameters query) {
    var types = EnumSet.noneOf(CredentialType.class);
    for (String word : query.list("include_credential")) {
      types.add(
          CredentialType.fromValue(word)
              .orElseThrow(
                  () ->
                      Problem.of(
                          400,
                          "include_credential must be one of "
                              + String.join(", ", CredentialType.allValues()))));
    }
    return types;
  }

  /** To the microsecond, as the databases keep it. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
