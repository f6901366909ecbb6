package dev.slipway.identity;

import dev.slipway.identity.Session.Device;
import dev.slipway.identity.SessionRepository.Devices;
import dev.slipway.json.JsonWriter;
import java.time.Instant;
import java.util.Optional;

/** How sessions look in JSON, with the field names of Ory Kratos' admin API. Thread-safe. */
final class SessionJson {
  private final IdentityJson identities;

  SessionJson(IdentityJson identities) {
    this.identities = identities;
  }

  /**
   * Writes one object.
   *
   * @param devices whether they were read: then there is a field for them even if there are none
   * @param identity whose session it is, where that is to be shown; a session of one that is
   *     inactive lets nobody in
   */
  void write(
      JsonWriter json, Session session, Devices devices, Optional<Identity> identity, Instant now) {
    boolean admitted = identity.map(each -> each.state() == Identity.State.ACTIVE).orElse(true);
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
    if (devices == Devices.INCLUDE) {
      json.array("devices", session.devices(), each -> write(json, each));
    }
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
