package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sh.ory.kratos.ApiException;
import sh.ory.kratos.model.Identity;

/** {@code GET /admin/identities}. */
class IdentityListIT extends IdentitySuite {
  private static final String LIST = "/admin/identities";

  @Test
  void pagesShowEachIdentityOnce() throws Exception {
    Set<String> mine = createSome(9);
    List<String> walked = PageClient.walk(this::send, LIST + "?page_size=2", 10_000);
    assertEquals(walked.size(), new HashSet<>(walked).size());
    assertTrue(walked.containsAll(mine));
  }

  @Test
  void neitherANewNorADeletedIdentityShiftsAPage() throws Exception {
    Set<String> mine = createSome(8);
    List<String> walked = new ArrayList<>();
    String path = LIST + "?page_size=3";
    while (!path.isEmpty()) {
      HttpResponse<String> page = send("GET", path);
      walked.addAll(PageClient.ids(page));
      path = PageClient.next(page).orElse("");
      create(freshEmail());
      for (String seen : PageClient.ids(page)) {
        if (mine.contains(seen) && walked.indexOf(seen) % 2 == 0) {
          kratos().deleteIdentity(seen);
        }
      }
      assertTrue(walked.size() < 30_000);
    }
    assertEquals(walked.size(), new HashSet<>(walked).size());
    assertTrue(walked.containsAll(mine));
  }

  @Test
  void pagesKeepTheirFilterAndEndWithoutALinkToTheNext() throws Exception {
    Set<String> mine = createSome(5);
    String path = LIST + "?page_size=2&ids=" + String.join("&ids=", mine);
    HttpResponse<String> first = send("GET", path);
    assertEquals(2, PageClient.ids(first).size());
    assertTrue(first.headers().firstValue("Link").orElse("").contains("rel=\"first\""));
    List<String> walked = PageClient.walk(this::send, path, 3);
    assertEquals(mine, new HashSet<>(walked));
    assertEquals(5, walked.size());
  }

  @Test
  void theClientGetsTheIdentitiesThatItAsksFor() throws Exception {
    Identity ada = create(freshEmail());
    Identity bob = create(freshEmail());
    List<Identity> both = list(List.of(ada.getId(), bob.getId()), null, null);
    assertEquals(Set.of(ada.getId(), bob.getId()), ids(both));
    assertEquals(ada.getTraits(), both.getFirst().getTraits());
    assertEquals(Map.of(), both.getFirst().getCredentials());
    assertEquals(List.of(), list(List.of(UUID.randomUUID().toString()), null, null));
    assertEquals(
        Set.of(ada.getId()),
        new HashSet<>(
            PageClient.ids(send("GET", LIST + "?ids=" + ada.getId() + "," + UUID.randomUUID()))));
  }

  @Test
  void findsAnIdentityByWhatItSignsInWith() throws Exception {
    String email = freshEmail();
    Identity ada = create(email);
    create("x" + email);
    assertEquals(Set.of(ada.getId()), ids(list(null, email, null)));
    assertEquals(Set.of(ada.getId()), ids(list(null, email.toUpperCase(), null)));
    assertEquals(List.of(), list(null, email + "x", null));
    assertEquals(List.of(), list(null, "%' OR 1=1 --", null));
    assertEquals(List.of(), list(List.of(UUID.randomUUID().toString()), email, null));
  }

  @Test
  void showsCredentialsWhereAsked() throws Exception {
    String email = freshEmail();
    String id = create(email).getId();
    Identity plain = list(List.of(id), null, null).getFirst();
    assertEquals(Map.of(), plain.getCredentials());
    Identity found = list(null, email, null).getFirst();
    assertEquals(List.of(email), found.getCredentials().get("password").getIdentifiers());
    Identity whole = list(null, email, List.of("password", "oidc")).getFirst();
    assertEquals(List.of(email), whole.getCredentials().get("password").getIdentifiers());
  }

  @Test
  void aPageHasNoMoreThanAsked() throws Exception {
    createSome(3);
    assertEquals(
        2,
        kratos().listIdentities(null, null, 2L, null, null, null, null, null, null, null).size());
    assertEquals(
        1, kratos().listIdentities(1L, 1L, null, null, null, null, null, null, null, null).size());
  }

  @Test
  void refusesAPageThatCannotBe() {
    for (String query :
        List.of(
            "page_size=-1",
            "page_size=x",
            "page_size=1.5",
            "page_size=1&page_size=2",
            "page_token=abc",
            "page_token=' OR 1=1",
            "ids=7",
            "include_credential=nobody",
            "page=2",
            "organization_id=x",
            "pagesize=1")) {
      String encoded = query.replace(" ", "%20");
      String reason = refused(400, send("GET", LIST + "?" + encoded));
      assertTrue(reason.contains(query.split("=")[0]), reason);
    }
    String many = String.join("&ids=", Collections.nCopies(501, freshId()));
    assertTrue(refused(400, send("GET", LIST + "?ids=" + many)).contains("500"));
  }

  @Test
  void aPageOfLargeIdentitiesEndsEarlyAndLeadsOn() throws Exception {
    Set<String> mine = new HashSet<>();
    for (int i = 0; i < 150; i++) {
      Map<String, Object> traits = Map.of("email", freshEmail(), "anything", "x".repeat(16_000));
      mine.add(kratos().createIdentity(person("").traits(traits)).getId());
    }
    String path = LIST + "?page_size=150&ids=" + String.join(",", mine);
    HttpResponse<String> first = send("GET", path);
    int found = PageClient.ids(first).size();
    assertTrue(found > 100 && found < 150, () -> found + " in " + first.body().length() + " bytes");
    List<String> walked = PageClient.walk(this::send, path, 2);
    assertEquals(150, walked.size());
    assertEquals(mine, new HashSet<>(walked));
    for (String id : mine) {
      kratos().deleteIdentity(id);
    }
  }

  @Test
  void manyListsOfLargeIdentitiesAtOnceAllSucceed() throws Exception {
    Set<String> mine = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Map<String, Object> traits = Map.of("email", freshEmail(), "anything", "x".repeat(16_000));
      mine.add(kratos().createIdentity(person("").traits(traits)).getId());
    }
    String path = LIST + "?page_size=100&ids=" + String.join(",", mine);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers =
          IntStream.range(0, 16).mapToObj(i -> threads.submit(() -> send("GET", path))).toList();
      for (Future<HttpResponse<String>> answer : answers) {
        assertEquals(100, PageClient.ids(answer.get()).size());
      }
    }
    for (String id : mine) {
      kratos().deleteIdentity(id);
    }
  }

  @Test
  void theLastPageIsFullAndStillTheWalkEnds() throws Exception {
    Set<String> mine = createSome(4);
    String path = LIST + "?page_size=2&ids=" + String.join(",", mine);
    List<String> walked = PageClient.walk(this::send, path, 3);
    assertEquals(mine, new HashSet<>(walked));
    assertFalse(walked.isEmpty());
  }

  private Set<String> createSome(int count) throws ApiException {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < count; i++) {
      ids.add(create(freshEmail()).getId());
    }
    return ids;
  }

  private List<Identity> list(List<String> ids, String identifier, List<String> includeCredential)
      throws ApiException {
    return kratos()
        .listIdentities(
            null, null, null, null, "strong", ids, identifier, null, includeCredential, null);
  }

  private static Set<String> ids(List<Identity> identities) {
    Set<String> ids = new HashSet<>();
    identities.forEach(each -> assertTrue(ids.add(each.getId()), each::getId));
    return ids;
  }

  private static String freshId() {
    return UUID.randomUUID().toString();
  }
}
