package dev.slipway.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.config.Settings;
import dev.slipway.pool.ConnectionPool;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;

/**
 * The floor for {@code serve}: what is left when everything but the work is taken away. The JDK's
 * HTTP server with a virtual thread for each request, Slipway's own pool with the same settings,
 * and the fewest lines between them: no routes, limits, metrics or log, no check of what was sent,
 * no JSON library. It takes the same requests at the same addresses, so that the same load fits.
 * {@code DSN} is in the environment, the port is the argument.
 */
final class BareHandler {
  /** The identity and its addresses, put together as JSON by the database. */
  private static final String GET =
      """
      SELECT id, schema_id, state, state_changed_at, traits, metadata_public, metadata_admin,
        external_id, organization_id, created_at, updated_at,
        (SELECT json_agg(json_build_object('id', id, 'value', value, 'verified', verified,
            'via', via, 'status', status, 'created_at', created_at, 'updated_at', updated_at))
          FROM identity_verifiable_addresses WHERE identity_id = i.id),
        (SELECT json_agg(json_build_object('id', id, 'value', value, 'via', via,
            'created_at', created_at, 'updated_at', updated_at))
          FROM identity_recovery_addresses WHERE identity_id = i.id)
      FROM identities i
      WHERE id = ?
      """;

  /** The identity's own row alone. */
  private static final String ROW =
      """
      SELECT id, schema_id, state, state_changed_at, traits, metadata_public, metadata_admin,
        external_id, organization_id, created_at, updated_at, NULL, NULL
      FROM identities
      WHERE id = ?
      """;

  private static final String IDENTITIES = "/admin/identities/";
  private static final String ROWS = "/rows/";

  /** In the order of the keys among them; each takes the identity's id and what differs. */
  private static final String[] CREATE = {
    """
    INSERT INTO identities (id, schema_id, state, state_changed_at, traits, created_at, updated_at)
    VALUES (?, 'default', 'active', now(), CAST(? AS jsonb), now(), now())
    """,
    """
    INSERT INTO identity_credentials (identity_id, credential_type, config, created_at, updated_at)
    VALUES (?, 'password', CAST(? AS jsonb), now(), now())
    """,
    """
    INSERT INTO identity_credential_identifiers (identity_id, identifier, credential_type,
      created_at, updated_at)
    VALUES (?, ?, 'password', now(), now())
    """,
    """
    INSERT INTO identity_verifiable_addresses (identity_id, value, id, via, status, created_at,
      updated_at)
    VALUES (?, ?, ?, 'email', 'pending', now(), now())
    """,
    """
    INSERT INTO identity_recovery_addresses (identity_id, value, id, via, created_at, updated_at)
    VALUES (?, ?, ?, 'email', now(), now())
    """
  };

  private static final byte[] READY = "{\"status\":\"ok\"}\n".getBytes(StandardCharsets.UTF_8);

  private final ConnectionPool database;

  private BareHandler(ConnectionPool database) {
    this.database = database;
  }

  /** Serves until the process is ended. */
  public static void main(String[] args) throws IOException {
    Settings settings = Settings.load(Map.of(), System.getenv(), Optional.empty());
    BareHandler bare =
        new BareHandler(ConnectionPool.open(settings::database, settings.pool(), "bare handler"));
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
    server.createContext(
        "/admin/identities", exchange -> answer(exchange, 201, bare.create(exchange)));
    server.createContext(
        IDENTITIES, exchange -> answer(exchange, 200, bare.get(exchange, IDENTITIES, GET)));
    server.createContext(ROWS, exchange -> answer(exchange, 200, bare.get(exchange, ROWS, ROW)));
    server.createContext("/health/ready", exchange -> answer(exchange, 200, READY));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  private byte[] get(HttpExchange exchange, String prefix, String sql) throws IOException {
    String id = exchange.getRequestURI().getPath().substring(prefix.length());
    try (Connection connection = database.connection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setObject(1, UUID.fromString(id));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return json(row).getBytes(StandardCharsets.UTF_8);
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private static String json(ResultSet row) throws SQLException {
    return "{\"id\":\""
        + row.getString(1)
        + "\",\"schema_id\":\""
        + row.getString(2)
        + "\",\"state\":\""
        + row.getString(3)
        + "\",\"state_changed_at\":\""
        + row.getString(4)
        + "\",\"traits\":"
        + row.getString(5)
        + ",\"metadata_public\":"
        + row.getString(6)
        + ",\"metadata_admin\":"
        + row.getString(7)
        + ",\"external_id\":\""
        + row.getString(8)
        + "\",\"organization_id\":\""
        + row.getString(9)
        + "\",\"created_at\":\""
        + row.getString(10)
        + "\",\"updated_at\":\""
        + row.getString(11)
        + "\",\"verifiable_addresses\":"
        + row.getString(12)
        + ",\"recovery_addresses\":"
        + row.getString(13)
        + "}";
  }

  private byte[] create(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String email = valueOf("email", body);
    String hash = valueOf("hashed_password", body);
    UUID id = UUID.randomUUID();
    String[] different = {
      "{\"email\":\"" + email + "\"}", "{\"hashed_password\":\"" + hash + "\"}", email, email, email
    };
    try (Connection connection = database.connection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < CREATE.length; i++) {
        try (PreparedStatement insert = connection.prepareStatement(CREATE[i])) {
          insert.setObject(1, id);
          insert.setString(2, different[i]);
          if (i >= 3) {
            insert.setObject(3, UUID.randomUUID());
          }
          insert.executeUpdate();
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new IOException(e);
    }
    return ("{\"id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  /** Of a text in JSON that holds nothing to unescape. */
  private static String valueOf(String key, String json) {
    int start = json.indexOf("\"" + key + "\":\"") + key.length() + 4;
    return json.substring(start, json.indexOf('"', start));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
