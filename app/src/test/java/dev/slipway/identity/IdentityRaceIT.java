package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.IdentityServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import sh.ory.kratos.ApiException;
import sh.ory.kratos.model.Identity;
import sh.ory.kratos.model.JsonPatch;
import sh.ory.kratos.model.UpdateIdentityBody;

/** Many clients at the same identities at the same time. */
class IdentityRaceIT extends IdentitySuite {
  @Test
  void ofManyWhoClaimOneIdentifierOneGetsIt() throws Exception {
    String email = freshEmail();
    List<Executable> claims = Collections.nCopies(16, () -> create(email));
    Map<Integer, Long> answers =
        together(claims).stream()
            .collect(Collectors.groupingBy(status -> status, Collectors.counting()));
    assertEquals(Map.of(200, 1L, 409, 15L), answers);
    assertEquals(
        1,
        kratos()
            .listIdentities(null, null, null, null, null, null, email, null, null, null)
            .size());
  }

  @Test
  void ofManyWhoChangeOneIdentityNobodysChangeIsLost() throws Exception {
    String email = freshEmail();
    Identity ada = kratos().createIdentity(person(email).metadataPublic(Map.of("x", 0)));
    List<Executable> changes = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String field = "/metadata_public/by" + i;
      changes.add(() -> patch(ada.getId(), new JsonPatch().op("add").path(field).value(true)));
    }
    List<Integer> statuses = together(changes);
    assertTrue(Set.of(200, 409, 503).containsAll(statuses), statuses::toString);
    Map<?, ?> known = (Map<?, ?>) kratos().getIdentity(ada.getId(), null).getMetadataPublic();
    Set<String> expected = new HashSet<>(Set.of("x"));
    for (int i = 0; i < 16; i++) {
      if (statuses.get(i) == 200) {
        expected.add("by" + i);
      }
    }
    assertEquals(expected, known.keySet());
  }

  @Test
  void changesOfAnIdentityThatIsDeletedMeanwhileDoNotFail() throws Exception {
    for (int round = 0; round < 5; round++) {
      String email = freshEmail();
      String id = create(email).getId();
      List<Executable> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String moved = i + email;
        calls.add(() -> patch(id, new JsonPatch().op("add").path("/traits/age").value(7)));
        calls.add(() -> kratos().updateIdentity(id, update(moved)));
        calls.add(() -> kratos().getIdentity(id, null));
        calls.add(() -> kratos().deleteIdentity(id));
      }
      Collections.shuffle(calls);
      List<Integer> statuses = together(calls);
      assertTrue(Set.of(200, 404, 503).containsAll(statuses), statuses::toString);
      assertEquals(0, rowsOf(id));
    }
  }

  @Test
  void identitiesThatTakeEachOthersIdentifiersDoNotFail() throws Exception {
    List<String> emails = List.of(freshEmail(), freshEmail(), freshEmail());
    List<String> ids = new ArrayList<>();
    for (String email : emails) {
      ids.add(create(email).getId());
    }
    for (int round = 0; round < 5; round++) {
      List<Executable> calls = new ArrayList<>();
      for (String id : ids) {
        for (String email : emails) {
          calls.add(() -> kratos().updateIdentity(id, update(email)));
        }
        calls.add(() -> kratos().updateIdentity(id, update(freshEmail())));
      }
      Collections.shuffle(calls);
      List<Integer> statuses = together(calls);
      assertTrue(Set.of(200, 409, 503).containsAll(statuses), statuses::toString);
      for (String id : ids) {
        Identity identity = kratos().getIdentity(id, null);
        Object email = ((Map<?, ?>) identity.getTraits()).get("email");
        assertEquals(List.of(email), identity.getCredentials().get("password").getIdentifiers());
        assertEquals(email, identity.getVerifiableAddresses().getFirst().getValue());
        assertEquals(1, identity.getVerifiableAddresses().size());
      }
    }
  }

  private int rowsOf(String id) {
    return database()
        .query("SELECT id FROM identity_verifiable_addresses WHERE identity_id = '" + id + "'")
        .size();
  }

  private Identity patch(String id, JsonPatch... operations) throws ApiException {
    return kratos().patchIdentity(id, List.of(operations));
  }

  private static UpdateIdentityBody update(String email) {
    return new UpdateIdentityBody()
        .schemaId(IdentityServer.SCHEMA)
        .state(UpdateIdentityBody.StateEnum.ACTIVE)
        .traits(Map.of("email", email));
  }
}
