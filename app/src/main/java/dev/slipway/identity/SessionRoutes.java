package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import dev.slipway.http.Response;
import dev.slipway.http.Route;
import dev.slipway.identity.IdentityRepository.Credentials;
import dev.slipway.identity.SessionRepository.Devices;
import dev.slipway.identity.SessionRepository.Filter;
import dev.slipway.json.JsonWriter;
import dev.slipway.pool.ConnectionPool;
import dev.slipway.pool.Transaction;
import dev.slipway.pool.TransactionTemplate;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code /admin/sessions} and the sessions of an identity, compatible with clients of Ory Kratos'
 * admin API. Lists and revokes sessions that another service has created. Thread-safe.
 */
final class SessionRoutes {
  private static final String COLLECTION = "/admin/sessions";
  private static final String OF_IDENTITY = "/admin/identities/{id}/sessions";
  private static final int PAGE_SIZE = 250;

  private final TransactionTemplate transactions;
  private final SessionRepository repository = new SessionRepository();
  private final IdentityRepository identities = new IdentityRepository();
  private final SessionJson sessionJson;
  private final PageWriter pageWriter;
  private final int pageSizeMax;

  SessionRoutes(ConnectionPool database, PageWriter pageWriter, Settings.Identity settings) {
    this.transactions = new TransactionTemplate(database);
    this.pageWriter = pageWriter;
    this.sessionJson = new SessionJson(new IdentityJson(settings.baseUrl()));
    this.pageSizeMax = settings.pageSizeMax();
  }

  List<Route> routes() {
    String one = COLLECTION + "/{id}";
    return List.of(
        Route.work("GET", COLLECTION, this::list),
        Route.work("GET", one, this::get),
        Route.work("DELETE", one, this::revoke),
        Route.work("GET", OF_IDENTITY, this::listOfIdentity),
        Route.work("DELETE", OF_IDENTITY, this::deleteOfIdentity));
  }

  private Response list(Request request) throws InterruptedException {
    var query = QueryParameters.of(request, "page_size", "page_token", "active", "expand");
    return page(query, COLLECTION, Optional.empty(), Expansion.of(query));
  }

  /** Lists the sessions of an identity. As in Kratos, an unknown identity has none. */
  private Response listOfIdentity(Request request) throws InterruptedException {
    var query =
        QueryParameters.of(request, "page_size", "per_page", "page_token", "page", "active");
    UUID identity = id(request);
    String path = OF_IDENTITY.replace("{id}", identity.toString());
    return page(query, path, Optional.of(identity), Expansion.ALL);
  }

  private Response page(
      QueryParameters query, String path, Optional<UUID> identity, Expansion expansion)
      throws InterruptedException {
    int size = query.pageSize(PAGE_SIZE, pageSizeMax);
    var filter = new Filter(identity, query.bool("active"));
    Instant now = Instant.now();
    return pageWriter.write(
        query,
        path,
        size,
        new PageWriter.Listing<>(
            PageToken::ofSessions,
            (after, limit) ->
                transactions.read(
                    transaction ->
                        expand(
                            transaction,
                            repository.page(
                                transaction, filter, after, limit, expansion.devices(), now),
                            expansion)),
            (json, each) ->
                sessionJson.write(json, each.session(), expansion.devices(), each.identity(), now),
            each -> PageToken.after(each.session())));
  }

  private Response get(Request request) {
    Expansion expansion = Expansion.of(QueryParameters.of(request, "expand"));
    UUID id = id(request);
    Expanded found =
        transactions
            .read(
                transaction ->
                    expand(
                        transaction,
                        repository.find(transaction, id, expansion.devices()),
                        expansion))
            .stream()
            .findFirst()
            .orElseThrow(SessionRoutes::notFound);
    var json = new JsonWriter();
    sessionJson.write(json, found.session(), expansion.devices(), found.identity(), Instant.now());
    return Response.json(200, json.end());
  }

  private Response revoke(Request request) {
    QueryParameters.of(request);
    UUID id = id(request);
    if (!transactions.write(transaction -> repository.revoke(transaction, id))) {
      throw notFound();
    }
    return Response.empty(204);
  }

  /** Deletes the sessions of an identity. As in Kratos, 404 also if an identity has none. */
  private Response deleteOfIdentity(Request request) {
    QueryParameters.of(request);
    UUID identity = id(request);
    if (!transactions.write(transaction -> repository.deleteOf(transaction, identity))) {
      throw Problem.of(404, "there are no sessions of such an identity");
    }
    return Response.empty(204);
  }

  /** What a response contains in addition to the session. */
  private record Expansion(boolean identity, Devices devices) {
    static final Expansion ALL = new Expansion(true, Devices.INCLUDE);

    /** The expansion that a client requests; as in Kratos, names are case-insensitive. */
    static Expansion of(QueryParameters query) {
      var expansion = new Expansion(false, Devices.OMIT);
      for (String name : query.list("expand")) {
        expansion =
            switch (name.toLowerCase(Locale.ROOT)) {
              case "identity" -> new Expansion(true, expansion.devices());
              case "devices" -> new Expansion(expansion.identity(), Devices.INCLUDE);
              default -> throw Problem.of(400, "expand must be identity or devices");
            };
      }
      return expansion;
    }
  }

  /** A session and its identity, if that was requested and still exists. */
  private record Expanded(Session session, Optional<Identity> identity) {}

  /** Adds identities to sessions, with one more SELECT for all of them. */
  private List<Expanded> expand(
      Transaction transaction, List<Session> sessions, Expansion expansion) throws SQLException {
    Map<UUID, Identity> byId = new HashMap<>();
    List<UUID> ids = sessions.stream().map(Session::identityId).distinct().toList();
    if (expansion.identity() && !ids.isEmpty()) {
      var filter = new IdentityRepository.Filter(ids, Optional.empty());
      identities
          .page(transaction, filter, Optional.empty(), ids.size(), Credentials.OMIT)
          .forEach(each -> byId.put(each.id(), each));
    }
    return sessions.stream()
        .map(each -> new Expanded(each, Optional.ofNullable(byId.get(each.identityId()))))
        .toList();
  }

  private static UUID id(Request request) {
    return Uuids.parse(request.parameter("id"))
        .orElseThrow(() -> Problem.of(400, "the id in the path must be a UUID"));
  }

  private static Problem notFound() {
    return Problem.of(404, "there is no such session");
  }
}
