package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.identity.IdentityRepository.Credentials;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Why a page costs the same at the end of a long list as at its start: the database finds the place
 * where the page begins by an index that is in the list's order, reads no further than the page,
 * and finds what belongs to it by indexes too. Its query plans show this.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.slipway.testing.Server#oneOfEach")
class PlansIT {
  private static final int ROWS = 20_000;
  private static final UUID MIDDLE = UUID.fromString("00002710-0000-7000-8000-000000000000");
  private static final Instant NOON = Instant.parse("2026-01-03T12:00:00Z");

  @Parameter Server server;
  private TestDatabase database;

  @BeforeEach
  void fill() {
    database = server.database();
    assertEquals(0, Slipway.on(database).run("migrate", "sql", "up", "-e", "--yes").code());
    insert("identities (id, schema_id, state, traits", "'person', 'active', '{}'");
    String verifiable = "identity_verifiable_addresses (id, identity_id, value, via, status";
    insert(verifiable, id() + ", " + id() + ", 'email', 'pending'");
    String recovery = "identity_recovery_addresses (id, identity_id, value, via";
    insert(recovery, id() + ", " + id() + ", 'email'");
    insert("identity_credentials (identity_id, credential_type, config", "'password', '{}'");
    String identifier = "identity_credential_identifiers (identity_id, credential_type, identifier";
    insert(identifier, "'password', " + id());
    String sessions =
        "sessions (id, identity_id, active, token, authentication_methods, issued_at, expires_at";
    insert(sessions, id() + ", i % 2 = 0, " + id() + ", '[]', " + time() + ", " + time());
    insert("session_devices (id, session_id", id());
    switch (server.family()) {
      case MYSQL -> database.execute("ANALYZE TABLE " + String.join(", ", database.tables()));
      case SQLITE, POSTGRES, COCKROACH -> database.execute("ANALYZE");
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void everyPageIsReadByIndexesFromItsBeginToItsEnd() {
    var everybody = new IdentityRepository.Filter(List.of(), Optional.empty());
    var behindOne = Optional.of(new PageToken(Optional.empty(), MIDDLE));
    for (Credentials credentials : Credentials.values()) {
      assertSought("identities", IdentityRepository.page(everybody, behindOne, 100, credentials));
    }
    var oneUser = new IdentityRepository.Filter(List.of(), Optional.of(MIDDLE.toString()));
    String plan = plan(IdentityRepository.page(oneUser, Optional.empty(), 100, Credentials.OMIT));
    assertFound("identity_credential_identifiers", plan);
    assertNone(wholeTables(), plan);

    var behind = Optional.of(new PageToken(Optional.of(NOON), MIDDLE));
    var all = new SessionRepository.Filter(Optional.empty(), Optional.empty());
    SelectStatement page = SessionRepository.page(all, behind, 100, NOON);
    assertSought("sessions_list_idx", page);
    assertSought("sessions_list_idx", SessionRepository.withDevices(page));
    assertUnsorted(SessionRepository.page(all, Optional.empty(), 100, NOON));
    var valid = new SessionRepository.Filter(Optional.empty(), Optional.of(true));
    assertSought("sessions_list_idx", SessionRepository.page(valid, behind, 100, NOON));
    var ofOne = new SessionRepository.Filter(Optional.of(MIDDLE), Optional.empty());
    assertSought("sessions_identity_list_idx", SessionRepository.page(ofOne, behind, 100, NOON));
  }

  /** It begins at a place that is found by this index or table's key. */
  private void assertSought(String index, SelectStatement select) {
    assertFound(index, plan(select));
    assertUnsorted(select);
  }

  private void assertUnsorted(SelectStatement select) {
    String plan = plan(select);
    assertNone(wholeTables(), plan);
    assertNone(
        switch (server.family()) {
          case SQLITE -> "TEMP B-TREE";
          case POSTGRES, COCKROACH -> "Sort|Bitmap|Hash|Merge";
          case MYSQL -> "Sort:|hash join";
        },
        plan);
  }

  private void assertFound(String index, String plan) {
    String seek =
        switch (server.family()) {
          case SQLITE -> "SEARCH \\w+ USING (COVERING )?INDEX \\w*" + index + "\\w* \\(\\S";
          case POSTGRES, COCKROACH -> "using " + index + "\\w* on \\w+\\s+Index Cond: \\(";
          case MYSQL ->
              "Index (range scan|lookup) on (\\w+ using "
                  + index
                  + "|"
                  + index
                  + " using PRIMARY) (over )?\\(";
        };
    assertTrue(Pattern.compile(seek).matcher(plan).find(), () -> seek + " is not in\n" + plan);
  }

  private static void assertNone(String costly, String plan) {
    Matcher found = Pattern.compile(costly, Pattern.MULTILINE).matcher(plan);
    assertTrue(!found.find(), () -> "there is a `" + found.group() + "` in\n" + plan);
  }

  private String wholeTables() {
    return switch (server.family()) {
      case SQLITE -> "AUTOMATIC|SCAN (?!page$|sessions USING INDEX)\\w+";
      case POSTGRES, COCKROACH -> "Seq Scan";
      case MYSQL -> "Table scan on (?!page|<)";
    };
  }

  private String plan(SelectStatement select) {
    DatabaseDriver dialect = Drivers.byName(database.dialect()).orElseThrow();
    String explain =
        switch (server.family()) {
          case SQLITE -> "EXPLAIN QUERY PLAN ";
          case POSTGRES, COCKROACH -> "EXPLAIN (COSTS OFF) ";
          case MYSQL -> "EXPLAIN FORMAT=TREE ";
        };
    var plan = new StringJoiner("\n", "", "\n\n" + select.sql());
    try (Connection connection = database.connect();
        Statement settings = connection.createStatement();
        PreparedStatement statement = connection.prepareStatement(explain + select.sql())) {
      switch (server.family()) {
        // A small table is read as a whole where it can be: not so one of millions of rows.
        case POSTGRES, COCKROACH -> settings.execute("SET enable_seqscan = off");
        case SQLITE, MYSQL -> {}
      }
      int place = 1;
      for (Object value : select.values()) {
        statement.setObject(place++, dialect.toParameter(value));
      }
      try (ResultSet rows = statement.executeQuery()) {
        int last = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          plan.add(rows.getString(last));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(select.sql(), e);
    }
    return plan.toString();
  }

  /** Many rows, made of a number {@code i}; the first column is an id, the last two are times. */
  private void insert(String into, String values) {
    String rows =
        "INSERT INTO "
            + into
            + ", created_at, updated_at) WITH RECURSIVE n (i) AS"
            + " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
            + ROWS
            + ") SELECT "
            + String.join(", ", id(), values, time(), time())
            + " FROM n";
    switch (server.family()) {
      case MYSQL -> database.execute("SET SESSION cte_max_recursion_depth = " + ROWS, rows);
      case SQLITE, POSTGRES, COCKROACH -> database.execute(rows);
    }
  }

  private String id() {
    return switch (server.family()) {
      case SQLITE -> "printf('%08x-0000-7000-8000-000000000000', i)";
      case MYSQL -> "CONCAT(LOWER(LPAD(HEX(i), 8, '0')), '-0000-7000-8000-000000000000')";
      case POSTGRES, COCKROACH ->
          "(lpad(to_hex(i), 8, '0') || '-0000-7000-8000-000000000000')::uuid";
    };
  }

  private String time() {
    return switch (server.family()) {
      case SQLITE -> "strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1767225600 + i * 17, 'unixepoch')";
      case MYSQL -> "TIMESTAMP'2026-01-01 00:00:00' + INTERVAL i * 17 SECOND";
      case POSTGRES, COCKROACH -> "TIMESTAMPTZ '2026-01-01T00:00:00Z' + i * INTERVAL '17 s'";
    };
  }
}
