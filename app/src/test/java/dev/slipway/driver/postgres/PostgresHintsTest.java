package dev.slipway.driver.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Drivers;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hints for errors of PostgreSQL, CockroachDB, and poolers. */
class PostgresHintsTest {
  private static String connect(String dsn, String state, String message) {
    return PostgresHints.connect(Drivers.parse(dsn), new SQLException(message, state));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "08004 | The server requested SCRAM-based authentication, but no password was provided."
            + " | the DSN has no password, or an empty one",
        "28P01 | FATAL: password authentication failed for user \"u\" | the DSN has no password",
        "08P01 | FATAL: SASL authentication failed | the DSN has no password",
        "08004 | The server does not support SSL. | sslmode=disable",
        "08004 | Channel Binding is required, but server did not offer it | channel_binding=prefer",
        "08P01 | FATAL: SSL required | set sslmode=require",
        "08P01 | FATAL: no such database: x | add it to the pooler's configuration",
        "08P01 | ERROR: Endpoint ID is not specified | options=endpoint%3D",
        "28000 | FATAL: role \"u\" is not permitted to log in | ALTER ROLE \"u\" LOGIN",
        "28000 | FATAL: role \"u\" does not exist | correct the user in the DSN",
        "28000 | FATAL: Peer authentication failed for user \"u\" | operating system's user",
        "28000 | FATAL: connection requires a valid client certificate | set sslcert and sslkey",
        "28000 | FATAL: no pg_hba.conf entry for host \"10.0.0.7\", user \"u\", database \"d b\", no"
            + " encryption | set sslmode=require in the DSN",
        "28000 | FATAL: no pg_hba.conf entry for host \"10.0.0.7\", user \"u\", database \"d b\", no"
            + " encryption | host \"d b\" \"u\" 10.0.0.7/32 scram-sha-256",
        "28000 | FATAL: no pg_hba.conf entry for host \"::1\", user \"u\", database \"d\", SSL"
            + " encryption | hostssl \"d\" \"u\" ::1/128 scram-sha-256",
        "3D000 | FATAL: database \"d\" does not exist | create the database first",
        "42501 | FATAL: permission denied for database \"d\" | GRANT CONNECT ON DATABASE \"d\" TO"
            + " \"u\"",
        "53300 | FATAL: sorry, too many clients already | max_connections",
        "53300 | FATAL: too many connections for role \"u\" | ALTER ROLE \"u\" CONNECTION LIMIT -1",
        "57P03 | FATAL: the database system is starting up | --wait 60s",
        "08001 | Connection refused | check host and port",
      })
  void aHintFitsTheCause(String state, String message, String expected) {
    String hint = connect("postgres://u@h/d", state, message);
    assertTrue(hint.contains(expected), hint);
  }

  @Test
  void aMissingPasswordIsNoReasonToTurnTlsOff() {
    for (String dsn : List.of("postgres://u@h/d", "postgres://u:@h/d?sslmode=prefer")) {
      String hint = connect(dsn, "08004", "The server requested SCRAM-based authentication");
      assertTrue(hint.contains("password") && !hint.contains("sslmode=disable"), hint);
    }
  }

  @Test
  void aWrongPasswordIsNotAMissingOne() {
    assertTrue(
        connect("postgres://u:pw@h/d", "28P01", "FATAL: password authentication failed")
            .startsWith("check user and password"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "permission denied for schema s | CREATE TABLE s.t (i int)"
            + " | GRANT USAGE, CREATE ON SCHEMA \"s\" TO \"A\"\"b\"",
        "permission denied for database d | CREATE SCHEMA s"
            + " | GRANT CREATE ON DATABASE \"d\" TO \"A\"\"b\"",
        "permission denied for table Orders | INSERT INTO \"My S\".\"Orders\" SELECT 1"
            + " | GRANT SELECT, INSERT ON TABLE \"My S\".\"Orders\" TO \"A\"\"b\"",
        "permission denied for table t | UPDATE t SET i = 1"
            + " | GRANT UPDATE ON TABLE \"run\".\"t\" TO \"A\"\"b\"",
        "permission denied for view v | SELECT 1 FROM Sales.v"
            + " | GRANT SELECT ON TABLE \"sales\".\"v\" TO \"A\"\"b\"",
        "permission denied for sequence q | SELECT nextval('q')"
            + " | GRANT USAGE, SELECT, UPDATE ON SEQUENCE \"run\".\"q\" TO \"A\"\"b\"",
        "permission denied for function f | SELECT f()"
            + " | GRANT EXECUTE ON ROUTINE \"run\".\"f\" TO \"A\"\"b\"",
        "permission denied for language plperlu | CREATE FUNCTION f()"
            + " | GRANT USAGE ON LANGUAGE \"plperlu\" TO \"A\"\"b\"",
        "permission denied to create extension \"postgis\" | CREATE EXTENSION postgis"
            + " | let a superuser run: CREATE EXTENSION IF NOT EXISTS \"postgis\"",
        "permission denied to create role | CREATE ROLE r | ALTER ROLE \"A\"\"b\" CREATEROLE",
        "permission denied to create database | CREATE DATABASE r | ALTER ROLE \"A\"\"b\" CREATEDB",
        "must be owner of table t | DROP TABLE t"
            + " | ALTER TABLE \"run\".\"t\" OWNER TO \"A\"\"b\"",
        "must be member of role \"boss\" | ALTER TABLE t OWNER TO boss"
            + " | GRANT \"boss\" TO \"A\"\"b\"",
        "must be able to SET ROLE \"boss\" | ALTER TABLE t OWNER TO boss"
            + " | GRANT \"boss\" TO \"A\"\"b\"",
        "user app does not have CREATE privilege on database db | CREATE SCHEMA s"
            + " | GRANT CREATE ON DATABASE db TO \"A\"\"b\"",
        "user app does not have INSERT privilege on relation t | INSERT INTO t VALUES (1)"
            + " | GRANT INSERT ON TABLE \"run\".\"t\" TO \"A\"\"b\"",
      })
  void namesTheGrantToRun(String message, String sql, String expected) {
    String hint =
        PostgresHints.privilege("ERROR: " + message, List.of(), "A\"b", "d", "run", sql)
            .orElseThrow();
    assertTrue(hint.endsWith(expected), hint);
  }

  @Test
  void aTrustedExtensionNeedsNoSuperuser() {
    assertEquals(
        Optional.of(
            "let the owner or an administrator run: GRANT CREATE ON DATABASE \"d\" TO \"u\""),
        PostgresHints.privilege(
            "ERROR: permission denied to create extension \"pgcrypto\"",
            List.of(
                "HINT: Must have CREATE privilege on current database to create this extension."),
            "u",
            "d",
            "s",
            "CREATE EXTENSION pgcrypto"));
  }

  @Test
  void anUnknownMessageHasNoGrant() {
    assertEquals(
        Optional.empty(),
        PostgresHints.privilege("ERREUR: droit refusé", List.of(), "u", "d", "s", "SELECT 1"));
  }
}
