package dev.slipway.identity;

import dev.slipway.identity.Session.Device;
import dev.slipway.json.JsonWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes sessions as JSON, with the field names of Ory Kratos' admin API. Thread-safe. */
final class SessionJson {
  private final IdentityJson identities;

  SessionJson(IdentityJson identities) {
    this.identities = identities;
  }

  /**
   * Writes one object.
   *
   * @param devices empty if they were not requested
   * @param identity if it was requested; a session of an inactive identity is shown as inactive
   */
  void write(
      JsonWriter json,
      Session session,
      Optional<List<Device>> devices,
      Optional<Identity> identity,
      Instant now) {
    boolean admitted =
        identity.map(each -> each.attributes().state() == Identity.State.ACTIVE).orElse(true);
    json.object()
        .string("id", session.id().toString())
        .bool("active", session.valid(now) && admitted)
        .time("expires_at", session.expiresAt())
        .time("authenticated_at", session.authenticatedAt())
        .string("authenticator_assurance_level", session.aal())
        .json("authentication_methods", session.authenticationMethods())
        .time("issued_at", session.issuedAt());
    identity.ifPresent(
        each -> {
          json.name("identity");
          identities.write(json, each, Optional.empty());
        });
    devices.ifPresent(all -> json.array("devices", all, each -> write(json, each)));
    json.endObject();
  }

  private static void write(JsonWriter json, Device device) {
    json.object()
        .string("id", device.id().toString())
        .string("ip_address", device.ipAddress())
        .string("user_agent", device.userAgent())
        .string("location", device.location())
        .endObject();
  }
}
