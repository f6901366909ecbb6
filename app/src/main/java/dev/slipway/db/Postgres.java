package dev.slipway.db;

import dev.slipway.config.Secret;
import dev.slipway.fault.ExitCode;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.stream.Stream;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PasswordUtil;

/** PostgreSQL: schemes, parameters (those of libpq), driver properties, errors. */
public final class Postgres implements Dialect {
  static final Postgres DIALECT = new Postgres();

  private static final int PORT = 5432;

  private Postgres() {}

  @Override
  public Kind kind() {
    return Kind.POSTGRES;
  }

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public List<String> synonyms() {
    return List.of("postgresql", "pg", "pgx");
  }

  @Override
  public boolean transactionalDdl() {
    return true;
  }

  @Override
  public ExitCode exitCode(SQLException e) {
    return Failures.exitCode(e, Postgres::judge);
  }

  @Override
  public OptionalInt position(SQLException e, String sql) {
    return serverPosition(e);
  }

  /** The position of a server that speaks PostgreSQL's protocol. */
  static OptionalInt serverPosition(SQLException e) {
    return e instanceof PSQLException p
            && p.getServerErrorMessage() != null
            && p.getServerErrorMessage().getPosition() > 0
        ? OptionalInt.of(p.getServerErrorMessage().getPosition() - 1)
        : OptionalInt.empty();
  }

  @Override
  public boolean pipelines() {
    return true;
  }

  @Override
  public String rowLock() {
    return " FOR UPDATE";
  }

  @Override
  public boolean rolledBack(SQLException e) {
    return takenBack(e);
  }

  /** CockroachDB too: a serialization failure or a deadlock. */
  static boolean takenBack(SQLException e) {
    return "40001".equals(e.getSQLState()) || "40P01".equals(e.getSQLState());
  }

  @Override
  public Optional<String> duplicateKey(SQLException e) {
    return constraint(e);
  }

  /** CockroachDB too: our constraints' names start with the names of their tables. */
  static Optional<String> constraint(SQLException e) {
    return all(e)
        .filter(each -> "23505".equals(each.getSQLState()))
        .filter(PSQLException.class::isInstance)
        .map(each -> ((PSQLException) each).getServerErrorMessage())
        .filter(Objects::nonNull)
        .map(message -> Objects.requireNonNullElse(message.getConstraint(), ""))
        .findFirst();
  }

  /** A batch hides what the server said behind a failure of its own. */
  private static Stream<SQLException> all(SQLException e) {
    return Stream.iterate(e, Objects::nonNull, SQLException::getNextException);
  }

  @Override
  public Object bound(Object value) {
    return wire(value);
  }

  /** CockroachDB too. */
  static Object wire(Object value) {
    return switch (value) {
      case Instant time -> time.atOffset(ZoneOffset.UTC);
      case JsonValue json -> {
        var object = new PGobject();
        object.setType("jsonb");
        try {
          object.setValue(json.text());
        } catch (SQLException e) {
          throw new IllegalStateException("a PGobject took no text", e);
        }
        yield object;
      }
      default -> value;
    };
  }

  @Override
  public Optional<Instant> time(ResultSet row, int column) throws SQLException {
    return instant(row, column);
  }

