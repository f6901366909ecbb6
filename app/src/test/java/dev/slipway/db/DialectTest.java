package dev.slipway.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.fault.ExitCode;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectTest {
  @ParameterizedTest
  @CsvSource({
    "08000, RETRY",
    "08001, RETRY",
    "08003, RETRY",
    "08004, RETRY",
    "08006, RETRY",
    "53100, RETRY",
    "53200, RETRY",
    "53300, RETRY",
    "57P01, RETRY",
    "57P02, RETRY",
    "57P03, RETRY",
    "57P04, MIGRATION",
    "57014, MIGRATION",
    "40001, RETRY",
    "40P01, RETRY",
    "55P03, RETRY",
    "28P01, USAGE",
    "28000, USAGE",
    "3D000, USAGE",
    "42601, MIGRATION",
    "23505, MIGRATION",
    "25006, MIGRATION",
    "XX000, MIGRATION",
  })
  void postgresAndCockroachAreJudgedByState(String state, ExitCode code) {
    SQLException e = new SQLException("words", state);
    assertEquals(code, Postgres.DIALECT.exitCode(e));
    assertEquals(code, Cockroach.DIALECT.exitCode(e));
  }

  @ParameterizedTest
  @CsvSource({
    "1205, 40001, RETRY",
    "1213, 40001, RETRY",
    "2006, HY000, RETRY",
    "2013, HY000, RETRY",
    "1040, 08004, RETRY",
    "0, 08S01, RETRY",
    "1045, 28000, USAGE",
    "1049, 42000, USAGE",
    "1044, 42000, USAGE",
    "1064, 42000, MIGRATION",
    "1062, 23000, MIGRATION",
    "1050, 42S01, MIGRATION",
    "1021, HY000, MIGRATION",
    "1317, 70100, MIGRATION",
  })
  void mysqlIsJudgedByNumber(int number, String state, ExitCode code) {
    assertEquals(code, Mysql.DIALECT.exitCode(new SQLException("words", state, number)));
  }

  @ParameterizedTest
  @CsvSource({
    "5, RETRY",
    "261, RETRY",
    "517, RETRY",
    "773, RETRY",
    "14, USAGE",
    "26, USAGE",
    "1, MIGRATION",
    "8, MIGRATION",
    "13, MIGRATION",
    "19, MIGRATION",
    "10, MIGRATION",
  })
  void sqliteIsJudgedByPrimaryCode(int number, ExitCode code) {
    assertEquals(code, Sqlite.DIALECT.exitCode(new SQLException("words", null, number)));
  }

  @Test
  void causesAndNextExceptionsCount() {
    SQLException outer = new SQLException("batch failed", "XX000");
    outer.setNextException(new SQLException("words", "40001"));
    assertEquals(ExitCode.RETRY, Postgres.DIALECT.exitCode(outer));
    assertEquals(
        ExitCode.RETRY,
        Postgres.DIALECT.exitCode(new SQLException("w", new SQLException("w", "08006"))));
  }

  @Test
  void aCertificateIsNoBrokenConnection() {
    SQLException tls =
        new SQLException(
            "ssl", "08006", new SSLHandshakeException("bad").initCause(new CertificateException()));
    assertEquals(ExitCode.USAGE, Postgres.DIALECT.exitCode(tls));
    SQLException broken =
        new SQLException(
            "ssl", "08006", new SSLHandshakeException("eof").initCause(new java.io.EOFException()));
    assertEquals(ExitCode.RETRY, Postgres.DIALECT.exitCode(broken));
  }

  @Test
  void twoOfThemTakeSchemaChangesBack() {
    assertTrue(Postgres.DIALECT.transactionalDdl());
    assertTrue(Sqlite.DIALECT.transactionalDdl());
    assertFalse(Mysql.DIALECT.transactionalDdl());
    assertFalse(Cockroach.DIALECT.transactionalDdl());
  }
}
