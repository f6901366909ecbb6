package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.testing.IdentityServer;
import dev.slipway.testing.Server.Family;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sh.ory.kratos.model.Identity;
import sh.ory.kratos.model.Session;

/**
 * Routes and rules that complete Ory Kratos' admin API. scripts/compare-kratos.py compares all
 * statuses with those of Kratos.
 */
class KratosRoutesIT extends IdentitySuite {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final String NONE = "01890000-0000-7000-8000-000000000000";
  private static final String IDENTITIES = "/admin/identities";
  private static final String SESSIONS = "/admin/sessions";

  private SessionRows rows;
  private Identity ada;

  @BeforeEach
  void createAda() throws Exception {
    rows = new SessionRows(database());
    ada = create(freshEmail());
  }

  @ParameterizedTest
  @ValueSource(strings = {"totp", "lookup_secret"})
  void deletesASecondFactor(String type) {
    insertCredential(type, "{'a': 1}");
    assertEquals(204, send("DELETE", credential(type)).statusCode());
    assertEquals(List.of(), configs(type));
    assertEquals(
        "the identity has no credential " + type, refused(404, send("DELETE", credential(type))));
  }

  @Test
  void deletesTheSecurityKeysThatAreSecondFactors() {
    insertCredential(
        "webauthn", "{'credentials': [{'id': 'a', 'is_passwordless': true}, {'id': 'b'}]}");
    assertEquals(204, send("DELETE", credential("webauthn")).statusCode());
    assertEquals(
        List.of(Map.of("credentials", List.of(Map.of("id", "a", "is_passwordless", true)))),
        configs("webauthn"));
  }

  @Test
  void deletesOneSubjectAtAnIdentityProvider() {
    String one = fresh("one");
    String two = fresh("two");
    String body =
        """
        {"traits": {"email": "%s"}, "credentials": {"oidc": {"config": {"providers": [
          {"provider": "google", "subject": "%s"}, {"provider": "google", "subject": "%s"}]}}}}
        """;
    String id =
        (String)
            object(send("POST", IDENTITIES, body.formatted(freshEmail(), one, two)).body())
                .get("id");
    String path = IDENTITIES + "/" + id + "/credentials/oidc";
    assertEquals(
        "the query parameter identifier must name what to delete",
        refused(400, send("DELETE", path)));
    assertEquals(204, send("DELETE", path + "?identifier=google:" + one).statusCode());
    refused(404, send("DELETE", path + "?identifier=google:" + one));
    String identity = send("GET", IDENTITIES + "/" + id + "?include_credential=oidc").body();
    Map<?, ?> oidc = (Map<?, ?>) ((Map<?, ?>) object(identity).get("credentials")).get("oidc");
    assertEquals(List.of("google:" + two), oidc.get("identifiers"));
    assertFalse(identity.contains(one), identity);
    assertEquals(204, send("DELETE", path + "?identifier=google:" + two).statusCode());
    refused(404, send("DELETE", path + "?identifier=google:" + two));
    assertEquals(
        201, send("POST", IDENTITIES, body.formatted(freshEmail(), one, two)).statusCode());
  }

  @ParameterizedTest
  @CsvSource({"password, 400", "nothing, 404", "totp, 404"})
  void keepsWhatSignsIn(String type, int status) {
    refused(status, send("DELETE", credential(type)));
    refused(404, send("DELETE", IDENTITIES + "/" + NONE + "/credentials/" + type));
  }

  @Test
  void extendsASession() throws Exception {
    UUID expired = rows.begin(ada.getId(), NOON, true, NOON);
    Instant before = Instant.now();
    Session session = kratos().extendSession(expired.toString());
    assertEquals(true, session.getActive());
    Duration left = Duration.between(before, session.getExpiresAt().toInstant());
    assertEquals(1, left.plusSeconds(1).toDays(), left::toString);
    assertTrue(left.toSeconds() < 86_400 + 60, left::toString);
    UUID longer = rows.begin(ada.getId(), NOON, true, before.plus(Duration.ofDays(30)));
    assertEquals(
        kratos().getSession(longer.toString(), List.of()).getExpiresAt(),
        kratos().extendSession(longer.toString()).getExpiresAt());
    refused(404, send("PATCH", SESSIONS + "/" + NONE + "/extend"));
    refused(400, send("PATCH", SESSIONS + "/x/extend"));
  }

