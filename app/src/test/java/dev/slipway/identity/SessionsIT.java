package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sh.ory.kratos.ApiException;
import sh.ory.kratos.model.AuthenticatorAssuranceLevel;
import sh.ory.kratos.model.Identity;
import sh.ory.kratos.model.Session;
import sh.ory.kratos.model.SessionAuthenticationMethod;
import sh.ory.kratos.model.SessionDevice;
import sh.ory.kratos.model.UpdateIdentityBody;

/** Sessions that another service has begun: listed, shown, ended. */
class SessionsIT extends IdentitySuite {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

  private SessionRows rows;
  private Identity ada;

  @BeforeEach
  void createAda() throws Exception {
    rows = new SessionRows(database());
    ada = create(freshEmail());
  }

  @Test
  void showsAllThatIsKnownOfASession() throws Exception {
    Instant expiry = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MICROS);
    UUID id = rows.begin(ada.getId(), NOON, true, expiry);
    UUID device = rows.device(id, "Lynx ö 🦊");
    Session session = kratos().getSession(id.toString(), List.of("identity", "devices"));
    assertEquals(id.toString(), session.getId());
    assertEquals(true, session.getActive());
    assertEquals(NOON.atOffset(ZoneOffset.UTC), session.getIssuedAt());
    assertEquals(NOON.atOffset(ZoneOffset.UTC), session.getAuthenticatedAt());
    assertEquals(expiry.atOffset(ZoneOffset.UTC), session.getExpiresAt());
    assertEquals(AuthenticatorAssuranceLevel.AAL1, session.getAuthenticatorAssuranceLevel());
    assertEquals(
        List.of(
            new SessionAuthenticationMethod()
                .method(SessionAuthenticationMethod.MethodEnum.PASSWORD)
                .aal(AuthenticatorAssuranceLevel.AAL1)),
        session.getAuthenticationMethods());
    assertEquals(ada.getTraits(), session.getIdentity().getTraits());
    assertEquals(Map.of(), session.getIdentity().getCredentials());
    assertEquals(
        List.of(
            new SessionDevice()
                .id(device.toString())
                .ipAddress("192.0.2.1")
                .userAgent("Lynx ö 🦊")),
        session.getDevices());
  }

  @Test
  void showsNeitherIdentityNorDevicesUnlessAsked() throws Exception {
    UUID id = rows.begin(ada.getId(), NOON);
    rows.device(id, "Lynx");
    String path = "/admin/sessions/" + id;
    assertEquals(Set.of(), shown(path));
    assertEquals(Set.of("identity"), shown(path + "?expand=identity"));
    assertEquals(Set.of("devices"), shown(path + "?expand=Devices"));
    assertEquals(Set.of("devices", "identity"), shown(path + "?expand=devices&expand=identity"));
    assertTrue(refused(400, send("GET", path + "?expand=tokens")).contains("devices"));
  }

  @Test
  void neverShowsATokenOfASession() {
    UUID id = rows.begin(ada.getId(), NOON);
    String all = "/admin/sessions?expand=identity&expand=devices&page_size=1000";
    for (String path : List.of("/admin/sessions/" + id, all, ofAda())) {
      HttpResponse<String> answer = send("GET", path);
      assertTrue(answer.body().contains(id.toString()), answer::body);
      assertFalse(answer.body().contains(SessionRows.TOKEN), answer::body);
    }
  }

  @Test
  void aSessionThatIsRevokedOrExpiredOrOfAnInactiveIdentityIsNotActive() throws Exception {
    Instant past = Instant.now().minusSeconds(60);
    Instant future = Instant.now().plusSeconds(3600);
    String active = rows.begin(ada.getId(), NOON, true, future).toString();
    String revoked = rows.begin(ada.getId(), NOON, false, future).toString();
    String expired = rows.begin(ada.getId(), NOON, true, past).toString();
    assertEquals(true, kratos().getSession(active, null).getActive());
    assertEquals(false, kratos().getSession(revoked, null).getActive());
    assertEquals(false, kratos().getSession(expired, null).getActive());
    assertEquals(Set.of(active), ids(ofAda(null, null, true)));
    assertEquals(Set.of(revoked, expired), ids(ofAda(null, null, false)));
    assertEquals(Set.of(active, revoked, expired), ids(ofAda(null, null, null)));

    kratos()
        .updateIdentity(
            ada.getId(),
            new UpdateIdentityBody()
                .schemaId(ada.getSchemaId())
                .traits(ada.getTraits())
                .state(UpdateIdentityBody.StateEnum.INACTIVE));
    assertEquals(false, kratos().getSession(active, List.of("identity")).getActive());
  }

  @Test
  void pagesOfAnIdentitysSessionsShowEachOnceAndTheNewestFirst() throws Exception {
    rows.begin(create(freshEmail()).getId(), NOON);
    List<String> newestFirst = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      UUID id = rows.begin(ada.getId(), NOON.plusSeconds(i));
      rows.device(id, "first");
      rows.device(id, "second");
      newestFirst.addFirst(id.toString());
    }
    List<String> walked = new ArrayList<>();
    String path = ofAda() + "?page_size=2";
    for (int page = 0; page < 4; page++) {
      HttpResponse<String> answer = send("GET", path);
      List<String> ids = PageClient.ids(answer);
      assertEquals(page < 3 ? 2 : 1, ids.size(), answer::body);
      walked.addAll(ids);
      path = PageClient.next(answer).orElse("none");
      // A session that is created meanwhile shifts nothing.
      rows.begin(ada.getId(), NOON.plusSeconds(100));
    }
    assertEquals("none", path);
    assertEquals(newestFirst, walked);
  }

  @Test
  void pagesShowEachOnceAlsoWhenAllWereBegunAtOneTime() {
    Set<String> begun = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      begun.add(rows.begin(ada.getId(), NOON).toString());
    }
    assertEquals(begun, new HashSet<>(PageClient.walk(this::send, ofAda() + "?page_size=2", 5)));
    List<String> all = PageClient.walk(this::send, "/admin/sessions?page_size=4", 1000);
    assertTrue(all.containsAll(begun));
    assertEquals(all.size(), new HashSet<>(all).size());
  }

  @Test
  void listsAllSessionsNewestFirst() throws Exception {
    Identity bob = create(freshEmail());
    Instant soon = Instant.now().plusSeconds(1000);
    String older = rows.begin(ada.getId(), soon).toString();
    String newer = rows.begin(bob.getId(), soon.plusSeconds(1)).toString();
    List<Session> newest = kratos().listSessions(2L, null, null, List.of("identity", "devices"));
    assertEquals(List.of(newer, older), newest.stream().map(Session::getId).toList());
    assertEquals(bob.getId(), newest.getFirst().getIdentity().getId());
    assertEquals(ada.getId(), newest.getLast().getIdentity().getId());
    assertEquals(List.of(), newest.getFirst().getDevices());
    kratos().disableSession(newer);
    assertEquals(older, kratos().listSessions(1L, null, true, null).getFirst().getId());
    assertEquals(newer, kratos().listSessions(1L, null, false, null).getFirst().getId());
    kratos().deleteIdentity(bob.getId());
    kratos().deleteIdentity(ada.getId());
    refused(404, () -> kratos().getSession(older, null));
  }

  @Test
  void aRevokedSessionStaysAsARecord() throws Exception {
    String id = rows.begin(ada.getId(), NOON).toString();
    String other = rows.begin(ada.getId(), NOON).toString();
    assertEquals(204, kratos().disableSessionWithHttpInfo(id).getStatusCode());
    assertEquals(false, kratos().getSession(id, null).getActive());
    assertEquals(true, kratos().getSession(other, null).getActive());
    assertEquals(204, kratos().disableSessionWithHttpInfo(id).getStatusCode());
  }

  @Test
  void deletesAllSessionsOfAnIdentity() throws Exception {
    rows.device(rows.begin(ada.getId(), NOON), "Lynx");
    rows.begin(ada.getId(), NOON);
    Identity bob = create(freshEmail());
    String other = rows.begin(bob.getId(), NOON).toString();
    assertEquals(204, kratos().deleteIdentitySessionsWithHttpInfo(ada.getId()).getStatusCode());
    assertEquals(List.of(), ofAda(null, null, null));
    assertEquals(other, kratos().getSession(other, null).getId());
    refused(404, () -> kratos().deleteIdentitySessions(ada.getId()));
  }

  @Test
  void refusesWhatNamesNoSession() throws Exception {
    String nobody = UUID.randomUUID().toString();
    refused(404, () -> kratos().getSession(nobody, null));
    refused(404, () -> kratos().disableSession(nobody));
    refused(404, () -> kratos().deleteIdentitySessions(nobody));
    assertEquals(List.of(), kratos().listIdentitySessions(nobody, null, null, null, null, null));
    for (String path : List.of("/admin/sessions/7", "/admin/identities/7/sessions")) {
      assertTrue(refused(400, send("GET", path)).contains("UUID"));
      assertTrue(refused(400, send("DELETE", path)).contains("UUID"));
    }
  }

  @Test
  void refusesAPageThatCannotBe() {
    for (String query :
        List.of(
            "page_size=-1",
            "page_size=x",
            "page_token=abc",
            "active=maybe",
            "page_token=__________________________________8",
            "page_token=%F0%9F%A6%8A",
            "pagesize=1")) {
      refused(400, send("GET", "/admin/sessions?" + query));
      refused(400, send("GET", ofAda() + "?" + query));
    }
    assertTrue(refused(400, send("GET", ofAda() + "?page=2")).contains("page_token"));
  }

  private String ofAda() {
    return "/admin/identities/" + ada.getId() + "/sessions";
  }

  private List<Session> ofAda(Long pageSize, String pageToken, Boolean active) throws ApiException {
    return kratos().listIdentitySessions(ada.getId(), null, null, pageSize, pageToken, active);
  }

  private static Set<String> ids(List<Session> sessions) {
    Set<String> ids = new HashSet<>();
    sessions.forEach(each -> assertTrue(ids.add(each.getId()), each::getId));
    return ids;
  }

  /** Which of the fields that can be left out there are. */
  private Set<?> shown(String path) {
    HttpResponse<String> answer = send("GET", path);
    assertEquals(200, answer.statusCode(), answer::body);
    Set<Object> fields = new HashSet<>(object(answer.body()).keySet());
    fields.retainAll(Set.of("identity", "devices"));
    return fields;
  }
}
