package dev.slipway.driver.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Drivers;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hints for errors of MySQL. */
class MysqlHintsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1045 | Access denied for user 'u'@'h' (using password: NO) | the DSN has no password",
        "1045 | Access denied for user 'u'@'h' (using password: YES) | check user and password",
        "1045 | Access denied for user 'u'@'h' (using password: YES) | set tls=true",
        "1044 | Access denied for user 'u'@'%' to database 'd' | GRANT ALL PRIVILEGES ON `d`.* TO"
            + " 'u'@'%'",
        "1049 | Unknown database 'd' | create the database first",
        "1040 | Too many connections | max_connections",
        "1203 | User u already has more than 'max_user_connections' | max_user_connections",
        "1130 | Host 'h' is not allowed to connect to this MySQL server | CREATE USER",
        "3159 | Connections using insecure transport are prohibited | set tls=true",
        "0 | SSL Connection required, but not supported by server. | tls=false",
        "0 | Public Key Retrieval is not allowed | tls=true",
        "0 | Communications link failure | check host and port",
      })
  void aHintFitsTheCause(int code, String message, String expected) {
    String hint =
        MysqlHints.connect(
            Drivers.parse("mysql://u@tcp(h)/d"), new SQLException(message, "28000", code));
    assertTrue(hint.contains(expected), hint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1142 | CREATE command denied to user 'u'@'h' for table 't' | CREATE TABLE t (i int)"
            + " | GRANT CREATE ON `d`.* TO 'u'@'%'",
        "1142 | SELECT, LOCK TABLES command denied to user 'u'@'h' for table 't' | LOCK TABLES t"
            + " | GRANT SELECT, LOCK TABLES ON `d`.* TO 'u'@'%'",
        "1044 | Access denied for user 'u'@'%' to database 'o`x' | CREATE DATABASE x"
            + " | GRANT ALL PRIVILEGES ON `o``x`.* TO 'u'@'%'",
        "1227 | Access denied; you need (at least one of) the SUPER or SYSTEM_VARIABLES_ADMIN"
            + " privilege(s) for this operation | SET GLOBAL x = 1"
            + " | GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO 'u'@'%'",
        "1227 | Access denied; you need (at least one of) the CREATE USER privilege(s) for this"
            + " operation | CREATE USER x | GRANT CREATE USER ON *.* TO 'u'@'%'",
        "1370 | execute command denied to user 'u'@'h' for routine 'd.f' | CALL f()"
            + " | GRANT EXECUTE ON PROCEDURE `d`.`f` TO 'u'@'%'",
        "1370 | alter routine command denied to user 'u'@'h' for routine 'd.f' | DROP FUNCTION f"
            + " | GRANT ALTER ROUTINE ON `d`.* TO 'u'@'%'",
        "1419 | You do not have the SUPER privilege and binary logging is enabled | CREATE TRIGGER"
            + " | SET GLOBAL log_bin_trust_function_creators = 1 (RDS: in the parameter group)",
      })
  void namesTheGrantToRun(int code, String message, String sql, String expected) {
    String hint =
        MysqlHints.privilege(new SQLException(message, "42000", code), "u@%", "d", sql)
            .orElseThrow();
    assertTrue(hint.endsWith(expected), hint);
  }

  @Test
  void anErrorOfAnotherKindHasNoGrant() {
    assertEquals(
        Optional.empty(),
        MysqlHints.privilege(
            new SQLException("Duplicate entry '1' for key 'u'", "23000", 1062), "u@%", "d", ""));
  }
}
