package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import dev.slipway.http.Response;
import dev.slipway.http.Route;
import dev.slipway.identity.IdentityRepository.Credentials;
import dev.slipway.identity.Session.Device;
import dev.slipway.identity.SessionRepository.Devices;
import dev.slipway.identity.SessionRepository.Filter;
import dev.slipway.identity.SessionRepository.Management;
import dev.slipway.json.JsonWriter;
import dev.slipway.pool.ConnectionPool;
import dev.slipway.pool.Transaction;
import dev.slipway.pool.TransactionTemplate;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * {@code /admin/sessions} and the sessions of an identity, compatible with clients of Ory Kratos'
 * admin API. Lists, extends, and revokes sessions that another service has created. Thread-safe.
 */
final class SessionRoutes {
  private static final String COLLECTION = "/admin/sessions";

  /** The default of {@code session.lifespan} in Kratos. */
  private static final Duration LIFESPAN = Duration.ofDays(1);

  private static final int MANAGED_MAX = 1000;
  private static final Set<String> EXPANSIONS = Set.of("identity", "devices");
  private static final String OF_IDENTITY = "/admin/identities/{id}/sessions";

  private final TransactionTemplate transactions;
  private final SessionRepository repository = new SessionRepository();
  private final IdentityRepository identities = new IdentityRepository();
  private final IdentityJson identityJson;
  private final PageWriter pageWriter;

  SessionRoutes(ConnectionPool database, PageWriter pageWriter, Settings.Identity settings) {
    this.transactions = new TransactionTemplate(database);
    this.pageWriter = pageWriter;
    this.identityJson = new IdentityJson(settings.baseUrl());
  }

  List<Route> routes() {
    String one = COLLECTION + "/{id}";
    return List.of(
        Route.work("GET", COLLECTION, this::list),
        Route.work("POST", COLLECTION, this::manage),
        Route.work("GET", one, this::get),
        Route.work("DELETE", one, this::revoke),
        Route.work("PATCH", one + "/extend", this::extend),
        Route.work("GET", OF_IDENTITY, this::listOfIdentity),
        Route.work("DELETE", OF_IDENTITY, this::deleteOfIdentity));
  }

  private Response list(Request request) throws InterruptedException {
    var query = QueryParameters.of(request, "page_size, page_token, active, expand");
    return page(request, query, COLLECTION, Optional.empty(), expand(query));
  }

  /** Lists the sessions of an identity. As in Kratos, an unknown identity has none. */
  private Response listOfIdentity(Request request) throws InterruptedException {
    var query = QueryParameters.of(request, "page_size, per_page, page_token, page, active");
    UUID identity = id(request);
    String path = OF_IDENTITY.replace("{id}", identity.toString());
    return page(request, query, path, Optional.of(identity), EXPANSIONS);
  }

  private Response page(
      Request request,
      QueryParameters query,
      String path,
      Optional<UUID> identity,
      Set<String> expand)
      throws InterruptedException {
    var filter = new Filter(identity, query.bool("active"));
    SessionJson sessionJson = sessionJson(request);
    Instant now = Instant.now();
    return pageWriter.write(
        query,
        path,
        new PageWriter.Listing<>(
            PageToken::ofSessions,
            (after, limit) ->
                transactions.read(
                    tx ->
                        expand(
                            tx,
                            repository.page(tx, filter, after, limit, devices(expand), now),
                            expand)),
            (json, each) -> write(sessionJson, json, each, now),
            each -> PageToken.after(each.session())));
  }

  private Response get(Request request) {
    Set<String> expand = expand(QueryParameters.of(request, "expand"));
    return get(request, expand);
  }

  private Response get(Request request, Set<String> expand) {
    UUID id = id(request);
    Expanded found =
        transactions
            .read(tx -> expand(tx, repository.find(tx, id, devices(expand)), expand))
            .stream()
            .findFirst()
            .orElseThrow(SessionRoutes::notFound);
    var json = new JsonWriter();
    write(sessionJson(request), json, found, Instant.now());
    return Response.json(200, json.end());
  }

  private Response revoke(Request request) {
    QueryParameters.requireNone(request);
    UUID id = id(request);
    if (!transactions.write(tx -> repository.revoke(tx, id))) {
      throw notFound();
    }
    return Response.empty(204);
  }

