package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.IdentityServer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import sh.ory.kratos.ApiException;
import sh.ory.kratos.model.CreateIdentityBody;
import sh.ory.kratos.model.Identity;
import sh.ory.kratos.model.IdentityWithCredentials;
import sh.ory.kratos.model.IdentityWithCredentialsPassword;
import sh.ory.kratos.model.IdentityWithCredentialsPasswordConfig;
import sh.ory.kratos.model.JsonPatch;
import sh.ory.kratos.model.UpdateIdentityBody;
import sh.ory.kratos.model.VerifiableIdentityAddress;

/** {@code PUT}, {@code PATCH} and {@code DELETE} of {@code /admin/identities/{id}}. */
class IdentityChangeIT extends IdentitySuite {
  private static final String HASH = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

  @Test
  void anUpdateReplacesEverythingButTheCredentials() throws Exception {
    String email = freshEmail();
    String external = fresh("external");
    Identity before =
        kratos()
            .createIdentity(
                withPassword(person(email))
                    .metadataPublic(Map.of("plan", "gold"))
                    .externalId(fresh("external")));
    Identity after =
        kratos()
            .updateIdentity(
                before.getId(),
                update(Map.of("email", email, "age", 42))
                    .state(UpdateIdentityBody.StateEnum.INACTIVE)
                    .metadataAdmin(Map.of("note", "moved"))
                    .externalId(external));
    assertEquals(before.getId(), after.getId());
    assertEquals(Map.of("email", email, "age", 42.0), after.getTraits());
    assertEquals(Identity.StateEnum.INACTIVE, after.getState());
    assertNotEquals(before.getStateChangedAt(), after.getStateChangedAt());
    assertEquals(null, after.getMetadataPublic());
    assertEquals(Map.of("note", "moved"), after.getMetadataAdmin());
    assertEquals(external, after.getExternalId());
    assertEquals(before.getCreatedAt(), after.getCreatedAt());
    assertTrue(after.getUpdatedAt().isAfter(before.getUpdatedAt()));
    assertEquals(after, kratos().getIdentity(before.getId(), null));
    assertEquals(HASH, hashOf(before.getId()));
  }

  @Test
  void identifiersAndAddressesMoveWithTheTraits() throws Exception {
    String before = freshEmail();
    String after = freshEmail();
    Identity ada = create(before);
    Identity moved = kratos().updateIdentity(ada.getId(), update(Map.of("email", after)));
    assertEquals(List.of(after), values(moved));
    assertEquals(after, moved.getRecoveryAddresses().getFirst().getValue());
    assertEquals(List.of(after), moved.getCredentials().get("password").getIdentifiers());
    create(before);
    String reason = refused(409, () -> create(after));
    assertTrue(reason.contains(after), reason);
  }

  @Test
  void anAddressThatStaysKeepsItsProof() throws Exception {
    String email = freshEmail();
    Identity ada =
        kratos()
            .createIdentity(
                person(email)
                    .addVerifiableAddressesItem(
                        new VerifiableIdentityAddress()
                            .value(email)
                            .via(VerifiableIdentityAddress.ViaEnum.EMAIL)
                            .status("completed")
                            .verified(true)));
    String phone = "+4930" + System.nanoTime() % 100_000_000;
    Identity both =
        kratos().updateIdentity(ada.getId(), update(Map.of("email", email, "phone", phone)));
    assertEquals(Set.of(email, phone), Set.copyOf(values(both)));
    for (VerifiableIdentityAddress address : both.getVerifiableAddresses()) {
      boolean proven = address.getValue().equals(email);
      assertEquals(proven, address.getVerified());
      assertEquals(proven ? "completed" : "pending", address.getStatus());
    }
    assertEquals(
        ada.getVerifiableAddresses(),
        both.getVerifiableAddresses().stream().filter(each -> each.getVerified()).toList());
  }

  @Test
  void anUpdateThatConflictsOrDoesNotFitChangesNothing() throws Exception {
    String taken = freshEmail();
    create(taken);
    Identity ada = create(freshEmail());
    refused(409, () -> kratos().updateIdentity(ada.getId(), update(Map.of("email", taken))));
    refused(400, () -> kratos().updateIdentity(ada.getId(), update(Map.of("age", 1))));
    assertEquals(ada, kratos().getIdentity(ada.getId(), null));
  }

  @Test
  void aPatchTestsAddsReplacesAndRemoves() throws Exception {
    String email = freshEmail();
    Identity ada =
        kratos().createIdentity(person(email).metadataPublic(Map.of("a", Map.of("b", "c"))));
    Identity after =
        patch(
            ada.getId(),
            op("test", "/traits/email").value(email),
            op("add", "/traits/anything").value(List.of(1, 2)),
            op("add", "/traits/anything/-").value("three"),
            op("replace", "/state").value("inactive"),
            op("copy", "/metadata_admin").from("/metadata_public"),
            op("move", "/metadata_admin/moved").from("/metadata_admin/a"),
            op("remove", "/metadata_public/a"));
    assertEquals(Map.of("email", email, "anything", List.of(1.0, 2.0, "three")), after.getTraits());
    assertEquals(Identity.StateEnum.INACTIVE, after.getState());
    assertEquals(Map.of(), after.getMetadataPublic());
    assertEquals(Map.of("moved", Map.of("b", "c")), after.getMetadataAdmin());
    assertEquals(after, kratos().getIdentity(ada.getId(), null));
  }

