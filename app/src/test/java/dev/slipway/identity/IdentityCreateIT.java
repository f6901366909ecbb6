package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.password4j.BcryptFunction;
import dev.slipway.testing.IdentityServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sh.ory.kratos.ApiException;
import sh.ory.kratos.ApiResponse;
import sh.ory.kratos.model.CreateIdentityBody;
import sh.ory.kratos.model.Identity;
import sh.ory.kratos.model.IdentityCredentials;
import sh.ory.kratos.model.IdentityWithCredentials;
import sh.ory.kratos.model.IdentityWithCredentialsOidc;
import sh.ory.kratos.model.IdentityWithCredentialsOidcConfig;
import sh.ory.kratos.model.IdentityWithCredentialsOidcConfigProvider;
import sh.ory.kratos.model.IdentityWithCredentialsPassword;
import sh.ory.kratos.model.IdentityWithCredentialsPasswordConfig;
import sh.ory.kratos.model.RecoveryIdentityAddress;
import sh.ory.kratos.model.UpdateIdentityBody;
import sh.ory.kratos.model.VerifiableIdentityAddress;

/** {@code POST /admin/identities}. */
class IdentityCreateIT extends IdentitySuite {
  private static final String BCRYPT =
      "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

  @Test
  void createsWhatItIsGiven() throws Exception {
    String email = freshEmail();
    String externalId = fresh("external");
    ApiResponse<Identity> answer =
        kratos()
            .createIdentityWithHttpInfo(
                person(email)
                    .state(CreateIdentityBody.StateEnum.INACTIVE)
                    .metadataPublic(Map.of("plan", "gold"))
                    .metadataAdmin(List.of("note"))
                    .externalId(externalId));
    Identity created = answer.getData();
    assertEquals(201, answer.getStatusCode());
    assertEquals(
        List.of("/admin/identities/" + created.getId()), answer.getHeaders().get("location"));
    assertEquals(IdentityServer.SCHEMA, created.getSchemaId());
    assertEquals(Identity.StateEnum.INACTIVE, created.getState());
    assertEquals(Map.of("email", email), created.getTraits());
    assertEquals(Map.of("plan", "gold"), created.getMetadataPublic());
    assertEquals(List.of("note"), created.getMetadataAdmin());
    assertEquals(externalId, created.getExternalId());
    assertRecent(created.getCreatedAt());
    assertEquals(created.getCreatedAt(), created.getUpdatedAt());
    assertRecent(created.getStateChangedAt());
    assertEquals(created, kratos().getIdentity(created.getId(), List.of()));
    assertEquals(created, kratos().getIdentityByExternalID(externalId, List.of()));
  }

  /** As Kratos keeps it for the service that sends the codes. */
  @Test
  void codesGoToTheMarkedAddresses() throws Exception {
    String before = freshEmail();
    Identity created = create(before);
    assertEquals(
        Map.of("addresses", List.of(Map.of("channel", "email", "address", before))),
        codes(created.getId()));
    String after = freshEmail();
    kratos().updateIdentity(created.getId(), update(after));
    assertEquals(
        Map.of("addresses", List.of(Map.of("channel", "email", "address", after))),
        codes(created.getId()));
  }

  private Object codes(String id) throws ApiException {
    return kratos().getIdentity(id, List.of("code")).getCredentials().get("code").getConfig();
  }

  private static UpdateIdentityBody update(String email) {
    return new UpdateIdentityBody()
        .schemaId(IdentityServer.SCHEMA)
        .state(UpdateIdentityBody.StateEnum.ACTIVE)
        .traits(Map.of("email", email));
  }

  @Test
  void derivesIdentifiersAndAddressesFromTheTraits() throws Exception {
    String name = fresh("Ada");
    String email = name.toLowerCase() + "@example.org";
    Identity created =
        kratos()
            .createIdentity(
                new CreateIdentityBody()
                    .schemaId(IdentityServer.SCHEMA)
                    .traits(Map.of("email", name + "@Example.org", "username", name)));
    VerifiableIdentityAddress verifiable = only(created.getVerifiableAddresses());
    assertEquals(email, verifiable.getValue());
    assertEquals(VerifiableIdentityAddress.ViaEnum.EMAIL, verifiable.getVia());
    assertEquals("pending", verifiable.getStatus());
    assertEquals(false, verifiable.getVerified());
    RecoveryIdentityAddress recovery = only(created.getRecoveryAddresses());
    assertEquals(email, recovery.getValue());
    assertEquals("email", recovery.getVia());
    assertEquals(
        Set.of(email, name.toLowerCase()),
        Set.copyOf(created.getCredentials().get("password").getIdentifiers()));
  }

  @Test
  void keepsAHashedPasswordAsItIsGiven() throws Exception {
    Identity created =
        kratos()
            .createIdentity(
                person(freshEmail())
                    .credentials(
                        password(
                            new IdentityWithCredentialsPasswordConfig().hashedPassword(BCRYPT))));
    assertEquals(BCRYPT, hashOf(created));
  }

  @Test
  void hashesAPlainPassword() throws Exception {
    String plain = "correct horse battery stäple";
    Identity created =
        kratos()
            .createIdentity(
                person(freshEmail())
                    .credentials(
                        password(new IdentityWithCredentialsPasswordConfig().password(plain))));
    String hash = hashOf(created);
    assertTrue(hash.startsWith("$2a$04$"), hash);
    assertTrue(BcryptFunction.getInstanceFromHash(hash).check(plain, hash), hash);
  }

