package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Drivers;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import dev.slipway.verify.SchemaModel.Difference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schema model of PostgreSQL, compared with pg_dump: it differs when the dump differs, and only
 * then. {@code make schema-test} makes all changes of the list; otherwise it is a sample.
 */
class PostgresSchemaSuiteIT {
  /** How many changes are tried; {@code all} for each. */
  private static final String LIMIT = System.getProperty("slipway.schema.changes", "20");

  /** The commands of version 18 that may change a schema, from its own {@code \h}. */
  private static final String COMMANDS =
      """
      ALTER AGGREGATE;ALTER COLLATION;ALTER CONVERSION;ALTER DATABASE;ALTER DEFAULT PRIVILEGES;
      ALTER DOMAIN;ALTER EVENT TRIGGER;ALTER EXTENSION;ALTER FOREIGN DATA WRAPPER;
      ALTER FOREIGN TABLE;ALTER FUNCTION;ALTER GROUP;ALTER INDEX;ALTER LANGUAGE;ALTER LARGE OBJECT;
      ALTER MATERIALIZED VIEW;ALTER OPERATOR;ALTER OPERATOR CLASS;ALTER OPERATOR FAMILY;
      ALTER POLICY;ALTER PROCEDURE;ALTER PUBLICATION;ALTER ROLE;ALTER ROUTINE;ALTER RULE;
      ALTER SCHEMA;ALTER SEQUENCE;ALTER SERVER;ALTER STATISTICS;ALTER SUBSCRIPTION;ALTER SYSTEM;
      ALTER TABLE;ALTER TABLESPACE;ALTER TEXT SEARCH CONFIGURATION;ALTER TEXT SEARCH DICTIONARY;
      ALTER TEXT SEARCH PARSER;ALTER TEXT SEARCH TEMPLATE;ALTER TRIGGER;ALTER TYPE;ALTER USER;
      ALTER USER MAPPING;ALTER VIEW;COMMENT;CREATE ACCESS METHOD;CREATE AGGREGATE;CREATE CAST;
      CREATE COLLATION;CREATE CONVERSION;CREATE DATABASE;CREATE DOMAIN;CREATE EVENT TRIGGER;
      CREATE EXTENSION;CREATE FOREIGN DATA WRAPPER;CREATE FOREIGN TABLE;CREATE FUNCTION;
      CREATE GROUP;CREATE INDEX;CREATE LANGUAGE;CREATE MATERIALIZED VIEW;CREATE OPERATOR;
      CREATE OPERATOR CLASS;CREATE OPERATOR FAMILY;CREATE POLICY;CREATE PROCEDURE;
      CREATE PUBLICATION;CREATE ROLE;CREATE RULE;CREATE SCHEMA;CREATE SEQUENCE;CREATE SERVER;
      CREATE STATISTICS;CREATE SUBSCRIPTION;CREATE TABLE;CREATE TABLE AS;CREATE TABLESPACE;
      CREATE TEXT SEARCH CONFIGURATION;CREATE TEXT SEARCH DICTIONARY;CREATE TEXT SEARCH PARSER;
      CREATE TEXT SEARCH TEMPLATE;CREATE TRANSFORM;CREATE TRIGGER;CREATE TYPE;CREATE USER;
      CREATE USER MAPPING;CREATE VIEW;GRANT;IMPORT FOREIGN SCHEMA;REASSIGN OWNED;
      REFRESH MATERIALIZED VIEW;REVOKE;SECURITY LABEL;SELECT INTO""";

  static Stream<Server> servers() {
    return Server.available().filter(server -> server.family() == Server.Family.POSTGRES);
  }

  @Test
  void theListHasEveryCommand() {
    Set<String> listed =
        PostgresChange.all().stream().map(PostgresChange::command).collect(Collectors.toSet());
    listed.addAll(PostgresChange.omitted());
    assertEquals(
        List.of(),
        Stream.of(COMMANDS.split(";\\s*")).filter(command -> !listed.contains(command)).toList());
    assertTrue(PostgresChange.all().size() >= 150, "the list has too few changes");
  }

  @ParameterizedTest
  @MethodSource("servers")
  void findsWhatADumpShows(Server server) throws SQLException {
    try (TestDatabase base = server.database()) {
      base.execute(PostgresChange.base());
      SchemaModel before = model(base);
      Optional<String> dump = server.schemaDump(base);
      List<PostgresChange> changes =
          new ArrayList<>(
              PostgresChange.all().stream()
                  .filter(change -> change.since() <= version(base))
                  .toList());
      Collections.shuffle(changes, new Random(19));
      List<String> wrong = new ArrayList<>();
      List<PostgresChange> sample =
          LIMIT.equals("all")
              ? changes
              : changes.subList(0, Math.min(Integer.parseInt(LIMIT), changes.size()));
      for (PostgresChange change : sample) {
        try (TestDatabase copy = copy(base)) {
          copy.execute(change.statement());
          List<String> found = describe(model(copy).differences(before));
          if (found.stream().noneMatch(finding -> finding.contains(change.finding()))) {
            wrong.add(change + ": found " + found);
          }
          Optional<String> changed = server.schemaDump(copy);
          if (dump.isPresent() && lines(dump).equals(lines(changed)) == change.dumped()) {
            wrong.add(change + ": is the list right about pg_dump?");
          }
        } catch (IllegalStateException e) {
          wrong.add(change + ": " + e.getMessage());
        }
      }
      assertEquals(
          List.of(),
          wrong,
          () -> wrong.size() + " of " + sample.size() + "\n" + String.join("\n", wrong));
    }
  }

