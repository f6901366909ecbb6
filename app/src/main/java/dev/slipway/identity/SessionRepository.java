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
 * The SQL of sessions, which another service writes. Any number of sessions, with or without their
 * devices, takes one SELECT. Stateless.
 */
final class SessionRepository {
  /** Whether devices are read. */
  enum Devices {
    INCLUDE,
    OMIT
  }

  /** Newest first; the greatest id first among sessions of the same time. */
  private static final Comparator<Session> ORDER =
      Comparator.comparing(Session::createdAt)
          .thenComparing(session -> session.id().toString())
          .reversed();

  /**
   * The sessions to list.
   *
   * @param identity empty for sessions of any identity
   * @param valid whether they are active and not expired; empty for both
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
      WITH page AS (
      %s)
      SELECT page.id, identity_id, active, aal, authentication_methods,
        issued_at, authenticated_at, expires_at, page.created_at,
        d.id, ip_address, user_agent, location
      FROM page
      LEFT JOIN session_devices d ON d.session_id = page.id\
      """;

  /** The second condition follows from the first. MySQL seeks by it, other databases by both. */
  private static final String AFTER = "\nAND (created_at, id) < (?, ?) AND created_at <= ?";

  /** Finds a session: a list of at most one. */
  List<Session> find(Transaction transaction, UUID id, Devices devices) throws SQLException {
    return read(transaction, new SelectStatement(SESSION + "id = ?", List.of(id)), devices);
  }

  /**
   * Reads the next sessions, newest first.
   *
   * @param limit part of the statement, so that the database plans for it
   */
  List<Session> page(
      Transaction transaction,
      Filter filter,
      Optional<PageToken> after,
      int limit,
      Devices devices,
      Instant now)
      throws SQLException {
    return read(transaction, page(filter, after, limit, now), devices);
  }

  static SelectStatement page(Filter filter, Optional<PageToken> after, int limit, Instant now) {
    var sql = new StringBuilder(SESSION).append("TRUE");
    List<Object> values = new ArrayList<>();
    if (filter.identity().isPresent()) {
      sql.append("\nAND identity_id = ?");
      values.add(filter.identity().get());
    }
    if (after.isPresent()) {
      Instant createdAt = after.get().createdAt().orElseThrow();
      sql.append(AFTER);
      values.addAll(List.of(createdAt, after.get().id(), createdAt));
    }
    if (filter.valid().isPresent()) {
      sql.append(filter.valid().get() ? "\nAND " : "\nAND NOT ");
      sql.append("(active AND expires_at > ?)");
      values.add(now);
    }
    sql.append("\nORDER BY created_at DESC, id DESC\nLIMIT ").append(limit);
    return new SelectStatement(sql.toString(), values);
  }

  /** Adds devices: a row for each device, and one for a session without devices. */
  static SelectStatement withDevices(SelectStatement page) {
    return new SelectStatement(WITH_DEVICES.formatted(page.sql()), page.values());
  }

  /** Deactivates a session, which stays as a record; false if it does not exist. */
  boolean revoke(Transaction transaction, UUID id) throws SQLException {
    return transaction.update("UPDATE sessions SET active = FALSE WHERE id = ?", List.of(id)) > 0;
  }

  /** Deletes all sessions of an identity; false if there are none. */
  boolean deleteOf(Transaction transaction, UUID identityId) throws SQLException {
    return transaction.update("DELETE FROM sessions WHERE identity_id = ?", List.of(identityId))
        > 0;
  }

  private static List<Session> read(Transaction transaction, SelectStatement page, Devices devices)
      throws SQLException {
    if (devices == Devices.OMIT) {
      return transaction.query(page.sql(), page.values(), row -> session(row, List.of()));
    }
    // The join returns rows in any order.
    Map<UUID, Session> sessions = new HashMap<>();
    SelectStatement select = withDevices(page);
    transaction.forEach(
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
