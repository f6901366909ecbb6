package dev.slipway.identity;

import static java.util.Comparator.comparing;

import dev.slipway.identity.Session.Device;
import dev.slipway.pool.Row;
import dev.slipway.pool.Transaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
      comparing(Session::createdAt).thenComparing(session -> session.id().toString()).reversed();

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

  /** Finds a session and its devices: a map of at most one. */
  SortedMap<Session, List<Device>> find(Transaction tx, UUID id, Devices devices)
      throws SQLException {
    return read(tx, new SelectStatement(SESSION + "id = ?", List.of(id)), devices);
  }

  /**
   * Reads the next sessions and their devices, newest first.
   *
   * @param limit part of the statement, so that the database plans for it
   */
  SortedMap<Session, List<Device>> page(
      Transaction tx,
      Filter filter,
      Optional<PageToken> after,
      int limit,
      Devices devices,
      Instant now)
      throws SQLException {
    return read(tx, page(filter, after, limit, now), devices);
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
  boolean revoke(Transaction tx, UUID id) throws SQLException {
    return tx.update("UPDATE sessions SET active = FALSE WHERE id = ?", List.of(id)) > 0;
  }

  /** Moves the expiry of a session to a later time; does nothing if it expires later already. */
  void extend(Transaction tx, UUID id, Instant expiresAt, Instant now) throws SQLException {
    tx.update(
        "UPDATE sessions SET expires_at = ?, updated_at = ? WHERE id = ? AND expires_at < ?",
        List.of(expiresAt, now, id, expiresAt));
  }

  /** Revokes or deletes the sessions with a value in a column; all of them without a column. */
  void manage(Transaction tx, Management management, Optional<String> column, List<UUID> values)
      throws SQLException {
    String condition =
        column.isEmpty()
            ? ""
            : " WHERE %s IN (%s)"
                .formatted(
                    column.get(), String.join(", ", Collections.nCopies(values.size(), "?")));
    tx.update(management.sql + condition, values);
  }

  /** What to do with sessions. */
  enum Management implements ApiValue {
    DISABLE("UPDATE sessions SET active = FALSE"),
    DELETE("DELETE FROM sessions");

    private final String sql;

    Management(String sql) {
      this.sql = sql;
    }
  }

  /** Deletes all sessions of an identity; false if it had no sessions. */
  boolean deleteOf(Transaction tx, UUID identityId) throws SQLException {
    return tx.update("DELETE FROM sessions WHERE identity_id = ?", List.of(identityId)) > 0;
  }

  private static SortedMap<Session, List<Device>> read(
      Transaction tx, SelectStatement page, Devices devices) throws SQLException {
    // The join returns rows in any order.
    var sessions = new TreeMap<Session, List<Device>>(ORDER);
    SelectStatement select = devices == Devices.INCLUDE ? withDevices(page) : page;
    tx.forEach(
        select.sql(),
        select.values(),
        row -> {
          List<Device> found = sessions.computeIfAbsent(session(row), _ -> new ArrayList<>());
          if (devices == Devices.INCLUDE && row.optionalUuid(10).isPresent()) {
            found.add(device(row));
          }
        });
    sessions.values().forEach(each -> each.sort(comparing(device -> device.id().toString())));
    return sessions;
  }

  private static Session session(Row row) throws SQLException {
    return new Session(
        row.uuid(1),
        row.uuid(2),
        row.bool(3),
        row.string(4),
        row.string(5),
        row.instant(6),
        row.optionalInstant(7),
        row.instant(8),
        row.instant(9));
  }

  private static Device device(Row row) throws SQLException {
    return new Device(
        row.uuid(10), row.optionalString(11), row.optionalString(12), row.optionalString(13));
  }
}
