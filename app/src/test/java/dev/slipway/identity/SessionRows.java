package dev.slipway.identity;

import dev.slipway.testing.TestDatabase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/** Sessions as another service writes them: rows in the same database. */
record SessionRows(TestDatabase database) {
  static final String TOKEN = "ory_st_";

  /** A session that is active for another hour. */
  UUID begin(String identity, Instant createdAt) {
    return begin(identity, createdAt, true, Instant.now().plusSeconds(3600));
  }

  UUID begin(String identity, Instant createdAt, boolean active, Instant expiresAt) {
    UUID id = UUID.randomUUID();
    database.execute(
        """
        INSERT INTO sessions (id, identity_id, active, token, logout_token, aal,
          authentication_methods, issued_at, authenticated_at, expires_at, created_at, updated_at)
        VALUES ('%s', '%s', %s, '%s', '%s', 'aal1', '%s', '%s', '%s', '%s', '%s', '%s')\
        """
            .formatted(
                id,
                identity,
                active,
                TOKEN + id,
                TOKEN + "logout_" + id,
                "[{\"method\": \"password\", \"aal\": \"aal1\"}]",
                time(createdAt),
                time(createdAt),
                time(expiresAt),
                time(createdAt),
                time(createdAt)));
    return id;
  }

  /** A device that a session is used on. */
  UUID device(UUID session, String userAgent) {
    UUID id = UUID.randomUUID();
    database.execute(
        """
        INSERT INTO session_devices (id, session_id, ip_address, user_agent, location, created_at,
          updated_at)
        VALUES ('%s', '%s', '192.0.2.1', '%s', NULL, '%s', '%s')\
        """
            .formatted(id, session, userAgent, time(Instant.EPOCH), time(Instant.EPOCH)));
    return id;
  }

  /** A time as the columns of this database take it. */
  private String time(Instant time) {
    String pattern =
        switch (database.family()) {
          case SQLITE, POSTGRES, COCKROACH -> "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'";
          case MYSQL -> "uuuu-MM-dd HH:mm:ss.SSSSSS";
        };
    return DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC).format(time);
  }
}
