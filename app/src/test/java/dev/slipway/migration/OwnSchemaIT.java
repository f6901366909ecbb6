package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.cli.Cli;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Slipway's own schema on every server, through the front door and without any {@code --path}. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.slipway.testing.Server#available")
class OwnSchemaIT {
  private static final String HISTORY = "flyway_schema_history";
  private static final String ADA = "00000000-0000-4000-8000-000000000001";
  private static final String BOB = "00000000-0000-4000-8000-000000000002";
  private static final String NOW = "'2026-01-05 09:00:00'";

  @Parameter Server server;
  private TestDatabase database;

  @BeforeEach
  void migrate() {
    database = server.database();
    run("up");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void upDownUpLeavesTheSameSchema() throws Exception {
    List<String> first = schema();
    assertFalse(first.isEmpty());
    run("down", "--steps", versions());
    assertEquals(List.of(), tables());
    run("up");
    assertEquals(first, schema());
  }

  @Test
  void theTablesCarryTheNamesThatOtherServicesKnow() {
    assertEquals(
        List.of(
            "identities",
            "identity_credential_identifiers",
            "identity_credential_types",
            "identity_credentials",
            "identity_recovery_addresses",
            "identity_verifiable_addresses",
            "session_devices",
            "sessions"),
        tables());
  }

  @Test
  void identifiersAreUniqueByteForByteWithinTheirType() {
    identity(ADA);
    identity(BOB);
    identifier("ada@example.org", ADA);
    identifier("Ada@example.org", BOB);
    identifier("\u00e1da@example.org", BOB);
    identifier("ada@example.org ", BOB);
    assertThrows(IllegalStateException.class, () -> identifier("ada@example.org", BOB));
    assertEquals(
        List.of(ADA),
        database.query(
            "SELECT identity_id FROM identity_credential_identifiers"
                + " WHERE identifier = 'ada@example.org'"));
  }

  @Test
  void anExternalIdIsUniqueButMayBeMissing() {
    identity(ADA);
    identity(BOB);
    database.execute("UPDATE identities SET external_id = 'crm-1' WHERE id = '" + ADA + "'");
    assertThrows(
        IllegalStateException.class,
        () ->
            database.execute(
                "UPDATE identities SET external_id = 'crm-1' WHERE id = '" + BOB + "'"));
  }

  @Test
  void whatBelongsToAnIdentityGoesWithIt() throws Exception {
    identity(ADA);
    identifier("ada@example.org", ADA);
    address("identity_verifiable_addresses", "status, ", "'pending', ");
    address("identity_recovery_addresses", "", "");
    database.execute(
        "INSERT INTO sessions (id, identity_id, token, authentication_methods, issued_at,"
            + " expires_at, created_at, updated_at)"
            + " VALUES ('"
            + ADA
            + "', '"
            + ADA
            + "', 'secret', '[]', "
            + NOW
            + ", "
            + NOW
            + ", "
            + NOW
            + ", "
            + NOW
            + ")",
        "INSERT INTO session_devices (id, session_id, ip_address, created_at, updated_at)"
            + " VALUES ('"
            + ADA
            + "', '"
            + ADA
            + "', '192.0.2.1', "
            + NOW
            + ", "
            + NOW
            + ")");
    delete(ADA);
    for (String table : tables()) {
      if (!table.equals("identity_credential_types")) {
        assertEquals(List.of("0"), database.query("SELECT count(*) FROM " + table), table);
      }
    }
  }

  private void run(String command, String... more) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code;
    try (PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      code =
          Cli.run(
              Stream.concat(Stream.of("migrate", "sql", command, "-e", "--yes"), Stream.of(more))
                  .toArray(String[]::new),
              Map.of("DSN", database.dsn()),
              InputStream.nullInputStream(),
              stream,
              stream);
    }
    Recording.printed(said.toString(StandardCharsets.UTF_8));
    assertEquals(DONE.number(), code, () -> said.toString(StandardCharsets.UTF_8));
  }

  private void identity(String id) {
    database.execute(
        "INSERT INTO identities (id, schema_id, traits, created_at, updated_at)"
            + " VALUES ('"
            + id
            + "', 'default', '{}', "
            + NOW
            + ", "
            + NOW
            + ")",
        "INSERT INTO identity_credentials"
            + " (identity_id, credential_type, config, created_at, updated_at)"
            + " VALUES ('"
            + id
            + "', 'password', '{}', "
            + NOW
            + ", "
            + NOW
            + ")");
  }

  private void identifier(String identifier, String identity) {
    database.execute(
        "INSERT INTO identity_credential_identifiers"
            + " (identifier, credential_type, identity_id, created_at, updated_at)"
            + " VALUES ('"
            + identifier
            + "', 'password', '"
            + identity
            + "', "
            + NOW
            + ", "
            + NOW
            + ")");
  }

  private void address(String table, String columns, String values) {
    database.execute(
        "INSERT INTO "
            + table
            + " (id, identity_id, value, via, "
            + columns
            + "created_at, updated_at)"
            + " VALUES ('"
            + ADA
            + "', '"
            + ADA
            + "', 'ada@example.org', 'email', "
            + values
            + NOW
            + ", "
            + NOW
            + ")");
  }

  private void delete(String identity) {
    if (server.family() == Server.Family.SQLITE) {
      // A connection of its own: SQLite looks at foreign keys only where it is told to.
      database.execute(
          "PRAGMA foreign_keys = ON", "DELETE FROM identities WHERE id = '" + identity + "'");
    } else {
      database.execute("DELETE FROM identities WHERE id = '" + identity + "'");
    }
  }

  private List<String> tables() {
    List<String> tables = new ArrayList<>(database.tables());
    tables.remove(HISTORY);
    return tables;
  }

  /** The versions that are applied, of which some concern only one database. */
  private String versions() {
    return database
        .query("SELECT count(*) FROM " + HISTORY + " WHERE version IS NOT NULL")
        .getFirst();
  }

  /** Columns, indexes and foreign keys as the driver tells them. */
  private List<String> schema() throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = database.connect()) {
      DatabaseMetaData data = connection.getMetaData();
      String catalog = connection.getCatalog();
      for (String table : tables()) {
        rows(
            found,
            data.getColumns(catalog, null, table, null),
            "TABLE_NAME",
            "COLUMN_NAME",
            "TYPE_NAME",
            "COLUMN_SIZE",
            "IS_NULLABLE",
            "COLUMN_DEF");
        rows(
            found,
            data.getIndexInfo(catalog, null, table, false, false),
            "TABLE_NAME",
            "INDEX_NAME",
            "NON_UNIQUE",
            "ORDINAL_POSITION",
            "COLUMN_NAME");
        rows(
            found,
            data.getImportedKeys(catalog, null, table),
            "FKTABLE_NAME",
            "FKCOLUMN_NAME",
            "PKTABLE_NAME",
            "PKCOLUMN_NAME",
            "DELETE_RULE");
      }
    }
    Collections.sort(found);
    return found;
  }

  private static void rows(List<String> found, ResultSet rows, String... columns)
      throws SQLException {
    try (rows) {
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (String column : columns) {
          row.add(String.valueOf(rows.getString(column)));
        }
        found.add(String.join(" ", row));
      }
    }
  }
}
