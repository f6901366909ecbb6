package dev.slipway.identity;

import dev.slipway.http.Request;
import dev.slipway.identity.Identity.Attributes;
import dev.slipway.identity.Identity.Credential;
import dev.slipway.identity.Identity.RecoveryAddress;
import dev.slipway.identity.Identity.VerifiableAddress;
import dev.slipway.json.JsonWriter;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Writes identities as JSON, with the field names of Ory Kratos' admin API. Thread-safe. */
final class IdentityJson {
  private final String baseUrl;

  /**
   * A writer.
   *
   * @param baseUrl the public URL of this server without a slash at the end; if empty, that of the
   *     request
   */
  IdentityJson(String baseUrl) {
    this.baseUrl = baseUrl;
  }

  /** A writer of URLs that the client of a request can read. */
  IdentityJson of(Request request) {
    return baseUrl.isEmpty()
        ? request.header("Host").map(host -> new IdentityJson("http://" + host)).orElse(this)
        : this;
  }

  /**
   * Writes one object.
   *
   * @param withConfig empty for no credentials; otherwise all, and those of these types with their
   *     config, which contains secrets
   */
  void write(JsonWriter json, Identity identity, Optional<Set<CredentialType>> withConfig) {
    Attributes attributes = identity.attributes();
    json.object().string("id", identity.id().toString());
    if (withConfig.isPresent()) {
      json.object("credentials");
      identity.credentials().forEach(each -> write(json, each, withConfig.get()));
      json.endObject();
    }
    json.string("schema_id", attributes.schemaId())
        .string("schema_url", baseUrl + "/schemas/" + SchemaRoutes.encode(attributes.schemaId()))
        .string("state", attributes.state().value())
        .time("state_changed_at", attributes.stateChangedAt())
        .json("traits", attributes.traits());
    if (!identity.verifiableAddresses().isEmpty()) {
      json.array("verifiable_addresses", identity.verifiableAddresses(), each -> write(json, each));
    }
    if (!identity.recoveryAddresses().isEmpty()) {
      json.array("recovery_addresses", identity.recoveryAddresses(), each -> write(json, each));
    }
    json.json("metadata_public", attributes.metadataPublic())
        .json("metadata_admin", attributes.metadataAdmin())
        .time("created_at", identity.createdAt())
        .time("updated_at", identity.updatedAt());
    attributes.externalId().ifPresent(id -> json.string("external_id", id));
    json.string("organization_id", attributes.organizationId().map(UUID::toString)).endObject();
  }

  private static void write(
      JsonWriter json, Credential credential, Set<CredentialType> withConfig) {
    json.object(credential.type())
        .string("type", credential.type())
        .strings("identifiers", credential.identifiers());
    if (withConfig.stream().anyMatch(type -> type.value().equals(credential.type()))) {
      json.json("config", credential.config());
    }
    json.number("version", credential.version())
        .time("created_at", credential.createdAt())
        .time("updated_at", credential.updatedAt())
        .endObject();
  }

  private static void write(JsonWriter json, VerifiableAddress address) {
    json.object()
        .string("id", address.id().toString())
        .string("value", address.address().value())
        .bool("verified", address.verified())
        .string("via", address.address().via())
        .string("status", address.status().value())
        .time("verified_at", address.verifiedAt())
        .time("created_at", address.createdAt())
        .time("updated_at", address.updatedAt())
        .endObject();
  }

  private static void write(JsonWriter json, RecoveryAddress address) {
    json.object()
        .string("id", address.id().toString())
        .string("value", address.address().value())
        .string("via", address.address().via())
        .time("created_at", address.createdAt())
        .time("updated_at", address.updatedAt())
        .endObject();
  }
}