  /** Statements that leave the schema as it was. */
  private static final String[] NO_CHANGES = {
    "INSERT INTO customers (mail) VALUES ('a')",
    "ANALYZE",
    "VACUUM FULL",
    "REINDEX TABLE orders",
    "SELECT nextval('counter')",
    "REFRESH MATERIALIZED VIEW sums",
    "ALTER TABLE orders ADD COLUMN gone int",
    "ALTER TABLE orders DROP COLUMN gone",
    "ALTER TABLE customers RENAME COLUMN mail TO m",
    "ALTER TABLE customers RENAME COLUMN m TO mail",
    "ALTER TABLE events DETACH PARTITION events_1",
    "ALTER TABLE events ATTACH PARTITION events_1 FOR VALUES FROM ('2026-01-01 00:00+02')"
        + " TO ('2027-01-01')",
    "GRANT INSERT ON orders TO pg_monitor",
    "REVOKE INSERT ON orders FROM pg_monitor",
    "CREATE INDEX CONCURRENTLY extra ON orders (price)",
    "DROP INDEX extra",
    "ALTER TYPE mood RENAME TO other",
    "ALTER TYPE other RENAME TO mood"
  };

  /** Settings of a login, or of a database, by which the server prints other texts. */
  private static final String[] OTHER_SESSION = {
    "SET TimeZone TO 'Asia/Tokyo'",
    "SET search_path TO shop, public",
    "SET quote_all_identifiers TO on",
    // pgJDBC itself accepts no other style.
    "SET DateStyle TO 'ISO, DMY'",
    "SET IntervalStyle TO 'iso_8601'",
    "SET bytea_output TO 'escape'",
    "SET extra_float_digits TO 0",
    "SET standard_conforming_strings TO off"
  };

  @ParameterizedTest
  @MethodSource("servers")
  void raisesNoFalseAlarm(Server server) throws SQLException {
    try (TestDatabase first = server.database();
        TestDatabase second = server.database();
        TestDatabase restored = server.database()) {
      first.execute(PostgresChange.base());
      second.execute(PostgresChange.base());
      SchemaModel model = model(first);
      assertEquals(List.of(), describe(model(second).differences(model)), "created twice");
      Optional<String> dump = server.schemaDump(first);
      for (String statement : NO_CHANGES) {
        second.execute(statement);
      }
      assertEquals(List.of(), describe(model(second).differences(model)), "after no changes");
      if (dump.isPresent()) {
        // pg_dump of a later version, for this one.
        restored.execute(dump.get().replace("SET transaction_timeout = 0;", ""));
        assertEquals(
            List.of("materialized view public.sums: populated is not set and should be `on`"),
            describe(model(restored).differences(model)),
            "dumped and restored");
      }
      try (Connection connection = first.connect();
          Statement statement = connection.createStatement()) {
        for (String setting : OTHER_SESSION) {
          statement.execute(setting);
        }
        assertEquals(List.of(), describe(read(connection).differences(model)), "other settings");
      }
      readsWithoutPrivileges(first, model);
    }
  }

  private static void readsWithoutPrivileges(TestDatabase database, SchemaModel model)
      throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      String role = "r" + Long.toHexString(System.nanoTime());
      statement.execute("CREATE ROLE " + role);
      statement.execute("CREATE TABLE schema_migrations (version text)");
      statement.execute("SET ROLE " + role);
      SchemaModel seen = read(connection);
      statement.execute("RESET ROLE");
      statement.execute("DROP TABLE schema_migrations");
      statement.execute("DROP ROLE " + role);
      assertEquals(List.of(), seen.unread());
      assertEquals(
          List.of("user mapping for pg_monitor on server other: options, because it is secret"),
          seen.omitted());
      assertEquals(List.of(), describe(seen.differences(model)), "another login");
    }
  }

  static TestDatabase copy(TestDatabase of) {
    TestDatabase copy = of.server().database();
    of.execute(
        "DROP DATABASE " + copy.name(),
        "CREATE DATABASE " + copy.name() + " TEMPLATE " + of.name());
    return copy;
  }

  private static List<String> lines(Optional<String> dump) {
    return dump.stream().flatMap(String::lines).sorted().toList();
  }

  private static int version(TestDatabase database) {
    return Integer.parseInt(
        database.query("SELECT current_setting('server_version_num')::int / 10000").getFirst());
  }

  private static List<String> describe(List<Difference> differences) {
    return differences.stream()
        .map(difference -> difference.describe("is missing", "is new"))
        .toList();
  }

  private static SchemaModel model(TestDatabase database) throws SQLException {
    try (Connection connection = database.connect()) {
      return read(connection);
    }
  }

  private static SchemaModel read(Connection connection) throws SQLException {
    return SchemaModel.read(connection, Drivers.require("postgres"), "schema_migrations");
  }
}