  /** Extends a session to a lifespan from now on, also one that has expired. */
  private Response extend(Request request) {
    QueryParameters.requireNone(request);
    UUID id = id(request);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    transactions.write(
        tx -> {
          repository.extend(tx, id, now.plus(LIFESPAN), now);
          return true;
        });
    return get(request, Set.of("identity"));
  }

  /** Revokes or deletes many sessions: those with these ids, those of identities, or all. */
  private Response manage(Request request) {
    QueryParameters.requireNone(request);
    JsonObjectReader body = JsonObjectReader.of(request.body());
    Management management =
        body.constant("action", Management.class, "disable or delete")
            .orElseThrow(() -> body.mustBe("action", "disable or delete"));
    List<String> ofIdentities = body.strings("identities");
    List<String> ids = body.strings("sessions");
    body.end();
    if (ofIdentities.isEmpty() == ids.isEmpty()) {
      throw Problem.of(400, "give one of identities and sessions");
    }
    boolean all = ofIdentities.equals(List.of("*"));
    Optional<String> column =
        all ? Optional.empty() : Optional.of(ids.isEmpty() ? "identity_id" : "id");
    List<UUID> values = all ? List.of() : uuids(ids.isEmpty() ? ofIdentities : ids);
    transactions.write(
        tx -> {
          repository.manage(tx, management, column, values);
          return true;
        });
    return Response.empty(204);
  }

  private static List<UUID> uuids(List<String> texts) {
    if (texts.size() > MANAGED_MAX) {
      throw Problem.of(400, "there may be " + MANAGED_MAX + " ids");
    }
    return texts.stream()
        .map(
            text ->
                Uuids.parse(text)
                    .orElseThrow(() -> Problem.of(400, "identities and sessions must be UUIDs")))
        .toList();
  }

  /** Deletes the sessions of an identity. As in Kratos, 404 also if an identity has none. */
  private Response deleteOfIdentity(Request request) {
    QueryParameters.requireNone(request);
    UUID identity = id(request);
    if (!transactions.write(tx -> repository.deleteOf(tx, identity))) {
      throw Problem.of(404, "there are no sessions of such an identity");
    }
    return Response.empty(204);
  }

  /** The objects to include that a client requests; as in Kratos, names are case-insensitive. */
  private static Set<String> expand(QueryParameters query) {
    Set<String> names =
        query.list("expand").stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    if (!EXPANSIONS.containsAll(names)) {
      throw Problem.of(400, "expand must be identity or devices");
    }
    return names;
  }

  private static Devices devices(Set<String> expand) {
    return expand.contains("devices") ? Devices.INCLUDE : Devices.OMIT;
  }

  /** A session with what was requested. */
  private record Expanded(
      Session session, Optional<List<Device>> devices, Optional<Identity> identity) {}

  /** Adds identities that still exist, with one more SELECT for all of them. */
  private List<Expanded> expand(
      Transaction tx, Map<Session, List<Device>> sessions, Set<String> expand) throws SQLException {
    Map<UUID, Identity> byId = new HashMap<>();
    List<UUID> ids = sessions.keySet().stream().map(Session::identityId).distinct().toList();
    if (expand.contains("identity") && !ids.isEmpty()) {
      var filter = new IdentityRepository.Filter(ids, Optional.empty());
      identities
          .page(tx, filter, Optional.empty(), ids.size(), Credentials.OMIT)
          .forEach(each -> byId.put(each.id(), each));
    }
    List<Expanded> expanded = new ArrayList<>();
    sessions.forEach(
        (session, devices) ->
            expanded.add(
                new Expanded(
                    session,
                    Optional.of(devices).filter(_ -> expand.contains("devices")),
                    Optional.ofNullable(byId.get(session.identityId())))));
    return expanded;
  }

  private SessionJson sessionJson(Request request) {
    return new SessionJson(identityJson.of(request));
  }

  private static void write(SessionJson sessionJson, JsonWriter json, Expanded each, Instant now) {
    sessionJson.write(json, each.session(), each.devices(), each.identity(), now);
  }

  private static UUID id(Request request) {
    return Uuids.parse(request.parameter("id"))
        .orElseThrow(() -> Problem.of(400, "the id in the path must be a UUID"));
  }

  private static Problem notFound() {
    return Problem.of(404, "there is no such session");
  }
}
