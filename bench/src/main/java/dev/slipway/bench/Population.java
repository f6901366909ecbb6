package dev.slipway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL database with Slipway's own schema and many identities. */
final class Population {
  /** What belongs to one identity that was created with an address and a password. */
  private static final List<String> TABLES =
      List.of(
          "identities",
          "identity_credentials",
          "identity_credential_identifiers",
          "identity_verifiable_addresses",
          "identity_recovery_addresses");

  /** In one message: the first statement spares the checks of foreign keys, which all hold. */
  private static final String FILL =
      """
      SET session_replication_role = replica;
      INSERT INTO identities (id, schema_id, traits, state_changed_at, created_at, updated_at)
      SELECT gen_random_uuid(), 'default',
        jsonb_build_object('email', 'someone-' || n || '@example.com'), now(), now(), now()
      FROM generate_series(1, %d) AS n;
      INSERT INTO identity_credentials (identity_id, credential_type, config, created_at,
        updated_at)
      SELECT id, 'password', '{"hashed_password": "%s"}', now(), now()
      FROM identities;
      INSERT INTO identity_credential_identifiers (identifier, credential_type, identity_id,
        created_at, updated_at)
      SELECT traits ->> 'email', 'password', id, now(), now()
      FROM identities;
      INSERT INTO identity_verifiable_addresses (id, identity_id, value, via, status, created_at,
        updated_at)
      SELECT gen_random_uuid(), id, traits ->> 'email', 'email', 'pending', now(), now()
      FROM identities;
      INSERT INTO identity_recovery_addresses (id, identity_id, value, via, created_at,
        updated_at)
      SELECT gen_random_uuid(), id, traits ->> 'email', 'email', now(), now()
      FROM identities;
      """;

  /** A password's hash as other systems export it. */
  static final String HASH = "$2a$10$ZsCsoVQ3xfBG/K2z2XpBf.tm90GZmtOqtqWcB5.pYd5Eq8y7RlDyq";

  private final Place.Target target;

  private Population(Place.Target target) {
    this.target = target;
  }

  /** Migrates a new database with the {@code slipway} of that folder, and fills it. */
  static Population of(Path home, Place place, int identities) throws IOException, SQLException {
    Place.Target target = place.fresh();
    migrate(home, target.dsn());
    try (Connection connection = DriverManager.getConnection(target.directUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(String.format(FILL, identities, HASH));
      // What the server would do by itself some time later, in the middle of a measurement.
      statement.execute("VACUUM ANALYZE");
      statement.execute("CHECKPOINT");
    }
    return new Population(target);
  }

  private static void migrate(Path home, String dsn) throws IOException {
    Path said = Files.createTempFile("bench-migrate", ".log");
    ProcessBuilder slipway =
        new ProcessBuilder(
                home.resolve("bin/slipway").toString(), "migrate", "sql", "up", "--yes", dsn)
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    slipway.environment().put("JAVA_HOME", System.getProperty("java.home"));
    try {
      Process process = slipway.start();
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException("migrate:\n" + Files.readString(said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(said);
    }
  }

  Place.Target target() {
    return target;
  }

  /** The ids of some of them, in no order. */
  List<String> ids(int count) throws SQLException {
    List<String> ids = new ArrayList<>();
    String sql = "SELECT id FROM identities ORDER BY md5(id::text) LIMIT " + count;
    try (Connection connection = DriverManager.getConnection(target.directUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  /** How many rows each table has, in the order of {@link #TABLES}. */
  List<Long> rows() throws SQLException {
    List<Long> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(target.directUrl());
        Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
          row.next();
          rows.add(row.getLong(1));
        }
      }
    }
    return rows;
  }
}