  @Test
  void aPatchMovesIdentifiersTooAndVerifiesAnAddress() throws Exception {
    String email = freshEmail();
    Identity ada = create(freshEmail());
    Identity moved = patch(ada.getId(), op("replace", "/traits/email").value(email));
    assertEquals(List.of(email), moved.getCredentials().get("password").getIdentifiers());
    Identity verified =
        patch(
            ada.getId(),
            op("replace", "/verifiable_addresses/0/verified").value(true),
            op("replace", "/verifiable_addresses/0/status").value("completed"));
    assertEquals(true, verified.getVerifiableAddresses().getFirst().getVerified());
    assertEquals("completed", verified.getVerifiableAddresses().getFirst().getStatus());
    assertNotNull(verified.getVerifiableAddresses().getFirst().getVerifiedAt());
  }

  @Test
  void aPatchThatCannotBeAppliedChangesNothing() throws Exception {
    Identity ada = create(freshEmail());
    List<JsonPatch> refused =
        List.of(
            op("test", "/traits/email").value("nobody@example.org"),
            op("remove", "/traits/age"),
            op("remove", "/traits/email"),
            op("replace", "/id").value(UUID.randomUUID().toString()),
            op("replace", "/created_at").value("2020-01-01T00:00:00Z"),
            op("add", "/credentials").value(Map.of()),
            op("add", "/credentials/password/config/hashed_password").value(HASH),
            op("add", "/nobody").value(1),
            op("add", "nobody").value(1),
            op("delete", "/traits/email"));
    for (JsonPatch each : refused) {
      refused(400, () -> patch(ada.getId(), op("replace", "/state").value("inactive"), each));
    }
    for (String body : List.of("", "{}", "[1]", "[{\"op\":\"add\"}]", "[[]]", "null")) {
      refused(400, send("PATCH", "/admin/identities/" + ada.getId(), body));
    }
    assertEquals(ada, kratos().getIdentity(ada.getId(), null));
  }

  @Test
  void deletesAnIdentityWithAllThatBelongsToIt() throws Exception {
    String email = freshEmail();
    Identity ada = kratos().createIdentity(withPassword(person(email)));
    new SessionRows(database()).begin(ada.getId(), Instant.now());
    assertEquals(204, kratos().deleteIdentityWithHttpInfo(ada.getId()).getStatusCode());
    refused(404, () -> kratos().getIdentity(ada.getId(), null));
    refused(404, () -> kratos().deleteIdentity(ada.getId()));
    refused(404, () -> patch(ada.getId(), op("remove", "/traits/age")));
    refused(404, () -> kratos().updateIdentity(ada.getId(), update(Map.of("email", email))));
    for (String table :
        List.of(
            "identity_credentials",
            "identity_credential_identifiers",
            "identity_verifiable_addresses",
            "identity_recovery_addresses",
            "sessions")) {
      assertEquals(
          List.of("0"),
          database()
              .query(
                  "SELECT count(*) FROM " + table + " WHERE identity_id = '" + ada.getId() + "'"));
    }
    create(email);
  }

  @Test
  void anIdThatNamesNobodyIsNotFound() {
    for (String id : List.of(UUID.randomUUID().toString(), "7", "%20", "nobody")) {
      String path = "/admin/identities/" + id;
      refused(404, send("GET", path));
      refused(404, send("DELETE", path));
      refused(404, send("PATCH", path, "[]"));
      refused(404, send("PUT", path, "{\"traits\":{\"email\":\"a@example.org\"}}"));
    }
    refused(404, send("GET", "/admin/identities/by/external/nobody"));
  }

  private Identity patch(String id, JsonPatch... operations) throws ApiException {
    return kratos().patchIdentity(id, List.of(operations));
  }

  private static JsonPatch op(String operation, String path) {
    return new JsonPatch().op(operation).path(path);
  }

  private static UpdateIdentityBody update(Map<String, Object> traits) {
    return new UpdateIdentityBody()
        .schemaId(IdentityServer.SCHEMA)
        .state(UpdateIdentityBody.StateEnum.ACTIVE)
        .traits(traits);
  }

  private static CreateIdentityBody withPassword(CreateIdentityBody body) {
    return body.credentials(
        new IdentityWithCredentials()
            .password(
                new IdentityWithCredentialsPassword()
                    .config(new IdentityWithCredentialsPasswordConfig().hashedPassword(HASH))));
  }

  private Object hashOf(String id) throws ApiException {
    Identity whole = kratos().getIdentity(id, List.of("password"));
    return ((Map<?, ?>) whole.getCredentials().get("password").getConfig()).get("hashed_password");
  }

  private static List<String> values(Identity identity) {
    return identity.getVerifiableAddresses().stream()
        .map(VerifiableIdentityAddress::getValue)
        .toList();
  }
}
