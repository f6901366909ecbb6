package dev.slipway.identity;

import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;

/** How identities look in JSON, with the field names of Ory Kratos' admin API. Thread-safe. */
final class IdentityJson {
  private final String schemas;

  /**
   * @param baseUrl where clients reach this server, without a slash at the end; empty for links
   *     that are paths
   */
  IdentityJson(String baseUrl) {
    this.schemas = baseUrl + "/schemas/";
  }

  /** What of an identity's credentials is shown. */
  sealed interface CredentialView {
    /** Nothing of them. */
    record None() implements CredentialView {}

    /** Types, identifiers and times of all, and the whole of some types, secrets included. */
    record All(Set<CredentialType> whole) implements CredentialView {}
  }

  /** Writes one object. */
  void write(JsonWriter json, Identity identity, CredentialView credentials) {
    json.object().string("id", identity.id().toString());
    switch (credentials) {
      case CredentialView.None _ -> {}
      case CredentialView.All all -> writeCredentials(json, identity, all.whole());
    }
    json.string("schema_id", identity.schemaId())
        .string("schema_url", schemaUrl(identity.schemaId()))
        .string("state", identity.state().value())
        .time("state_changed_at", identity.stateChangedAt())
        .json("traits", identity.traits());
    if (!identity.verifiableAddresses().isEmpty()) {
      json.array("verifiable_addresses");
      identity.verifiableAddresses().forEach(each -> write(json, each));
      json.endArray();
    }
    if (!identity.recoveryAddresses().isEmpty()) {
      json.array("recovery_addresses");
      identity.recoveryAddresses().forEach(each -> write(json, each));
      json.endArray();
    }
    json.json("metadata_public", identity.metadataPublic())
        .json("metadata_admin", identity.metadataAdmin())
        .time("created_at", identity.createdAt())
        .time("updated_at", identity.updatedAt());
    identity.externalId().ifPresent(id -> json.string("external_id", id));
    json.string("organization_id", identity.organizationId().map(UUID::toString)).endObject();
  }

  /** Where the schema is, whose id may hold any character. */
  private String schemaUrl(String schemaId) {
    return schemas
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(schemaId.getBytes(StandardCharsets.UTF_8));
  }

  private static void writeCredentials(
      JsonWriter json, Identity identity, Set<CredentialType> whole) {
    json.object("credentials");
    for (Credential credential : identity.credentials()) {
      json.object(credential.type())
          .string("type", credential.type())
          .strings("identifiers", credential.identifiers());
      if (whole.stream().anyMatch(type -> type.value().equals(credential.type()))) {
        json.json("config", credential.config());
      }
      json.number("version", credential.version())
          .time("created_at", credential.createdAt())
          .time("updated_at", credential.updatedAt())
          .endObject();
    }
    json.endObject();
  }

  private static void write(JsonWriter json, VerifiableAddress address) {
    json.object()
        .string("id", address.id().toString())
        .string("value", address.value())
        .bool("verified", address.verified())
        .string("via", address.via())
        .string("status", address.status().value())
        .time("verified_at", address.verifiedAt())
        .time("created_at", address.createdAt())
        .time("updated_at", address.updatedAt())
        .endObject();
  }

  private static void write(JsonWriter json, RecoveryAddress address) {
    json.object()
        .string("id", address.id().toString())
        .string("value", address.value())
        .string("via", address.via())
        .time("created_at", address.createdAt())
        .time("updated_at", address.updatedAt())
        .endObject();
  }
}
