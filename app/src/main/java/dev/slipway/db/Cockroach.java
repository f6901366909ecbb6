package dev.slipway.db;

import dev.slipway.fault.ExitCode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** CockroachDB: PostgreSQL's protocol and driver, with other facts. */
public final class Cockroach implements Dialect {
  static final Cockroach DIALECT = new Cockroach();

  private static final int PORT = 26257;

  private Cockroach() {}

  @Override
  public Kind kind() {
    return Kind.COCKROACH;
  }

  @Override
  public String name() {
    return "cockroach";
  }

  @Override
  public List<String> synonyms() {
    return List.of("cockroachdb", "crdb");
  }

  /** A schema change goes on after its transaction's commit, and may fail there. */
  @Override
  public boolean transactionalDdl() {
    return false;
  }

  @Override
  public ExitCode exitCode(SQLException e) {
    return Failures.exitCode(e, Postgres::judge);
  }

  @Override
  public OptionalInt position(SQLException e, String sql) {
    return Postgres.serverPosition(e);
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
    return Postgres.takenBack(e);
  }

  @Override
  public Optional<String> duplicateKey(SQLException e) {
    return Postgres.constraint(e);
  }

  @Override
  public Object bound(Object value) {
    return Postgres.wire(value);
  }

  @Override
  public Optional<Instant> time(ResultSet row, int column) throws SQLException {
    return Postgres.instant(row, column);
  }

  @Override
  public String toString() {
    return name();
  }

  static Dsn parse(String rest) {
    Map<String, Rule> rules = Libpq.rules();
    // The virtual cluster, which CockroachDB's own tools pass in options.
    rules.put(
        "cluster",
        (p, d) -> {
          throw p.refused("write it into options, as in options=-ccluster%3Dname");
        });
    Rule unknown = Rule.refuse("CockroachDB has no such setting; leave it out");
    for (String name :
        List.of(
            "tcp_user_timeout",
            "tcp_keepalives_idle",
            "tcp_keepalives_interval",
            "tcp_keepalives_count",
            "client_connection_check_interval")) {
      rules.put(name, unknown);
    }
    return Libpq.parse(DIALECT, rest, PORT, rules);
  }

  /** PostgreSQL's watchful settings are unknown there; an unknown one would end the connection. */
  static Connection migrator(Dsn dsn, Database.Session session) throws SQLException {
    Map<String, String> settings = Postgres.migratorSettings(dsn, session);
    return Postgres.open(dsn, Postgres.migratorProperties(dsn, session, settings));
  }
}
