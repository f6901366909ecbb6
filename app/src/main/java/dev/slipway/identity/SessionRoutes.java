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
 * {@code /admin/sessions} and an identity's sessions, with the parameters, fields and statuses of
 * Ory Kratos' admin API: sessions that another service has begun can be listed and ended here, and
 * nothing else. Thread-safe.
 */
final class SessionRoutes {
  private static final String COLLECTION = "/admin/sessions";
  private static final String OF_IDENTITY = "/admin/identities/{id}/sessions";
  private static final int PAGE_SIZE = 250;

  private final TransactionTemplate transactions;
  private final SessionRepository repository = new SessionRepository();
  private final IdentityRepository identities = new IdentityRepository();
  private final SessionJson document;
  private final PageWriter pageWriter;
  private final int pageSizeMax;

  /** Routes on this database. */
  SessionRoutes(ConnectionPool database, PageWriter pageWriter, Settings.Identity settings) {
    this.transactions = new TransactionTemplate(database);
    this.pageWriter = pageWriter;
    this.document = new SessionJson(new IdentityJson(settings.baseUrl()));
    this.pageSizeMax = settings.pageSizeMax();
  }

  /** All of them. */
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
    return page(query, COLLECTION, Optional.empty(), Expanded.of(query));
  }

  /** As in Kratos, an identity that does not exist has no sessions. */
  private Response listOfIdentity(Request request) throws InterruptedException {
    var query =
        QueryParameters.of(request, "page_size", "per_page", "page_token", "page", "active");
    UUID identity = id(request);
    return page(query, path(identity), Optional.of(identity), Expanded.ALL);
  }

  private Response page(
      QueryParameters query, String path, Optional<UUID> identity, Expanded expanded)
      throws InterruptedException {
    int size = query.pageSize(PAGE_SIZE, pageSizeMax);
    var filter = new Filter(identity, query.bool("active"));
    Instant now = Instant.now();
    var json = new JsonWriter().array();
    Optional<SessionPageToken> next =
        pageWriter.write(
            json,
            size,
            query.pageToken().map(SessionPageToken::parse),
            (after, limit) ->
                transactions.read(
                    transaction ->
                        owned(
                            transaction,
                            repository.page(
                                transaction, filter, after, limit, expanded.devices(), now),
                            expanded)),
            each -> write(json, each, expanded, now),
            each -> token(each.session()));
    return Response.json(200, json.endArray().end())
        .header("Link", query.links(path, size, next.map(SessionPageToken::toString)));
  }

  private Response get(Request request) {
    Expanded expanded = Expanded.of(QueryParameters.of(request, "expand"));
    UUID id = id(request);
    Optional<Owned> found =
        transactions.read(
            transaction -> {
              Optional<Session> session = repository.find(transaction, id, expanded.devices());
              return owned(transaction, session.stream().toList(), expanded).stream().findFirst();
            });
    var json = new JsonWriter();
    write(json, found.orElseThrow(SessionRoutes::notFound), expanded, Instant.now());
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

  /** As in Kratos, 404 also for an identity that is there and has none. */
  private Response deleteOfIdentity(Request request) {
    QueryParameters.of(request);
    UUID identity = id(request);
    if (!transactions.write(transaction -> repository.deleteOf(transaction, identity))) {
      throw Problem.of(404, "there are no sessions of such an identity");
    }
    return Response.empty(204);
  }

  /** What is shown beside a session itself. */
  private record Expanded(boolean identity, Devices devices) {
    static final Expanded ALL = new Expanded(true, Devices.INCLUDE);

    /** What a client asks for; names in any case, as in Kratos. */
    static Expanded of(QueryParameters query) {
      var expanded = new Expanded(false, Devices.OMIT);
      for (String name : query.list("expand")) {
        expanded =
            switch (name.toLowerCase(Locale.ROOT)) {
              case "identity" -> new Expanded(true, expanded.devices());
              case "devices" -> new Expanded(expanded.identity(), Devices.INCLUDE);
              default -> throw Problem.of(400, "expand must be identity or devices");
            };
      }
      return expanded;
    }
  }

  /** A session and whose it is, if that was asked for and has not been deleted meanwhile. */
  private record Owned(Session session, Optional<Identity> identity) {}

  /** Sessions with their identities, which are one more SELECT for all of them. */
  private List<Owned> owned(Transaction transaction, List<Session> sessions, Expanded expanded)
      throws SQLException {
    Map<UUID, Identity> owners = new HashMap<>();
    List<UUID> ids = sessions.stream().map(Session::identityId).distinct().toList();
    if (expanded.identity() && !ids.isEmpty()) {
      identities
          .page(
              transaction,
              new IdentityRepository.Filter(ids, Optional.empty()),
              Optional.empty(),
              ids.size(),
              Credentials.OMIT)
          .forEach(identity -> owners.put(identity.id(), identity));
    }
    return sessions.stream()
        .map(each -> new Owned(each, Optional.ofNullable(owners.get(each.identityId()))))
        .toList();
  }

  private void write(JsonWriter json, Owned owned, Expanded expanded, Instant now) {
    document.write(json, owned.session(), expanded.devices(), owned.identity(), now);
  }

  private static SessionPageToken token(Session session) {
    return new SessionPageToken(session.createdAt(), session.id());
  }

  private static String path(UUID identity) {
    return OF_IDENTITY.replace("{id}", identity.toString());
  }

  private static UUID id(Request request) {
    return Uuids.parse(request.parameter("id"))
        .orElseThrow(() -> Problem.of(400, "the id in the path must be a UUID"));
  }

  private static Problem notFound() {
    return Problem.of(404, "there is no such session");
  }
}
