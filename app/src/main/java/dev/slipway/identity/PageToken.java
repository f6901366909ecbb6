package dev.slipway.identity;

import dev.slipway.http.Problem;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * The start of a page: after the last item of the page before it. Opaque to clients.
 *
 * @param createdAt for sessions, which are listed newest first
 * @param id of the last item
 */
record PageToken(Optional<Instant> createdAt, UUID id) {
  /** The token of the page after an identity. */
  static PageToken after(Identity identity) {
    return new PageToken(Optional.empty(), identity.id());
  }

  /** The token of the page after a session. */
  static PageToken after(Session session) {
    return new PageToken(Optional.of(session.createdAt()), session.id());
  }

  /**
   * Parses the token of a list of identities.
   *
   * @throws Problem 400 if it is not a token of such a list
   */
  static PageToken ofIdentities(String text) {
    return new PageToken(Optional.empty(), uuid(decode(text, 2)));
  }

  /**
   * Parses the token of a list of sessions.
   *
   * @throws Problem 400 if it is not a token of such a list
   */
  static PageToken ofSessions(String text) {
    ByteBuffer bytes = decode(text, 3);
    try {
      Instant createdAt = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
      return new PageToken(Optional.of(createdAt), uuid(bytes));
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid();
    }
  }

  static Problem invalid() {
    return Problem.of(
        400, "page_token is not one of this list: take it from the Link header of a page");
  }

  private static ByteBuffer decode(String text, int longs) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (bytes.length == longs * Long.BYTES) {
        return ByteBuffer.wrap(bytes);
      }
    } catch (IllegalArgumentException e) {
      // Invalid, as a token of another length.
    }
    throw invalid();
  }

  private static UUID uuid(ByteBuffer bytes) {
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  @Override
  public String toString() {
    var bytes = ByteBuffer.allocate((createdAt.isPresent() ? 3 : 2) * Long.BYTES);
    createdAt.ifPresent(time -> bytes.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, time)));
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
