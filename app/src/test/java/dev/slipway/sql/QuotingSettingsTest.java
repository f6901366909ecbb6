package dev.slipway.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.driver.Drivers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backslash before a quote ends a string, or does not, as the session's settings say. */
class QuotingSettingsTest {
  /** One statement where a backslash escapes, otherwise two. */
  private static final String SINGLE = "SELECT '\\'; SELECT 1 --'";

  private static final String DOUBLE = "SELECT \"\\\"; SELECT 1 --\"";

  private static int statements(String driver, String session, String before, String text) {
    SqlSyntax syntax = QuotingSettings.ofSession(Drivers.require(driver).syntax(), session);
    String sql = before + ";\n" + text;
    return SqlScript.parse(sql, syntax).statements().size() - 1;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "STRICT_TRANS_TABLES  | SELECT 0                                                   | 1",
        "NO_BACKSLASH_ESCAPES | SELECT 0                                                   | 2",
        "                     | SET sql_mode = 'NO_BACKSLASH_ESCAPES'                      | 2",
        "                     | SET SESSION sql_mode='ANSI,no_backslash_escapes'           | 2",
        "                     | SET @@sql_mode = \"NO_BACKSLASH_ESCAPES\"                  | 2",
        "                     | SET @@session.sql_mode := 'NO_BACKSLASH_ESCAPES'           | 2",
        "                     | SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES') | 2",
        "                     | SET sql_mode = 1048576                                     | 2",
        "                     | SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'               | 1",
        "                     | SET @@global.sql_mode = 'NO_BACKSLASH_ESCAPES'             | 1",
        "                     | SET @sql_mode = 'NO_BACKSLASH_ESCAPES'                     | 1",
        "                     | SET @a=1, sql_mode = 'NO_BACKSLASH_ESCAPES', @b=2          | 2",
        "NO_BACKSLASH_ESCAPES | SET sql_mode = ''                                          | 1",
        "NO_BACKSLASH_ESCAPES | SET sql_mode = @OLD_SQL_MODE                               | 2",
        "NO_BACKSLASH_ESCAPES | SET sql_mode = DEFAULT                                     | 2",
        "NO_BACKSLASH_ESCAPES | SET sql_mode=REPLACE(@@sql_mode,'NO_BACKSLASH_ESCAPES','') | 1",
        "                     | /*!40101 SET @O=@@SQL_MODE, SQL_MODE='NO_BACKSLASH_ESCAPES' */ | 2"
      })
  void mysqlFollowsSqlMode(String session, String before, int expected) {
    assertEquals(expected, statements("mysql", session == null ? "" : session, before, SINGLE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "            | SELECT 0                     | 1",
        "ANSI_QUOTES | SELECT 0                     | 2",
        "            | SET sql_mode = 'ANSI_QUOTES' | 2",
        "            | SET sql_mode = 'ANSI'        | 2",
        "            | SET sql_mode = 4             | 2",
        "ANSI        | SET sql_mode = 'TRADITIONAL' | 1"
      })
  void inMysqlDoubleQuotesEncloseAStringOrAName(String session, String before, int expected) {
    assertEquals(expected, statements("mysql", session == null ? "" : session, before, DOUBLE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "on  | SELECT 0                                                     | 2",
        "off | SELECT 0                                                     | 1",
        "on  | SET standard_conforming_strings = off                        | 1",
        "on  | set local standard_conforming_strings to 'off'               | 1",
        "on  | SELECT set_config('standard_conforming_strings', 'off', false) | 1",
        "off | SET standard_conforming_strings = on                         | 2",
        "off | SET SESSION standard_conforming_strings TO DEFAULT           | 1",
        "on  | SET standard_conforming_strings = off; RESET ALL             | 3"
      })
  void postgresFollowsStandardConformingStrings(String session, String before, int expected) {
    assertEquals(expected, statements("postgres", session, before, SINGLE));
    assertEquals(before.contains(";") ? 3 : 2, statements("postgres", session, before, DOUBLE));
  }
}
