package dev.slipway.identity;

import dev.slipway.error.Excerpt;
import dev.slipway.http.Problem;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Removes credentials by the rules of Ory Kratos: the credential to sign in with stays. */
final class CredentialRemoval {
  private CredentialRemoval() {}

  /**
   * The identity without a credential, or without a part of it.
   *
   * @param type as in the path
   * @param identifier of a subject at an identity provider, {@code provider:subject}
   * @throws Problem 404 if the identity has no such credential, 400 if it cannot be removed
   */
  static Identity remove(Identity before, String type, Optional<String> identifier, Instant now) {
    Credential credential =
        before
            .credential(type)
            .orElseThrow(
                () -> Problem.of(404, "the identity has no credential " + Excerpt.of(type)));
    Optional<Credential> rest =
        switch (ApiValue.parse(CredentialType.class, type).orElseThrow()) {
          case TOTP, LOOKUP_SECRET -> Optional.empty();
          case WEBAUTHN -> passwordless(credential, now);
          case OIDC, SAML -> otherSubjects(credential, identifier, now);
          case PASSWORD, CODE -> throw Problem.of(400, "a first factor cannot be removed: " + type);
          default -> throw Problem.of(400, "credentials of this type cannot be removed: " + type);
        };
    List<Credential> credentials = new ArrayList<>(before.credentials());
    credentials.remove(credential);
    rest.ifPresent(credentials::add);
    return new Identity(
        before.id(),
        before.attributes(),
        before.createdAt(),
        now,
        before.verifiableAddresses(),
        before.recoveryAddresses(),
        credentials);
  }

  /** Without the security keys that are second factors. */
  private static Optional<Credential> passwordless(Credential credential, Instant now) {
    return with(
        credential,
        "credentials",
        key -> Boolean.TRUE.equals(key.get("is_passwordless")),
        credential.identifiers(),
        now);
  }

  private static Optional<Credential> otherSubjects(
      Credential credential, Optional<String> identifier, Instant now) {
    String removed =
        identifier.orElseThrow(
            () -> Problem.of(400, "the query parameter identifier must name what to delete"));
    if (!credential.identifiers().contains(removed)) {
      throw Problem.of(404, "the credential has no identifier " + Excerpt.of(removed));
    }
    List<String> identifiers =
        credential.identifiers().stream().filter(each -> !each.equals(removed)).toList();
    return with(
        credential,
        "providers",
        each -> !removed.equals(each.get("provider") + ":" + each.get("subject")),
        identifiers,
        now);
  }

  /** The credential with the entries of its configuration to keep; empty if all are removed. */
  private static Optional<Credential> with(
      Credential credential,
      String list,
      Predicate<Map<?, ?>> kept,
      List<String> identifiers,
      Instant now) {
    Map<String, Object> config = new LinkedHashMap<>();
    if (Json.read(credential.config(), "a credential") instanceof Map<?, ?> known) {
      known.forEach((name, value) -> config.put(String.valueOf(name), value));
    }
    List<Object> entries = new ArrayList<>();
    if (config.get(list) instanceof List<?> known) {
      for (Object each : known) {
        if (each instanceof Map<?, ?> entry && kept.test(entry)) {
          entries.add(entry);
        }
      }
    }
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    config.put(list, entries);
    return Optional.of(
        new Credential(
            credential.type(),
            identifiers,
            Json.write(config),
            credential.version(),
            credential.createdAt(),
            now));
  }
}