  /** CockroachDB too. */
  static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /**
   * Sends rows to a {@code COPY … FROM STDIN}, which no other call of the driver takes.
   *
   * @param rows in COPY's text format, without the line that ends them
   */
  public static void copyIn(Connection connection, String sql, String rows) throws SQLException {
    try {
      connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(rows));
    } catch (IOException e) {
      throw new SQLException("the connection broke during COPY", "08006", e);
    }
  }

  /**
   * What a server keeps of a password (SCRAM-SHA-256): it may be sent in its place, and stand in a
   * log or in quotes. CockroachDB takes it too.
   */
  public static String verifier(Secret password) {
    return PasswordUtil.encodeScramSha256(password.reveal().toCharArray());
  }

  @Override
  public String toString() {
    return name();
  }

  static Dsn parse(String rest) {
    return Libpq.parse(DIALECT, rest, PORT, Libpq.rules());
  }

  /**
   * The migrator's connection. Its settings are in the start of the connection, so that RESET ALL
   * between two files keeps them.
   */
  static Connection migrator(Dsn dsn, Database.Session session) throws SQLException {
    Map<String, String> settings = migratorSettings(dsn, session);
    // The other end learns of our death in about half a minute, and lets go of our lock. Servers
    // before 14 do not know the last one, some platforms neither.
    Map<String, String> watchful = new LinkedHashMap<>();
    watchful.put("tcp_keepalives_idle", "10");
    watchful.put("tcp_keepalives_interval", "5");
    watchful.put("tcp_keepalives_count", "3");
    watchful.put("tcp_user_timeout", "30000");
    watchful.put("client_connection_check_interval", "5000");
    watchful.putAll(settings);
    try {
      return open(dsn, migratorProperties(dsn, session, watchful));
    } catch (SQLException e) {
      if (!"42704".equals(e.getSQLState()) && !"22023".equals(e.getSQLState())) {
        throw e;
      }
      watchful.remove("tcp_user_timeout");
      watchful.remove("client_connection_check_interval");
      return open(dsn, migratorProperties(dsn, session, watchful));
    }
  }

  /** What both wire-compatible databases get from a migrator. */
  static Map<String, String> migratorSettings(Dsn dsn, Database.Session session) {
    Map<String, String> settings = new LinkedHashMap<>();
    // Off unless asked for, also where the role or the database has one.
    settings.put("statement_timeout", "0");
    settings.putAll(dsn.settings());
    // A statement that queues behind a long query would queue all traffic behind itself.
    settings.put("lock_timeout", String.valueOf(session.ddlLockTimeout().toMillis()));
    if (!session.statementTimeout().isZero()) {
      settings.put("statement_timeout", String.valueOf(session.statementTimeout().toMillis()));
    }
    return settings;
  }

  static Properties migratorProperties(
      Dsn dsn, Database.Session session, Map<String, String> settings) {
    Properties properties = properties(dsn, session.applicationName());
    properties.setProperty("options", ServerOptions.write(settings));
    // The driver must not take a message of several statements apart: functions with BEGIN ATOMIC
    // would break, and the positions of errors would count within one statement.
    properties.setProperty("preferQueryMode", "simple");
    // Statements may be long; the deadline of the run ends them, no timeout of the socket.
    properties.remove("socketTimeout");
    return properties;
  }

  /** A connection of the server's pool. */
  static Connection pooled(Dsn dsn, String applicationName) throws SQLException {
    Properties properties = properties(dsn, applicationName);
    // The server's own statements are short: one that gets no answer for so long gets none.
    properties.putIfAbsent("socketTimeout", String.valueOf(Database.SILENCE.toSeconds()));
    if (!dsn.settings().isEmpty()) {
      properties.setProperty("options", ServerOptions.write(dsn.settings()));
    }
    return open(dsn, properties);
  }

  static Connection open(Dsn dsn, Properties properties) throws SQLException {
    Connection connection = new Driver().connect(dsn.url(), properties);
    if (connection == null) {
      throw new SQLException("the driver does not take this URL", "08001");
    }
    Optional<String> timeZone = dsn.sessionSql();
    if (timeZone.isPresent()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(timeZone.get());
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return connection;
  }

  /** What every connection gets. */
  private static Properties properties(Dsn dsn, String applicationName) {
    Properties properties = new Properties();
    // The name goes into the start of the connection, where RESET ALL does not wipe it, only if the
    // driver knows that the server is not older than 9.
    properties.setProperty("assumeMinServerVersion", "10");
    properties.setProperty("ApplicationName", dsn.applicationName(applicationName));
    // Every wait has an end, also that for an address that swallows packets.
    properties.setProperty("connectTimeout", "10");
    // A server that died and a firewall that forgets say nothing: noticed after 25 s, not 2 h.
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(Libpq.KEEPALIVES_IDLE, "10");
    properties.setProperty(Libpq.KEEPALIVES_INTERVAL, "5");
    properties.setProperty(Libpq.KEEPALIVES_COUNT, "3");
    // Keepalive intervals, unix sockets and hostaddr are ours.
    properties.setProperty("socketFactory", PostgresSockets.class.getName());
    // Keys in PEM files of every form, from memory: the driver reads one form only.
    properties.setProperty("sslfactory", PostgresTls.class.getName());
    // Kerberos only where the DSN asks for it: looking for a ticket takes seconds on some machines.
    properties.setProperty("gssEncMode", "disable");
    // Error texts quote rows in their detail; those may be personal.
    properties.setProperty("logServerErrorDetail", "false");
    dsn.properties().forEach(properties::setProperty);
    if ("false".equals(properties.getProperty("tcpKeepAlive"))) {
      properties.setProperty(Libpq.KEEPALIVES_IDLE, "0");
    }
    if (!dsn.jdbc()) {
      // The driver has two timeouts: of the TCP connection to one host, and of the whole login.
      int seconds = Integer.parseInt(properties.getProperty("connectTimeout"));
      long hosts = 1 + dsn.url().chars().filter(c -> c == ',').count();
      properties.setProperty("loginTimeout", String.valueOf(seconds * hosts));
    } else {
      // The driver's own reading of the URL decides about TLS there.
      properties.remove("sslfactory");
    }
    return properties;
  }

  static Optional<ExitCode> judge(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    boolean wrongDsn =
        switch (state) {
          // wrong password, no entry in pg_hba.conf, no such database, no right to connect to it
          case "28P01", "28000", "3D000" -> true;
          // The driver itself: the server speaks no TLS, or asks for a login that we cannot do.
          case "08004" -> e instanceof PSQLException p && p.getServerErrorMessage() == null;
          default -> false;
        };
    if (wrongDsn) {
      return Optional.of(ExitCode.USAGE);
    }
    boolean again =
        state.startsWith("08")
            || state.startsWith("53")
            || List.of("57P01", "57P02", "57P03", "40001", "40P01", "55P03").contains(state);
    return again ? Optional.of(ExitCode.RETRY) : Optional.empty();
  }

  /** What to do about a connection that failed. */
  static String hint(Dsn dsn, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return switch (state) {
      case "28P01" ->
          "check user and password in the DSN; in it, write @ as %40, : as %3A, / as"
              + " %2F and % as %25";
      case "28000" -> "check user and TLS in the DSN against the server's pg_hba.conf";
      case "3D000" ->
          "create the database first (slipway database create), or"
              + " correct its name at the end of the DSN";
      case "08004" ->
          "if the server speaks no TLS and the network can be trusted, add"
              + " ?sslmode=disable to the DSN";
      case "08P01" ->
          "a pooler such as PgBouncer may stand between: give the migrator the server's"
              + " own address";
      default ->
          Failures.tls(e)
              ? "check sslmode, sslrootcert, sslcert and sslkey in the DSN, and the host's name"
              : "check host and port in the DSN, and that the server runs; --wait 60s waits for it";
    };
  }
}