  @Test
  void refusesAHashThatNobodyCouldVerify() {
    CreateIdentityBody body =
        person(freshEmail())
            .credentials(
                password(new IdentityWithCredentialsPasswordConfig().hashedPassword("$9$nobody")));
    String reason = refused(400, () -> kratos().createIdentity(body));
    assertTrue(reason.startsWith("/credentials/password/config/hashed_password "), reason);
    assertTrue(!reason.contains("nobody"), reason);
  }

  @Test
  void importsWhoSomebodyIsAtAnIdentityProvider() throws Exception {
    String subject = fresh("subject");
    Identity created =
        kratos()
            .createIdentity(
                person(freshEmail())
                    .credentials(
                        new IdentityWithCredentials()
                            .oidc(
                                new IdentityWithCredentialsOidc()
                                    .config(
                                        new IdentityWithCredentialsOidcConfig()
                                            .addProvidersItem(
                                                new IdentityWithCredentialsOidcConfigProvider()
                                                    .provider("github")
                                                    .subject(subject))))));
    IdentityCredentials oidc =
        kratos().getIdentity(created.getId(), List.of("oidc")).getCredentials().get("oidc");
    assertEquals(List.of("github:" + subject), oidc.getIdentifiers());
    assertEquals(
        Map.of("providers", List.of(Map.of("provider", "github", "subject", subject))),
        oidc.getConfig());
  }

  @Test
  void importsWhatAnAddressHasProven() throws Exception {
    String email = freshEmail();
    Identity created =
        kratos()
            .createIdentity(
                person(email)
                    .addVerifiableAddressesItem(
                        new VerifiableIdentityAddress()
                            .value(email)
                            .via(VerifiableIdentityAddress.ViaEnum.EMAIL)
                            .status("completed")
                            .verified(true)));
    VerifiableIdentityAddress address = only(created.getVerifiableAddresses());
    assertEquals(true, address.getVerified());
    assertEquals("completed", address.getStatus());
    assertNotNull(address.getVerifiedAt());
  }

  @Test
  void saysWhichTraitDoesNotFitTheSchema() {
    CreateIdentityBody body = person(freshEmail()).traits(Map.of("email", freshEmail(), "age", -1));
    String reason = refused(400, () -> kratos().createIdentity(body));
    assertTrue(reason.contains("/traits/age"), reason);
  }

  @Test
  void refusesABodyThatIsNoIdentity() {
    assertTrue(refused(400, send("POST", "/admin/identities")).contains("body"));
    assertTrue(refused(400, post("{\"traits\":")).contains("the body:1:11"));
    assertTrue(refused(400, post("[]")).contains("object"));
    assertTrue(refused(400, post("{}")).contains("/traits"));
    assertTrue(refused(400, post("{\"traits\":{},\"trait\":1}")).contains("email"));
    String twice = "{\"traits\":{\"email\":\"a@b.c\",\"email\":\"d@e.f\"}}";
    assertTrue(refused(400, post(twice)).contains("email"));
    String typo = "{\"traits\":{\"email\":\"%s\"},\"externalId\":1}".formatted(freshEmail());
    assertTrue(refused(400, post(typo)).contains("/externalId"));
    String unknown = "{\"schema_id\":\"nobody\",\"traits\":{\"email\":\"%s\"}}";
    assertTrue(refused(400, post(unknown.formatted(freshEmail()))).contains("nobody"));
  }

  @Test
  void namesTheIdentifierThatSomebodyElseHas() throws Exception {
    String email = freshEmail();
    create(email);
    String reason = refused(409, () -> create(email.toUpperCase()));
    assertTrue(reason.contains("identifier") && reason.contains(email), reason);
  }

  @Test
  void namesTheAddressThatSomebodyElseHas() throws Exception {
    String phone = "+49151" + System.nanoTime() % 100_000_000;
    kratos().createIdentity(withPhone(phone));
    String reason = refused(409, () -> kratos().createIdentity(withPhone(phone)));
    assertTrue(reason.contains(phone), reason);
  }

  @Test
  void namesTheExternalIdThatSomebodyElseHas() throws Exception {
    String externalId = fresh("external");
    kratos().createIdentity(person(freshEmail()).externalId(externalId));
    String reason =
        refused(409, () -> kratos().createIdentity(person(freshEmail()).externalId(externalId)));
    assertTrue(reason.contains("external id " + externalId), reason);
  }

  @Test
  void leavesNothingOfAnIdentityThatConflicts() throws Exception {
    String taken = freshEmail();
    String free = fresh("free");
    create(taken);
    CreateIdentityBody both = person(taken).traits(Map.of("email", taken, "username", free));
    refused(409, () -> kratos().createIdentity(both));
    kratos().createIdentity(person("").traits(Map.of("email", freshEmail(), "username", free)));
  }

  private HttpResponse<String> post(String body) {
    return send("POST", "/admin/identities", body);
  }

  private static CreateIdentityBody withPhone(String phone) {
    return person("").traits(Map.of("email", freshEmail(), "phone", phone));
  }

  private static IdentityWithCredentials password(IdentityWithCredentialsPasswordConfig config) {
    return new IdentityWithCredentials()
        .password(new IdentityWithCredentialsPassword().config(config));
  }

  private String hashOf(Identity identity) throws ApiException {
    IdentityCredentials password =
        kratos()
            .getIdentity(identity.getId(), List.of("password"))
            .getCredentials()
            .get("password");
    return (String) ((Map<?, ?>) password.getConfig()).get("hashed_password");
  }

  private static void assertRecent(OffsetDateTime time) {
    Duration age = Duration.between(time, OffsetDateTime.now()).abs();
    assertTrue(age.compareTo(Duration.ofMinutes(5)) < 0, () -> "not recent: " + time);
  }

  private static <T> T only(List<T> list) {
    assertEquals(1, list.size(), list::toString);
    return list.getFirst();
  }
}
