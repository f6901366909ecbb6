package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseDriverTest {
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
    assertEquals(code, Drivers.require("postgres").exitCode(e));
    assertEquals(code, Drivers.require("cockroach").exitCode(e));
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
    "1021, HY000, RETRY",
    "1114, HY000, RETRY",
    "1317, 70100, MIGRATION",
  })
  void mysqlIsJudgedByNumber(int number, String state, ExitCode code) {
    assertEquals(code, Drivers.require("mysql").exitCode(new SQLException("words", state, number)));
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
    "13, RETRY",
    "19, MIGRATION",
    "10, MIGRATION",
  })
  void sqliteIsJudgedByPrimaryCode(int number, ExitCode code) {
    assertEquals(
        code, Drivers.require("sqlite3").exitCode(new SQLException("words", null, number)));
  }

  @Test
  void causesAndNextExceptionsCount() {
    SQLException outer = new SQLException("batch failed", "XX000");
    outer.setNextException(new SQLException("words", "40001"));
    assertEquals(ExitCode.RETRY, Drivers.require("postgres").exitCode(outer));
    assertEquals(
        ExitCode.RETRY,
        Drivers.require("postgres")
            .exitCode(new SQLException("w", new SQLException("w", "08006"))));
  }

  @Test
  void aCertificateIsNoBrokenConnection() {
    SQLException tls =
        new SQLException(
            "ssl", "08006", new SSLHandshakeException("bad").initCause(new CertificateException()));
    assertEquals(ExitCode.USAGE, Drivers.require("postgres").exitCode(tls));
    SQLException broken =
        new SQLException(
            "ssl", "08006", new SSLHandshakeException("eof").initCause(new java.io.EOFException()));
    assertEquals(ExitCode.RETRY, Drivers.require("postgres").exitCode(broken));
  }

  @Test
  void twoOfThemTakeSchemaChangesBack() {
    assertTrue(Drivers.require("postgres").transactionalDdl());
    assertTrue(Drivers.require("sqlite3").transactionalDdl());
    assertFalse(Drivers.require("mysql").transactionalDdl());
    assertFalse(Drivers.require("cockroach").transactionalDdl());
  }

  @ParameterizedTest
  @CsvSource({
    "42P01, true",
    "3F000, true",
    "42501, true",
    "42703, true",
    "57014, false",
    "08006, false",
  })
  void tableThatCannotBeReadIsToldFromAFailure(String state, boolean unreadable) {
    SQLException e = new SQLException("words", state);
    assertEquals(unreadable, Drivers.require("postgres").isUnreadableTable(e));
    assertEquals(unreadable, Drivers.require("cockroach").isUnreadableTable(e));
  }

  @Test
  void searchPathNamesItsFirstSchemaOnce() {
    assertEquals(
        List.of("b", "a", "c"),
        Drivers.require("postgres").searchPathStartingWith("b", "a, b, \"c\", b"));
    assertEquals(List.of(), Drivers.require("mysql").searchPathStartingWith("b", "a, b"));
  }

  @Test
  void poolGetsTheCodeOfAFileThatCannotBeOpened() {
    Dsn dsn = Drivers.parse("sqlite:///no/such/folder/app.sqlite");
    PooledConnector connector = Drivers.of(dsn).pooledConnector(dsn, "test", () -> {});
    SQLException e = assertThrows(SQLException.class, connector::open);
    assertEquals(14, e.getErrorCode());
    assertEquals("08001", e.getSQLState());
  }
}
