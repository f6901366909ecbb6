package dev.slipway.identity;

import dev.slipway.identity.Session.Device;
import dev.slipway.pool.Row;
import dev.slipway.pool.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The SQL of sessions, which another service writes. However many sessions are read, with or
 * without their devices, it is one SELECT. No state.
 */
final class SessionRepository {
  /** Whether devices are read too. */
  enum Devices {
    INCLUDE,
    OMIT
  }

  /** Newest first; of those with one time, the greatest id first. */
  private static final Comparator<Session> ORDER =
      (one, other) -> {
        int byTime = other.createdAt().compareTo(one.createdAt());
        return byTime != 0 ? byTime : other.id().toString().compareTo(one.id().toString());
      };

  /**
   * Which sessions a list is of.
   *
   * @param identity whose; empty for everybody's
   * @param valid those that let somebody in, or those that do not; empty for both
   */
  record Filter(Optional<UUID> identity, Optional<Boolean> valid) {}

  private static final String SESSION =
      """
      SELECT id, identity_id, active, aal, authentication_methods,
        issued_at, authenticated_at, expires_at, created_at
      FROM sessions
      WHERE\s""";

  private static final String WITH_DEVICES =
      """

      SELECT page.id, identity_id, active, aal, authentication_methods,
        issued_at, authenticated_at, expires_at, page.created_at,
        d.id, ip_address, user_agent, location
      FROM page
      LEFT JOIN session_devices d ON d.session_id = page.id\
      """;

  /** The second half is true whenever the first is: MySQL finds the place by it, others by both. */
  private static final String BEHIND = "(created_at, id) < (?, ?) AND created_at <= ?";

  /** The session. */
  Optional<Session> find(Transaction work, UUID id, Devices devices) throws SQLException {
    var select = new SelectStatement(SESSION + "id = ?", List.of(id));
    return read(work, select, devices).stream().findFirst();
  }

  /**
   * The next sessions, newest first.
   *
   * @param behind where to go on; empty for the newest ones
   * @param limit at most so many; it is part of the statement, so that the database plans for it
   */
  List<Session> page(
      Transaction work,
      Filter filter,
      Optional<SessionPageToken> behind,
      int limit,
      Devices devices,
      Instant now)
      throws SQLException {
    return read(work, page(filter, behind, limit, now), devices);
  }

  /** The sessions of a page, without devices. */
  static SelectStatement page(
      Filter filter, Optional<SessionPageToken> behind, int limit, Instant now) {
    var sql = new StringBuilder(SESSION).append("TRUE");
    List<Object> values = new ArrayList<>();
    filter
        .identity()
        .ifPresent(
            id -> {
              sql.append("\nAND identity_id = ?");
              values.add(id);
            });
    behind.ifPresent(
        token -> {
          sql.append("\nAND ").append(BEHIND);
          values.addAll(List.of(token.createdAt(), token.id(), token.createdAt()));
        });
    filter
        .valid()
        .ifPresent(
            valid -> {
              sql.append(valid ? "\nAND " : "\nAND NOT ").append("(active AND expires_at > ?)");
              values.add(now);
            });
    sql.append("\nORDER BY created_at DESC, id DESC\nLIMIT ").append(limit);
    return new SelectStatement(sql.toString(), values);
  }

  /** Sessions with their devices: a row for each device, and one for a session without any. */
  static SelectStatement withDevices(SelectStatement page) {
    return new SelectStatement("WITH page AS (\n" + page.sql() + ")" + WITH_DEVICES, page.values());
  }

  /** Ends a session, which stays as a record of it; false when there is none. */
  boolean revoke(Transaction work, UUID id) throws SQLException {
    return work.update("UPDATE sessions SET active = FALSE WHERE id = ?", List.of(id)) > 0;
  }

  /** Takes all sessions of an identity away; false when there was none. */
  boolean deleteOf(Transaction work, UUID identityId) throws SQLException {
    return work.update("DELETE FROM sessions WHERE identity_id = ?", List.of(identityId)) > 0;
  }

  private static List<Session> read(Transaction work, SelectStatement page, Devices devices)
      throws SQLException {
    return switch (devices) {
      case OMIT -> work.query(page.sql(), page.values(), row -> session(row, List.of()));
      case INCLUDE -> readWithDevices(work, page);
    };
  }

  /** A row for each device; the join may bring them in any order. */
  private static List<Session> readWithDevices(Transaction work, SelectStatement page)
      throws SQLException {
    Map<UUID, Session> sessions = new HashMap<>();
    SelectStatement select = withDevices(page);
    work.forEach(
        select.sql(),
        select.values(),
        row -> {
          List<Device> device = row.optionalUuid(10).isEmpty() ? List.of() : List.of(device(row));
          Session session = session(row, device);
          sessions.merge(session.id(), session, Session::withDevicesOf);
        });
    return sessions.values().stream().sorted(ORDER).toList();
  }

  private static Session session(Row row, List<Device> devices) throws SQLException {
    return new Session(
        row.uuid(1),
        row.uuid(2),
        row.bool(3),
        row.string(4),
        row.string(5),
        row.instant(6),
        row.optionalInstant(7),
        row.instant(8),
        row.instant(9),
        devices);
  }

  private static Device device(Row row) throws SQLException {
    return new Device(
        row.uuid(10), row.optionalString(11), row.optionalString(12), row.optionalString(13));
  }
}