  @Test
  void disablesAndDeletesManySessions() throws Exception {
    Identity eve = create(freshEmail());
    List<UUID> sessions = new ArrayList<>();
    for (String identity : List.of(ada.getId(), ada.getId(), eve.getId())) {
      sessions.add(rows.begin(identity, NOON));
    }
    manage("disable", "sessions", sessions.get(0) + "\", \"" + NONE);
    assertEquals(List.of(false, true, true), active(sessions));
    manage("disable", "identities", eve.getId());
    assertEquals(List.of(false, true, false), active(sessions));
    manage("delete", "identities", ada.getId());
    refused(404, send("GET", SESSIONS + "/" + sessions.get(1)));
    assertEquals(List.of(false), active(sessions.subList(2, 3)));
    manage("delete", "sessions", sessions.get(2).toString());
    refused(404, send("GET", SESSIONS + "/" + sessions.get(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | /action must be disable or delete",
        "{'action': 'delete'} | give one of identities and sessions",
        "{'action': 'delete', 'sessions': ['*']} | identities and sessions must be UUIDs",
        "{'action': 'delete', 'identities': ['*', '*']} | identities and sessions must be UUIDs",
        "{'action': 'delete', 'sessions': [1]} | /sessions/0 must be a text",
        "{'action': 'delete', 'all': true} | /all is not a field here",
      })
  void manySessionsHaveToBeNamed(String body, String reason) {
    assertEquals(reason, refused(400, send("POST", SESSIONS, body.replace('\'', '"'))));
  }

  @Test
  void aListByIdentifierHasCredentials() {
    String email = (String) ((Map<?, ?>) ada.getTraits()).get("email");
    String list = send("GET", IDENTITIES + "?credentials_identifier=" + email).body();
    Map<?, ?> identity = (Map<?, ?>) ((List<?>) Json.read(list, "the list")).getFirst();
    Map<?, ?> password = (Map<?, ?>) ((Map<?, ?>) identity.get("credentials")).get("password");
    assertEquals(List.of(email), password.get("identifiers"));
    assertFalse(password.containsKey("config"), list);
  }

  @Test
  void addCreatesMissingParents() {
    String path = IDENTITIES + "/" + ada.getId();
    String patch = "[{'op': 'add', 'path': '/metadata_public/a/b', 'value': 1}]";
    HttpResponse<String> patched = send("PATCH", path, patch.replace('\'', '"'));
    assertEquals(200, patched.statusCode(), patched::body);
    assertEquals(
        Map.of("a", Map.of("b", 1)), object(send("GET", path).body()).get("metadata_public"));
  }

  @Test
  void emptyStringsCountAsAbsent() {
    String body = "{'schema_id': '', 'state': '', 'traits': {'email': '" + freshEmail() + "'}}";
    HttpResponse<String> created = send("POST", IDENTITIES, body.replace('\'', '"'));
    assertEquals(201, created.statusCode(), created::body);
    assertEquals(IdentityServer.SCHEMA, object(created.body()).get("schema_id"));
  }

  /** The server of the tests has no base URL. */
  @Test
  void theUrlOfASchemaCanBeRead() throws Exception {
    String session = rows.begin(ada.getId(), NOON).toString();
    for (Identity identity :
        List.of(
            ada,
            kratos().getIdentity(ada.getId(), List.of()),
            kratos().getSession(session, List.of("identity")).getIdentity())) {
      String url = identity.getSchemaUrl();
      assertTrue(URI.create(url).isAbsolute(), url);
      assertNotNull(object(send("GET", url).body()).get("properties"));
    }
  }

  private void insertCredential(String type, String config) {
    String time =
        database().family() == Family.SQLITE
            ? "2026-01-01T00:00:00.000000Z"
            : "2026-01-01 00:00:00";
    database()
        .execute(
            """
            INSERT INTO identity_credentials
              (identity_id, credential_type, config, version, created_at, updated_at)
            VALUES ('%s', '%s', '%s', 0, '%s', '%s')\
            """
                .formatted(ada.getId(), type, config.replace('\'', '"'), time, time));
  }

  private List<Object> configs(String type) {
    String sql =
        "SELECT config FROM identity_credentials"
            + " WHERE identity_id = '%s' AND credential_type = '%s'".formatted(ada.getId(), type);
    return database().query(sql).stream().map(config -> Json.read(config, "a credential")).toList();
  }

  private String credential(String type) {
    return IDENTITIES + "/" + ada.getId() + "/credentials/" + type;
  }

  private void manage(String action, String of, String ids) {
    String body = "{\"action\": \"%s\", \"%s\": [\"%s\"]}".formatted(action, of, ids);
    HttpResponse<String> answer = send("POST", SESSIONS, body);
    assertEquals(204, answer.statusCode(), answer::body);
  }

  private List<Boolean> active(List<UUID> sessions) {
    return sessions.stream()
        .map(id -> (Boolean) object(send("GET", SESSIONS + "/" + id).body()).get("active"))
        .toList();
  }
}
