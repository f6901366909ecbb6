package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.IdentityServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import sh.ory.kratos.model.CreateIdentityBody;
import sh.ory.kratos.model.IdentityPatch;
import sh.ory.kratos.model.IdentityPatchResponse;
import sh.ory.kratos.model.IdentityPatchResponse.ActionEnum;
import sh.ory.kratos.model.PatchIdentitiesBody;

/** {@code PATCH /admin/identities}: many at once. */
class IdentityBatchIT extends IdentitySuite {
  @Test
  void createsAllThatCanBeCreatedAndSaysWhyTheOthersCannot() throws Exception {
    String taken = freshEmail();
    String twice = freshEmail();
    create(taken);
    List<CreateIdentityBody> bodies =
        List.of(
            person(freshEmail()),
            person(taken),
            person(twice),
            person(twice),
            person("").traits(Map.of("email", freshEmail(), "age", -1)),
            person(freshEmail()));
    List<IdentityPatchResponse> results = batch(bodies);
    assertEquals(
        List.of(
            ActionEnum.CREATE,
            ActionEnum.ERROR,
            ActionEnum.CREATE,
            ActionEnum.ERROR,
            ActionEnum.ERROR,
            ActionEnum.CREATE),
        results.stream().map(IdentityPatchResponse::getAction).toList());
    for (IdentityPatchResponse each : results) {
      if (each.getAction() == ActionEnum.CREATE) {
        assertNotNull(kratos().getIdentity(each.getIdentity(), null));
        assertNull(each.getError());
      } else {
        assertNull(each.getIdentity());
      }
    }
    assertEquals(409.0, error(results.get(1)).get("code"));
    assertTrue(reason(results.get(1)).contains(taken), reason(results.get(1)));
    assertEquals(409.0, error(results.get(3)).get("code"));
    assertTrue(reason(results.get(3)).contains(twice), reason(results.get(3)));
    assertEquals(400.0, error(results.get(4)).get("code"));
    assertTrue(reason(results.get(4)).contains("/traits/age"), reason(results.get(4)));
  }

  @Test
  void answersEachPatchInOrderAndWithItsId() throws Exception {
    List<CreateIdentityBody> bodies = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      bodies.add(person(freshEmail()));
    }
    var body = new PatchIdentitiesBody();
    List<String> patches = new ArrayList<>();
    for (CreateIdentityBody each : bodies) {
      patches.add(UUID.randomUUID().toString());
      body.addIdentitiesItem(new IdentityPatch().create(each).patchId(patches.getLast()));
    }
    List<IdentityPatchResponse> results = kratos().batchPatchIdentities(body).getIdentities();
    assertEquals(patches, results.stream().map(IdentityPatchResponse::getPatchId).toList());
    IdentityPatchResponse last = results.getLast();
    assertEquals(
        bodies.getLast().getTraits(), kratos().getIdentity(last.getIdentity(), null).getTraits());
  }

  /** As an import does that is run again, and one whose file names everybody twice. */
  @Test
  void aBatchOfConflictsAloneIsToldThemAllAtOnce() throws Exception {
    List<CreateIdentityBody> bodies = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      bodies.add(person(i % 2 == 0 ? freshEmail() : email(bodies.getLast())));
    }
    List<IdentityPatchResponse> first = batch(bodies);
    List<IdentityPatchResponse> again = batch(bodies);
    for (int i = 0; i < 1000; i++) {
      assertEquals(i % 2 == 0 ? ActionEnum.CREATE : ActionEnum.ERROR, first.get(i).getAction());
      assertEquals(ActionEnum.ERROR, again.get(i).getAction());
      assertEquals(409.0, error(again.get(i)).get("code"));
      assertEquals(
          "this identity conflicts with another one, which has the identifier "
              + email(bodies.get(i))
              + " (password) already",
          reason(again.get(i)));
    }
  }

  @Test
  void batchesThatOverlapDoNotHoldEachOtherUpForever() throws Exception {
    List<CreateIdentityBody> bodies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      bodies.add(person(freshEmail()));
    }
    List<Executable> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      List<CreateIdentityBody> shuffled = new ArrayList<>(bodies);
      Collections.shuffle(shuffled, new Random(i));
      calls.add(() -> batch(shuffled));
    }
    List<Integer> statuses = together(calls);
    assertTrue(
        statuses.stream().allMatch(status -> status == 200 || status == 503), statuses::toString);
    for (CreateIdentityBody each : bodies) {
      String email = (String) ((Map<?, ?>) each.getTraits()).get("email");
      assertEquals(
          1,
          kratos()
              .listIdentities(null, null, null, null, null, null, email, null, null, null)
              .size(),
          email + " after " + statuses);
    }
  }

  @Test
  void refusesABatchThatIsNone() {
    for (String body :
        List.of(
            "{\"identities\":{}}",
            "{\"identities\":[1]}",
            "{\"identities\":[{}]}",
            "{\"identities\":[{\"create\":null}]}",
            "{\"identity\":[]}",
            "{\"identities\":[{\"create\":{},\"patch_id\":\"7\"}]}")) {
      refused(400, send("PATCH", "/admin/identities", body));
    }
    String item = "{\"create\":{\"schema_id\":\"" + IdentityServer.SCHEMA + "\"}}";
    String many = String.join(",", Collections.nCopies(1001, item));
    String reason =
        refused(400, send("PATCH", "/admin/identities", "{\"identities\":[" + many + "]}"));
    assertTrue(reason.contains("1000"), reason);
    assertEquals(200, send("PATCH", "/admin/identities", "{\"identities\":[]}").statusCode());
  }

  private static String email(CreateIdentityBody body) {
    return (String) ((Map<?, ?>) body.getTraits()).get("email");
  }

  private List<IdentityPatchResponse> batch(List<CreateIdentityBody> bodies) throws Exception {
    var body = new PatchIdentitiesBody();
    bodies.forEach(each -> body.addIdentitiesItem(new IdentityPatch().create(each)));
    return kratos().batchPatchIdentities(body).getIdentities();
  }

  private static Map<?, ?> error(IdentityPatchResponse result) {
    return (Map<?, ?>) result.getError();
  }

  private static String reason(IdentityPatchResponse result) {
    return (String) error(result).get("reason");
  }
}
