package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import dev.slipway.http.Response;
import dev.slipway.http.Route;
import dev.slipway.identity.IdentityDocument.Shown;
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
  private final IdentityDocument document;
  private final IdentityForm form;
  private final Listing listing;
  private final int pageSizeMax;

  /** Routes on this database, for identities of this form. */
  IdentityRoutes(
      ConnectionPool database, IdentityForm form, Listing listing, Settings.Identity settings) {
    this.transactions = new TransactionTemplate(database);
    this.document = new IdentityDocument(settings.baseUrl());
    this.form = form;
    this.listing = listing;
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
    var query = Query.of(request, "include_credential");
    UUID id = id(request);
    Shown shown = new Shown.All(whole(query));
    return one(
        200, transactions.read(work -> repository.find(work, id)).orElseThrow(this::none), shown);
  }

  private Response getByExternalId(Request request) {
    var query = Query.of(request, "include_credential");
    String externalId = request.parameter("externalID");
    Shown shown = new Shown.All(whole(query));
    Optional<Identity> identity =
        transactions.read(
            work -> {
              Optional<UUID> id = repository.idOfExternal(work, externalId);
              return id.isEmpty() ? Optional.empty() : repository.find(work, id.get());
            });
    return one(200, identity.orElseThrow(this::none), shown);
  }

  private Response list(Request request) throws InterruptedException {
    var query =
        Query.of(
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
    Set<CredentialType> whole = whole(query);
    var filter =
        new Filter(
            query.uuids("ids", IDS_MAX),
            query
                .text("credentials_identifier", IdentitySchema.IDENTIFIER_MAX)
                .map(Marks::normalized));
    Shown shown = whole.isEmpty() ? new Shown.None() : new Shown.All(whole);
    Credentials credentials = whole.isEmpty() ? Credentials.LEFT : Credentials.READ;
    var json = new JsonWriter().array();
    Optional<PageToken> next =
        listing.write(
            json,
            size,
            query.pageToken().map(PageToken::parse),
            (behind, limit) ->
                transactions.read(
                    work -> repository.page(work, filter, behind, limit, credentials)),
            each -> document.write(json, each, shown),
            each -> new PageToken(each.id()));
    return Response.json(200, json.endArray().end())
        .header("Link", query.links(COLLECTION, size, next.map(PageToken::toString)));
  }

  private Response create(Request request) throws InterruptedException {
    Query.of(request);
    Identity identity = form.create(Fields.of(request.body()), new EvaluationBudget(), now());
    write(
        identity,
        work -> {
          repository.insert(work, List.of(identity));
          return identity;
        });
    return one(201, identity, new Shown.All(Set.of()))
        .header("Location", COLLECTION + "/" + identity.id());
  }

  /** What can be created is, in one transaction; the answer says for each what became of it. */
  private Response createBatch(Request request) throws InterruptedException {
    Query.of(request);
    Fields body = Fields.of(request.body());
    List<Fields> patches = body.objects("identities");
    body.end();
    if (patches.size() > BATCH_MAX) {
      throw Problem.of(400, "/identities may have " + BATCH_MAX + " items");
    }
    var batch = new Batch(repository);
    var budget = new EvaluationBudget();
    for (Fields patch : patches) {
      Optional<UUID> patchId = patch.uuid("patch_id");
      Fields create =
          patch.object("create").orElseThrow(() -> Fields.wrong(patch.at("create"), "an object"));
      patch.end();
      try {
        batch.add(patchId, form.create(create, budget, now()));
      } catch (Problem problem) {
        batch.add(patchId, problem);
      }
    }
    transactions.write(batch::insert);
    return Response.json(200, batch.json());
  }

  private Response update(Request request) throws InterruptedException {
    Query.of(request);
    UUID id = id(request);
    byte[] body = request.body();
    var budget = new EvaluationBudget();
    return one(
        200,
        change(id, before -> form.update(before, Fields.of(body), budget, now())),
        new Shown.All(Set.of()));
  }

  private Response patch(Request request) throws InterruptedException {
    Query.of(request);
    UUID id = id(request);
    Object patch = Fields.document(request.body());
    var budget = new EvaluationBudget();
    return one(200, change(id, before -> patched(before, patch, budget)), new Shown.All(Set.of()));
  }

  private Identity patched(Identity before, Object patch, EvaluationBudget budget) {
    var json = new JsonWriter();
    document.write(json, before, new Shown.None());
    Object original = Json.read(json.end(), "the identity");
    Object patched;
    try {
      patched = JsonPatch.apply(patch, original);
    } catch (SlipwayException e) {
      throw Problem.of(400, e.getMessage());
    }
    return form.patched(before, Fields.of(original, ""), Fields.of(patched, ""), budget, now());
  }

  private Response delete(Request request) {
    Query.of(request);
    UUID id = id(request);
    if (!transactions.write(work -> repository.delete(work, id))) {
      throw none();
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
    Identity before = transactions.read(work -> repository.find(work, id)).orElseThrow(this::none);
    for (int attempt = 0; attempt < CHANGE_ATTEMPTS; attempt++) {
      Identity known = before;
      Identity after = change.of(known);
      Optional<Identity> quicker =
          write(
              after,
              work -> {
                Identity now = repository.lock(work, id).orElseThrow(this::none);
                if (!now.equals(known)) {
                  return Optional.of(now);
                }
                repository.update(work, known, after);
                return Optional.empty();
              });
      if (quicker.isEmpty()) {
        return after;
      }
      before = quicker.get();
    }
    throw Problem.unavailable("too many others change this identity");
  }

  private <T> T write(Identity identity, TransactionTemplate.TransactionCallback<T> job) {
    try {
      return transactions.write(job);
    } catch (DuplicateKeyException e) {
      throw Conflict.of(e, identity);
    }
  }

  private Response one(int status, Identity identity, Shown shown) {
    var json = new JsonWriter();
    document.write(json, identity, shown);
    return Response.json(status, json.end());
  }

  private Problem none() {
    return Problem.of(404, "there is no such identity");
  }

  private static UUID id(Request request) {
    return Ids.parse(request.parameter("id"))
        .orElseThrow(() -> Problem.of(404, "an identity's id is a UUID"));
  }

  private static Set<CredentialType> whole(Query query) {
    var types = EnumSet.noneOf(CredentialType.class);
    for (String word : query.list("include_credential")) {
      types.add(
          CredentialType.named(word)
              .orElseThrow(
                  () ->
                      Problem.of(
                          400,
                          "include_credential must be one of "
                              + String.join(", ", CredentialType.words()))));
    }
    return types;
  }

  /** To the microsecond, as the databases keep it. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
