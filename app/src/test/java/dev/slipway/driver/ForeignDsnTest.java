package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DSNs of other tools: what they mean, or the corrected DSN. */
class ForeignDsnTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // goose, psql
        "host=h port=9 user=u dbname=d | postgres at h:9, database d | jdbc:postgresql://h:9/d",
        "user='a b' host = /run/pg dbname=d | postgres at /run/pg/.s.PGSQL.5432, database d"
            + " | jdbc:postgresql://127.255.255.254:5432/d",
        "u:p@tcp(h:1)/d?parseTime=true | mysql at h:1, database d | jdbc:mysql://h:1/d",
        // URLs
        "mysql://u:p@h/d | mysql at h:3306, database d | jdbc:mysql://h:3306/d",
        "mysql://u:p@h:1/a%20b?charset=utf8mb4 | mysql at h:1, database a b"
            + " | jdbc:mysql://h:1/a%20b",
        "mysql://u@[::1]:7/d | mysql at [::1]:7, database d | jdbc:mysql://[::1]:7/d",
        "mysql://u@h/d?socket=/run/m.sock | mysql at /run/m.sock, database d"
            + " | jdbc:mysql://127.0.0.1:3306/d",
        // sqlx, dbmate, Prisma, mattn
        "sqlite:foo.db | sqlite3 file foo.db | jdbc:sqlite:file:foo.db",
        "sqlite:/abs/foo.db?mode=rwc | sqlite3 file /abs/foo.db"
            + " | jdbc:sqlite:file:/abs/foo.db?mode=rwc",
        "sqlite3:foo.db | sqlite3 file foo.db | jdbc:sqlite:file:foo.db",
        "sqlite::memory: | sqlite3 in memory | jdbc:sqlite::memory:",
        ":memory: | sqlite3 in memory | jdbc:sqlite::memory:",
        "file:./dev.db?connection_limit=1 | sqlite3 file ./dev.db | jdbc:sqlite:file:./dev.db",
        // golang-migrate, env files
        "pgx5://u@h/d | postgres at h:5432, database d | jdbc:postgresql://h:5432/d",
        "\"postgres://u@h/d\" | postgres at h:5432, database d | jdbc:postgresql://h:5432/d",
        "'postgres://u@h/d' | postgres at h:5432, database d | jdbc:postgresql://h:5432/d",
      })
  void isAcceptedWhereItsMeaningIsClear(String text, String target, String url) {
    Dsn dsn = Drivers.parse(text);
    assertEquals(target, dsn.target());
    assertEquals(url, dsn.url());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "host=h user=u password='a b\\'c\\\\d' dbname=d | a b'c\\d",
        "host=h user=u password=p%40ss dbname=d | p%40ss",
        "host=h user=u password=a://b dbname=d | a://b",
        "mysql://u:p%40ss%25@h:3306/d | p@ss%",
        "mysql://u:p%40ss@tcp(h:3306)/d | p%40ss",
        "u:p%40s/s@tcp(h:3306)/d | p%40s/s",
      })
  void readsThePasswordByTheRulesOfItsForm(String text, String password) {
    assertEquals(password, Drivers.parse(text).properties().get("password"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "postgres://u@h/d?ssl=true | sslmode | require",
        "postgres://u@h/d?ssl=no-verify | sslmode | require",
        "postgres://u@h/d?ssl=false | sslmode | disable",
        "postgres://u@h/d?ssl=true&sslmode=verify-full | sslmode | verify-full",
        "postgres://u@h/d?sslmode=no-verify | sslmode | require",
        "postgres://u@h/d?pgbouncer=true | prepareThreshold | 0",
        "postgres://u@h/d?statement_cache_size=0 | prepareThreshold | 0",
        "postgres://u@h/d?ssl-root-cert=/r.pem | slipway.sslrootcert | /r.pem",
        "mysql://u@h/d?ssl-mode=REQUIRED | sslMode | REQUIRED",
        "mysql://u@h/d?sslMode=verify_identity | sslMode | VERIFY_IDENTITY",
        "mysql://u@h/d?ssl-mode=DISABLED | sslMode | DISABLED",
        "mysql://u@h/d?sslaccept=strict | slipway.sslrootcert | system",
        "mysql://u@h/d?sslaccept=accept_invalid_certs | sslMode | REQUIRED",
        "mysql://u@h/d?ssl={\"rejectUnauthorized\":true} | sslMode | VERIFY_IDENTITY",
        "mysql://u@h/d?ssl={\"rejectUnauthorized\":false} | sslMode | REQUIRED",
        "mysql://u@h/d?connect_timeout=5 | connectTimeout | 5000",
      })
  void aParameterBecomesAProperty(String text, String property, String value) {
    assertEquals(value, Drivers.parse(text).properties().get(property));
  }

  @ParameterizedTest
  @CsvSource({"postgres://u@h/d", "mysql://u@h/d", "sqlite://x.db", "cockroach://u@h/d"})
  void prismasLimitIsThatOfThePool(String dsn) {
    assertEquals(OptionalInt.of(5), Drivers.parse(dsn + "?connection_limit=5").pool().maxConns());
  }

  @Test
  void prismasSchemaIsTheSchemaOfTheHistory() {
    Dsn dsn = Drivers.parse("postgres://u@h/d?schema=My%20S");
    assertEquals("My S", dsn.schema().orElseThrow());
    assertEquals("\"My S\"", dsn.settings().get("search_path"));
  }

  @Test
  void neonsEndpointIsAnOptionOfItsOwn() {
    Dsn dsn = Drivers.parse("postgres://u@h/d?options=endpoint%3Dep-a-1%20-c%20geqo%3Doff");
    assertEquals("endpoint=ep-a-1", dsn.properties().get("slipway.proxy_option"));
    assertEquals(Map.of("geqo", "off"), dsn.settings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "postgresql+psycopg://u:hunter2x@h/d | postgres://u:***@h/d",
        "postgres+asyncpg://u:hunter2x@h/d?ssl=true | postgres://u:***@h/d?ssl=true",
        "mysql+pymysql://u:hunter2x@h/d | mysql://u:***@h/d",
        "mysql2://u:hunter2x@h/d | mysql://u:***@h/d",
        "psql://u:hunter2x@h/d | postgres://u:***@h/d",
        "sqlite+aiosqlite:///x.db | sqlite:///x.db",
        "postgres://u:hunter2x@h/d&sslmode=disable | postgres://u:***@h:5432/d?sslmode=disable",
        "postgres://u:hunter2x@h/d;sslmode=disable&connect_timeout=5"
            + " | postgres://u:***@h:5432/d?sslmode=disable&connect_timeout=5",
        "mysql://u:hunter2x@tcp(h:1)/d&parseTime=true | mysql://u:***@tcp(h:1)/d?parseTime=true",
        "sqlite://x.db&_fk=true | sqlite://x.db?_fk=true",
        "postgres://u:hunter2x@h/d?sslmode=disable?connect_timeout=5"
            + " | postgres://u:***@h:5432/d?sslmode=disable&connect_timeout=5",
        "postgres://u:hunter2x%@h/d | postgres://u:***@h/d",
        "postgres://u:hunter2x@h/100%?sslmode=disable | postgres://u:***@h/100%25?sslmode=disable",
        "postgres://u:hunter2x@h/d?application_name=50%"
            + " | postgres://u:***@h/d?application_name=50%25",
        "postgres://u:hunter2x@h/d?sslmod=disable | postgres://u:***@h:5432/d?sslmode=disable",
        "postgres://u:hunter2x@h/d?sslpassword=hunter2x&sslmod=require"
            + " | postgres://u:***@h:5432/d?sslpassword=***&sslmode=require",
        "postgres://u:hunter2x@h/d?pool_timeout=5 | postgres://u:***@h:5432/d",
        "postgres://u:hunter2x@h/d?sslmode=require&sslaccept=strict"
            + " | postgres://u:***@h:5432/d?sslmode=verify-full&sslrootcert=system",
        "postgres://u:hunter2x@h/d?x-migrations-table=m&sslmode=disable"
            + " | postgres://u:***@h:5432/d?sslmode=disable",
        "postgres://u:hunter2x@h/d?x-statement-timeout=5"
            + " | postgres://u:***@h:5432/d?statement_timeout=5",
        "mysql://u:hunter2x@h/d?x-tls-ca=/a.pem | mysql://u:***@tcp(h)/d?sslrootcert=/a.pem",
        "mysql://u:hunter2x@h/d?useSSL=false | mysql://u:***@tcp(h)/d?tls=false",
        "mysql://u:hunter2x@h/d?ssl-mode=VERIFY_CA"
            + " | mysql://u:***@tcp(h)/d?tls=skip-verify&sslrootcert=/path/ca.pem",
        "sqlite://x.db?x-no-tx-wrap=true | sqlite://x.db",
        "sqlite://x.db?_time_format=other | sqlite://x.db",
        "sqlite://x.db?socket_timeout=10 | sqlite://x.db?_busy_timeout=10000",
        "app.db | sqlite://app.db",
      })
  void isRefusedWithTheCorrectedDsn(String text, String corrected) {
    SlipwayException failure = assertThrows(SlipwayException.class, () -> Drivers.parse(text));
    String hint = failure.hint().orElse("");
    assertEquals(ExitCode.USAGE, failure.exitCode());
    String expected =
        text.contains("d&ssl") || text.contains("d;ssl")
            ? corrected.replace(":5432", "")
            : corrected;
    assertTrue(hint.endsWith(" " + expected), hint);
    assertFalse((failure.getMessage() + hint).contains("hunter2x"), hint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://u@h/a&b",
        "postgres://u@h/a&b=c",
        "sqlite://a&b=c.db",
        "mysql://u@tcp(h)/a&b=c",
      })
  void aNameMayContainAnAmpersand(String text) {
    Dsn dsn = Drivers.parse(text);
    assertTrue(dsn.target().contains("a&b"), dsn.target());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host=h user=u password='a dbname=d",
        "host=h user",
        "host=h dbname=d",
      })
  void aBrokenListOfKeywordsIsRefused(String text) {
    assertEquals(
        ExitCode.USAGE, assertThrows(SlipwayException.class, () -> Drivers.parse(text)).exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://u:hunter2x/y@h/d?sslmod=x",
        "postgresql+psycopg://u:hunter2x/y@h/d",
        "postgresql+psycopg://u:hunter2x?y@h/d",
        "postgres://u@h/d?apikey=hunter2x&sslmod=x",
        "postgres://u@h/d?pwd=hunter2x",
        "mysql+x://u:hunter2x@h/d?hunter2x",
      })
  void aCorrectionContainsNoSecret(String text) {
    SlipwayException failure = assertThrows(SlipwayException.class, () -> Drivers.parse(text));
    assertFalse((failure.getMessage() + failure.hint()).contains("hunter2x"), failure::toString);
  }
}
