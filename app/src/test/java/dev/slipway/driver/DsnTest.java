package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.driver.mysql.MysqlDsnParser;
import dev.slipway.driver.postgres.LibpqDsnParser;
import dev.slipway.driver.sqlite.SqliteDsnParser;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.ParameterHandler;
import dev.slipway.dsn.PoolParameters;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DsnTest {
  @ParameterizedTest
  @CsvSource({
    "postgres://u@h/d, postgres",
    "postgresql://u@h/d, postgres",
    "pgx://u@h/d, postgres",
    "cockroach://u@h/d, cockroach",
    "cockroachdb://u@h/d, cockroach",
    "crdb://u@h/d, cockroach",
    "mysql://u@tcp(h)/d, mysql",
    "sqlite://x.db, sqlite3",
    "memory, sqlite3",
    "jdbc:postgresql://h/d, postgres",
    "jdbc:mysql://h/d, mysql",
    "jdbc:sqlite:x.db, sqlite3",
  })
  void everySchemeHasItsDialect(String dsn, String dialect) {
    assertEquals(dialect, Drivers.parse(dsn).driver());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres://u:p@h:1/d | jdbc:postgresql://h:1/d | postgres at h:1, database d",
        "postgres://u@h/d | jdbc:postgresql://h:5432/d | postgres at h:5432, database d",
        "postgres://u@h | jdbc:postgresql://h:5432/u | postgres at h:5432, database u",
        "postgres://u@/d | jdbc:postgresql://localhost:5432/d"
            + " | postgres at localhost:5432, database d",
        "postgres://u@[::1]:7/d | jdbc:postgresql://[::1]:7/d | postgres at [::1]:7, database d",
        "postgres://u@a:1,b,[::2]:3/d | jdbc:postgresql://a:1,b:5432,[::2]:3/d"
            + " | postgres at a:1,b:5432,[::2]:3, database d",
        "postgres:///d?host=h&port=9&user=u | jdbc:postgresql://h:9/d"
            + " | postgres at h:9, database d",
        "postgres://u@h/a%2Fb%20c | jdbc:postgresql://h:5432/a%2Fb+c"
            + " | postgres at h:5432, database a/b c",
        "postgres://u@x/?dbname=d&host=a,b&port=1,2 | jdbc:postgresql://a:1,b:2/d"
            + " | postgres at a:1,b:2, database d",
        "postgres:///d?host=/run/pg&user=u | jdbc:postgresql://127.255.255.254:5432/d"
            + " | postgres at /run/pg/.s.PGSQL.5432, database d",
        "postgres://u@%2Frun%2Fpg:6/d | jdbc:postgresql://127.255.255.254:6/d"
            + " | postgres at /run/pg/.s.PGSQL.6, database d",
        "cockroach://u@h/d | jdbc:postgresql://h:26257/d | cockroach at h:26257, database d",
        "mysql://u:p@tcp(h:1)/d | jdbc:mysql://h:1/d | mysql at h:1, database d",
        "mysql://u@tcp(h)/ | jdbc:mysql://h:3306/ | mysql at h:3306",
        "mysql://u@/d | jdbc:mysql://127.0.0.1:3306/d | mysql at 127.0.0.1:3306, database d",
        "mysql://u@tcp([::1]:7)/d | jdbc:mysql://[::1]:7/d | mysql at [::1]:7, database d",
        "mysql://u@unix(/run/m.sock)/d | jdbc:mysql://127.0.0.1:3306/d"
            + " | mysql at /run/m.sock, database d",
        "mysql://u@tcp(h)/a%20b | jdbc:mysql://h:3306/a%20b | mysql at h:3306, database a b",
        "sqlite://./x.db | jdbc:sqlite:file:./x.db | sqlite3 file ./x.db",
        "sqlite:///abs/x.db?_fk=true | jdbc:sqlite:file:/abs/x.db | sqlite3 file /abs/x.db",
        "sqlite://rel?_fk=true | jdbc:sqlite:file:rel | sqlite3 file rel",
        "sqlite://a b%20?mode=ro | jdbc:sqlite:file:a%20b%2520?mode=ro | sqlite3 file a b%20",
        "sqlite://file:x%20y.db?immutable=1 | jdbc:sqlite:file:x%20y.db?immutable=1"
            + " | sqlite3 file x y.db",
        "sqlite://file:///abs/x.db | jdbc:sqlite:file:/abs/x.db | sqlite3 file /abs/x.db",
        "sqlite://:memory: | jdbc:sqlite::memory: | sqlite3 in memory",
        "sqlite://file::memory:?_fk=true&cache=shared | jdbc:sqlite::memory: | sqlite3 in memory",
        "sqlite://x?mode=memory | jdbc:sqlite::memory: | sqlite3 in memory",
      })
  void becomesTheDriversUrlAndWordsForPeople(String dsn, String url, String target) {
    assertEquals(url, Drivers.parse(dsn).url());
    assertEquals(target, Drivers.parse(dsn).target());
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "sqlite://:memory:", "sqlite://file::memory:?cache=shared"})
  void memoryIsMemoryHoweverItIsWritten(String dsn) {
    assertTrue(Drivers.parse(dsn).inMemory());
    assertEquals(Optional.empty(), Drivers.parse(dsn).file());
  }

  @Test
  void theFileOfSqliteIsKnown() {
    assertEquals(Optional.of(Path.of("/a/b.db")), Drivers.parse("sqlite:///a/b.db").file());
    assertFalse(Drivers.parse("sqlite:///a/b.db").inMemory());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sslmode=verify-full | sslmode=verify-full",
        "sslrootcert=/r.pem | slipway.sslrootcert=/r.pem",
        "sslcert=/c.pem&sslkey=/k.pem | slipway.sslcert=/c.pem slipway.sslkey=/k.pem",
        "connect_timeout=7 | connectTimeout=7",
        "connect_timeout=0 | connectTimeout=0",
        "application_name=a%20b | ApplicationName=a b",
        "target_session_attrs=read-write | targetServerType=primary",
        "target_session_attrs=prefer-standby | targetServerType=preferSecondary",
        "load_balance_hosts=random | loadBalanceHosts=true",
        "channel_binding=require | channelBinding=require",
        "require_auth=scram-sha-256 | requireAuth=scram-sha-256",
        "gssencmode=prefer | gssEncMode=prefer",
        "krbsrvname=pg | kerberosServerName=pg",
        "keepalives=0 | tcpKeepAlive=false",
        "keepalives_idle=30 | slipway.keepalives_idle=30",
        "sslnegotiation=direct | sslNegotiation=direct",
        "hostaddr=127.0.0.9 | slipway.addresses=h:5432=127.0.0.9",
        "sslsni=0 | slipway.sslsni=false",
        "ssl_min_protocol_version=TLSv1.3 | slipway.ssl_min_protocol_version=TLSv1.3",
        "max_protocol_version=3.2 | protocolVersion=3.2",
      })
  void parametersOfLibpqBecomeProperties(String query, String properties) {
    assertProperties(Drivers.parse("postgres://u@h/d?" + query), properties);
    assertProperties(Drivers.parse("cockroach://u@h:5432/d?" + query), properties);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "search_path=a%2Cb | search_path=a,b",
        "statement_timeout=5000 | statement_timeout=5000",
        "options=-c%20geqo%3Doff%20-cjit=on | geqo=off jit=on",
        "options=--enable-seqscan%3Doff | enable_seqscan=off",
        "default_transaction_isolation=serializable | default_transaction_isolation=serializable",
      })
  void settingsOfTheServerGoIntoTheStartOfTheSession(String query, String settings) {
    assertEquals(pairs(settings), Drivers.parse("postgres://u@h/d?" + query).settings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tls=true | sslMode=VERIFY_IDENTITY",
        "tls=skip-verify | sslMode=REQUIRED",
        "tls=preferred | sslMode=PREFERRED",
        "tls=false | sslMode=DISABLED",
        "timeout=1m30s | connectTimeout=90000",
        "readTimeout=30s&writeTimeout=0.5m | socketTimeout=30000",
        "readTimeout=30s&writeTimeout=40s | socketTimeout=40000",
        "collation=utf8mb4_general_ci | connectionCollation=utf8mb4_general_ci",
        "charset=utf8mb4,utf8 | characterEncoding=UTF-8",
        "loc=US%2FPacific | connectionTimeZone=US/Pacific",
        "loc=US/Pacific | connectionTimeZone=US/Pacific",
        "loc=Local | connectionTimeZone=LOCAL",
        "maxAllowedPacket=4194304 | maxAllowedPacket=4194304",
        "compress=true | useCompression=true",
        "interpolateParams=true | useServerPrepStmts=false",
        "allowAllFiles=true | allowLoadLocalInfile=true",
        "connectionAttributes=a:b | connectionAttributes=a:b",
        "tls=true&sslrootcert=/ca.pem | sslMode=VERIFY_IDENTITY slipway.sslrootcert=/ca.pem",
        "allowNativePasswords=false"
            + " | disabledAuthenticationPlugins=mysql_clear_password,mysql_native_password",
      })
  void parametersOfTheGoDriverBecomeProperties(String query, String properties) {
    assertProperties(Drivers.parse("mysql://u@tcp(h)/d?" + query), properties);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sql_mode=TRADITIONAL | sql_mode=TRADITIONAL",
        "sql_mode=%27STRICT_ALL_TABLES%2CNO_ZERO_DATE%27 |"
            + " sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE'",
        "time_zone=%27%2B00%3A00%27 | time_zone='+00:00'",
        "time_zone=Europe/Berlin | time_zone='Europe/Berlin'",
        "max_execution_time=100 | max_execution_time=100",
      })
  void systemVariablesOfMysqlAreSet(String query, String settings) {
    assertEquals(pairs(settings), Drivers.parse("mysql://u@tcp(h)/d?" + query).settings());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_fk=true | foreign_keys=ON",
        "_foreign_keys=0 | foreign_keys=OFF",
        "_busy_timeout=9 | busy_timeout=9",
        "_timeout=9 | busy_timeout=9",
        "_journal=wal | journal_mode=WAL",
        "_journal_mode=WAL&_sync=1 | journal_mode=WAL synchronous=1",
        "_locking=EXCLUSIVE | locking_mode=EXCLUSIVE",
        "_cslike=1 | case_sensitive_like=ON",
        "_rt=true | recursive_triggers=ON",
        "_secure_delete=fast | secure_delete=FAST",
        "_cache_size=-2000 | cache_size=-2000",
        "_vacuum=full | auto_vacuum=FULL",
        "_query_only=true | query_only=ON",
        "_defer_fk=1 | defer_foreign_keys=ON",
        "_pragma=busy_timeout(5)&_pragma=foreign_keys(1) | busy_timeout=5 foreign_keys=ON",
        "_pragma=journal_mode=WAL&_pragma=temp_store(2) | journal_mode=WAL temp_store=2",
        "_pragma=Busy_Timeout%285%29 | busy_timeout=5",
      })
  void parametersOfGoSqlite3BecomePragmas(String query, String settings) {
    assertEquals(pairs(settings), Drivers.parse("sqlite://x.db?" + query).settings());
  }

  @Test
  void everyParameterOfTheOriginalDriversHasAnAnswer() {
    List<String> libpq =
        List.of(
            "service",
            "servicefile",
            "passfile",
            "channel_binding",
            "connect_timeout",
            "client_encoding",
            "options",
            "application_name",
            "fallback_application_name",
            "keepalives",
            "keepalives_idle",
            "keepalives_interval",
            "keepalives_count",
            "tcp_user_timeout",
            "sslmode",
            "requiressl",
            "sslnegotiation",
            "sslcompression",
            "sslcert",
            "sslkey",
            "sslcertmode",
            "sslpassword",
            "sslrootcert",
            "sslcrl",
            "sslcrldir",
            "sslsni",
            "requirepeer",
            "require_auth",
            "min_protocol_version",
            "max_protocol_version",
            "ssl_min_protocol_version",
            "ssl_max_protocol_version",
            "gssencmode",
            "krbsrvname",
            "gsslib",
            "gssdelegation",
            "replication",
            "target_session_attrs",
            "load_balance_hosts",
            "scram_client_key",
            "scram_server_key",
            "sslkeylogfile",
            "oauth_issuer",
            "oauth_client_id",
            "oauth_client_secret",
            "oauth_scope",
            "authtype",
            "tty",
            "search_path",
            "pool_max_conns",
            "pool_min_conns",
            "pool_max_conn_lifetime",
            "pool_max_conn_idle_time",
            "pool_health_check_period",
            "pool_max_conn_lifetime_jitter");
    List<String> mysql =
        List.of(
            "allowAllFiles",
            "allowCleartextPasswords",
            "allowFallbackToPlaintext",
            "allowNativePasswords",
            "allowOldPasswords",
            "charset",
            "checkConnLiveness",
            "collation",
            "clientFoundRows",
            "columnsWithAlias",
            "compress",
            "connectionAttributes",
            "interpolateParams",
            "loc",
            "timeTruncate",
            "maxAllowedPacket",
            "multiStatements",
            "parseTime",
            "readTimeout",
            "rejectReadOnly",
            "serverPubKey",
            "timeout",
            "tls",
            "writeTimeout",
            "sql_mode",
            "time_zone");
    List<String> sqlite =
        List.of(
            "_auth",
            "_auth_user",
            "_auth_pass",
            "_auth_crypt",
            "_auth_salt",
            "_auto_vacuum",
            "_vacuum",
            "_busy_timeout",
            "_timeout",
            "_case_sensitive_like",
            "_cslike",
            "_defer_foreign_keys",
            "_defer_fk",
            "_foreign_keys",
            "_fk",
            "_ignore_check_constraints",
            "immutable",
            "_journal_mode",
            "_journal",
            "_locking_mode",
            "_locking",
            "mode",
            "_mutex",
            "_query_only",
            "_recursive_triggers",
            "_rt",
            "_secure_delete",
            "cache",
            "_synchronous",
            "_sync",
            "_loc",
            "_txlock",
            "_writable_schema",
            "_cache_size",
            "vfs",
            "nolock",
            "psow",
            "_pragma");
    assertEquals(List.of(), missing(libpq, LibpqDsnParser.handlers()));
    assertEquals(List.of(), missing(mysql, MysqlDsnParser.handlers()));
    assertEquals(List.of(), missing(sqlite, SqliteDsnParser.handlers()));
  }

  private static List<String> missing(List<String> names, Map<String, ParameterHandler> rules) {
    return names.stream().filter(each -> !rules.containsKey(each)).toList();
  }

  @Test
  void everyDatabaseTakesOrysPoolParameters() {
    for (String dsn :
        List.of("postgres://u@h/d", "cockroach://u@h/d", "mysql://u@tcp(h)/d", "sqlite://x.db")) {
      PoolParameters pool =
          Drivers.parse(
                  dsn
                      + "?max_conns=20&max_idle_conns=4&max_conn_lifetime=1h"
                      + "&max_conn_idle_time=30s")
              .pool();
      assertEquals(20, pool.maxConns().orElseThrow());
      assertEquals(4, pool.maxIdleConns().orElseThrow());
      assertEquals(3600, pool.lifetime().orElseThrow().toSeconds());
      assertEquals(30, pool.idleTime().orElseThrow().toSeconds());
    }
    assertEquals(
        9, Drivers.parse("postgres://u@h/d?pool_max_conns=9").pool().maxConns().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "postgres://u@h/d, require",
    "cockroach://u@h/d, require",
    "postgres:///d?host=/run/pg&user=u, disable",
    "postgres:///d?host=/run/pg&user=u&sslmode=verify-full, disable",
    "postgres://u@h/d?sslmode=prefer, prefer",
  })
  void sslmodeIsAlwaysSet(String dsn, String mode) {
    assertEquals(mode, Drivers.parse(dsn).properties().get("sslmode"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nonsense | the DSN has no scheme such as postgres://",
        "'' | the DSN is empty",
        "postgre://u@h/d | unknown DSN scheme postgre://; did you mean postgres?",
        "mariadb://u@h/d | unknown DSN scheme mariadb://",
        "u:pw@x://h | the DSN has no scheme such as postgres://",
        "jdbc:oracle:x | no driver for this jdbc: URL is part of slipway",
        "postgres://h/d | the DSN names no user",
        "postgres://u@h:0/d | the port in the DSN is no number from 1 to 65535",
        "postgres://u@h:secret/d | the port in the DSN is no number from 1 to 65535",
        "postgres://u:a/b@h/d | the DSN has a / before its @",
        "postgres://u:a%zz@h/d | a % in the password is not followed by two hexadecimal digits",
        "postgres://u:a%ff@h/d | the %XX in the password are not UTF-8",
        "postgres://u@::1/d | the host in the DSN cannot be read",
        "postgres://u@h/d?sslmod=disable"
            + " | unknown DSN parameter sslmod for postgres; did you mean sslmode?",
        "postgres://u@h/d?sslmode | a DSN parameter has no value: each is written name=value",
        "postgres://u@h/d?sslmode=disable&sslmode=require | the DSN parameter sslmode is given"
            + " twice",
        "postgres://u@h/d?sslmode=on | the DSN parameter sslmode must be one of disable, prefer,"
            + " require, verify-ca, verify-full",
        "postgres://u@h/d?sslmode=allow | the DSN parameter sslmode is refused: plain text first"
            + " and TLS second protects nothing; use prefer or require",
        "postgres://u@h/d?sslcrl=/x | the DSN parameter sslcrl is refused: revocation lists are not"
            + " read; use a short-lived certificate or another sslrootcert",
        "postgres://u@h/d?passfile=/x | the DSN parameter passfile is refused: put the password"
            + " into the DSN, and the DSN into a file that DSN_FILE names",
        "postgres://u@h/d?client_encoding=latin1 | the DSN parameter client_encoding is refused:"
            + " the driver speaks UTF8 only; leave it out",
        "postgres://u@h/d?connect_timeout=5s | the DSN parameter connect_timeout must be a whole"
            + " number from -1 to 100000",
        "postgres://u@h/d?options=x | the DSN parameter options must be -c name=value, once or"
            + " several times",
        "postgres://u@h/d?max_conns=0 | the DSN parameter max_conns must be a whole number from 1"
            + " to 10000",
        "postgres://u@h/d?max_conn_lifetime=5s | the DSN parameter max_conn_lifetime must be 0 for"
            + " no limit, or at least 30s",
        "postgres://u@a,/d?host=/run/x,b | a unix socket cannot be one of several hosts",
        "postgres://u@h/d?hostaddr=name | the DSN parameter hostaddr must be an IP address",
        "postgres://u@h%3FsocketFactory%3Dx/d | the host in the DSN cannot be read",
        "postgres://u@/d?host=@abstract | the host in the DSN cannot be read",
        "cockroach://u@h/d?tcp_user_timeout=1 | the DSN parameter tcp_user_timeout is refused:"
            + " CockroachDB has no such setting; leave it out",
        "mysql://u:p@tcp(h=x)/d | the host in the DSN cannot be read",
        "mysql://u:p@tcp(h:3306) | the DSN has no / before the database's name",
        "mysql://u:p@tcp(::1)/d | the host in the DSN cannot be read",
        "mysql://u:p@unix(rel)/d | the unix socket in the DSN must be an absolute path",
        "mysql://tcp(h)/d | the DSN names no user",
        "mysql://u@tcp(h)/d?tls=custom | the DSN parameter tls is refused: named configurations"
            + " exist in Go programs only; use true, skip-verify, preferred or false, with"
            + " sslrootcert, sslcert and sslkey",
        "mysql://u@tcp(h)/d?sslcert=/c | the DSN names certificates, but TLS is off",
        "mysql://u@tcp(h)/d?multiStatements=false | the DSN parameter multiStatements is refused:"
            + " migrations are sent several statements at once; leave it out",
        "mysql://u@tcp(h)/d?sql_mode=x%27;DROP | the DSN parameter sql_mode must be a number, a"
            + " word, or letters, digits and _ , . : / + = @ - in quotes",
        "mysql://u@tcp(h)/d?sqlmode=x"
            + " | unknown DSN parameter sqlmode for mysql; did you mean sql_mode?",
        "mysql://u@tcp(h)/d?loc=Nowhere | the DSN parameter loc must be a time zone such as UTC,"
            + " Local or US%2FPacific",
        "mysql://u@tcp(h)/d?timeout=5 | the DSN parameter timeout must be a duration such as"
            + " 300ms, 5s or 1m30s",
        "sqlite:// | the DSN names no file",
        "sqlite://x.db?_fk=maybe | the DSN parameter _fk must be true or false",
        "sqlite://x.db?fk=true | unknown DSN parameter fk for sqlite3; did you mean _fk?",
        "sqlite://x.db?cache=shared | the DSN parameter cache is refused: in a shared cache a busy"
            + " table fails at once, whatever the busy timeout; leave it out",
        "sqlite://x.db?_auth | a DSN parameter has no value: each is written name=value",
        "sqlite://x.db?_auth_user=u | the DSN parameter _auth_user is refused: SQLite gave its user"
            + " authentication up; protect the file by its permissions",
        "sqlite://x.db?_fk=1&_foreign_keys=0 | the DSN sets foreign_keys twice",
        "memory?max_conns=2 | a database in memory is one connection that lives as long as the"
            + " process",
        "memory?max_conn_lifetime=1m | a database in memory is one connection that lives as long"
            + " as the process",
        "jdbc:sqlite:q.db?_fk=true | unknown parameter _fk in the jdbc:sqlite: URL",
      })
  void isRefusedInWords(String dsn, String message) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> Drivers.parse(dsn));
    assertEquals(message, fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.exitCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p@ss",
        "p:ss",
        "p/ss",
        "p?ss",
        "p#ss",
        "p%ss",
        "p ss",
        "p'ss\"",
        "p&ss=x",
        "pä€ss",
        "p\\ss",
        "a@b:c/d?e#f%g h",
        "%41bc",
        "@tcp(x)/y"
      })
  void passwordsArePassedOnAndNeverPrinted(String password) {
    String encoded =
        java.net.URLEncoder.encode(password, java.nio.charset.StandardCharsets.UTF_8)
            .replace("+", "%20");
    List<Dsn> all =
        List.of(
            Drivers.parse("postgres://u:" + encoded + "@h/d?sslmode=disable"),
            Drivers.parse("postgres://h/d?user=u&password=" + encoded),
            Drivers.parse("cockroach://u:" + encoded + "@h/d"),
            Drivers.parse("mysql://u:" + password + "@tcp(h:3306)/d?parseTime=true"));
    for (Dsn dsn : all) {
      assertEquals(password, dsn.properties().get("password"), dsn.toString());
      assertEquals("h", dsn.url().replaceAll("jdbc:[a-z]+://([^:]*):.*", "$1"));
      String printed = dsn + dsn.target() + dsn.redact("failed with " + password + "!");
      assertFalse(printed.contains(password), printed);
      assertFalse(printed.contains(encoded), printed);
      assertTrue(dsn.toString().contains("***"), dsn.toString());
    }
  }

  @Test
  void aPasswordMayHoldLettersThatSeparateInTheOtherForm() {
    assertEquals("a?b#c", Drivers.parse("postgres://u:a?b#c@h/d").properties().get("password"));
    assertEquals("a@b", Drivers.parse("postgres://u:a@b@h/d").properties().get("password"));
    assertEquals("%41", Drivers.parse("mysql://u:%41@tcp(h)/d").properties().get("password"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/d?user=u&password=hunter2",
        "jdbc:postgresql://h/d?sslpassword=hunter2&ssl=true",
        "jdbc:mysql://u:hunter2@h/d",
        "jdbc:mysql://u:x%40hunter2@h/d",
        "jdbc:mysql://address=(host=h)(port=1)(user=u)(password=hunter2)/d",
        "jdbc:mysql://(host=h,port=1,user=u,password=hunter2)/d",
        "jdbc:postgresql://h/d;password=hunter2",
        "jdbc:postgresql://u:a/hunter2@h/d",
        "jdbc:mysql://h/d?user=u&trustCertificateKeyStorePassword=hunter2",
        "postgres://u:x@h/d?sslpassword=hunter2",
        "mysql://u:hunter2@tcp(h)/d",
      })
  void secretsOfEveryFormAreMasked(String text) {
    Dsn dsn = Drivers.parse(text);
    assertFalse((dsn + dsn.target()).contains("hunter2"), dsn.toString());
    assertFalse(dsn.redact("failed with " + text).contains("hunter2"), text);
  }

  @Test
  void printsMasked() {
    assertEquals(
        "postgres://u:***@h:5432/d?sslmode=disable&sslpassword=***",
        Drivers.parse("postgres://u:pw@h/d?sslmode=disable&sslpassword=x").toString());
    assertEquals(
        "mysql://u:***@tcp(h)/d?tls=true",
        Drivers.parse("mysql://u:p@tcp(h)/d?tls=true").toString());
    assertEquals("memory", Drivers.parse("memory").toString());
    assertEquals("sqlite://x.db?_fk=true", Drivers.parse("sqlite://x.db?_fk=true").toString());
    assertEquals(
        "jdbc:mysql://***@h/d?a=***", Drivers.parse("jdbc:mysql://u:hunter2@h/d?a=b").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://u:hunter2@h:x/d",
        "postgres://u:hunter2/@h/d",
        "postgres://u:hunter2@h/d?nonsense=hunter2",
        "postgres://u:hunter2@h/d?hunter2",
        "mysql://u:hunter2%@h/d",
        "hunter2://x",
        "hunter2",
        "postgres://u:hunter2%@h/d",
        "sqlite://x?_fk=hunter2",
        "postgres://u@h/d?sslmode=hunter2",
      })
  void refusalsRepeatNoSecret(String text) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> Drivers.parse(text));
    if (!text.startsWith("hunter2://")) {
      assertFalse((fault.getMessage() + fault.hint()).contains("hunter2"), fault.getMessage());
    }
  }

  @Test
  void isEqualWhenItMeansTheSame() {
    assertEquals(Drivers.parse("postgres://u:p@h/d"), Drivers.parse("postgresql://u:p@h:5432/d"));
    assertNotEquals(Drivers.parse("postgres://u:p@h/d"), Drivers.parse("postgres://u:q@h/d"));
  }

  @ParameterizedTest
  @CsvSource({
    "postgres, postgres",
    "postgresql, postgres",
    "pg, postgres",
    "pgx, postgres",
    "cockroach, cockroach",
    "cockroachdb, cockroach",
    "crdb, cockroach",
    "mysql, mysql",
    "sqlite, sqlite3",
    "sqlite3, sqlite3",
  })
  void dialectsHaveTheirSynonyms(String segment, String name) {
    assertEquals(name, Drivers.byName(segment).orElseThrow().name());
  }

  @Test
  void otherNamesAreNoDialect() {
    assertEquals(Optional.empty(), Drivers.byName("oracle"));
    assertEquals(Optional.empty(), Drivers.byName("Postgres"));
  }

  private static void assertProperties(Dsn dsn, String expected) {
    pairs(expected).forEach((name, value) -> assertEquals(value, dsn.properties().get(name), name));
  }

  private static Dsn pinned(Dsn dsn) {
    return Drivers.of(dsn).withSchemaInSearchPath(dsn);
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new java.util.LinkedHashMap<>();
    for (String pair : text.strip().split(" (?=[a-zA-Z_.]+=)")) {
      pairs.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return pairs;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres://u@h/d | ",
        "postgres://u@h/d?search_path=App,public | app",
        "postgres://u@h/d?search_path=%22App%22 | App",
        "postgres://u@h/d?search_path=%22a%22%22,%20b%22,c | a\", b",
        "postgres://u@h/d?search_path=%20ÄB%20,c | Äb",
        "postgres://u@h/d?search_path=%22$user%22,public | ",
        "postgres://u@h/d?search_path=$user,public | ",
        "postgres://u@h/d?options=-c%20search_path%3Da | a",
        "postgres://u@h/d?options=-cSearch_Path%3Da,b | a",
        "postgres://u@h/d?options=--search-path%3Da | a",
        "postgres://u@h/d?options=-c%20work_mem%3D64MB | ",
        "cockroach://u@h/d?search_path=a | a",
        "jdbc:postgresql://h/d | ",
        "jdbc:postgresql://h/d?currentSchema=A,b | a",
        "jdbc:postgresql://h/d?options=-c%20search_path%3Da | a",
        "jdbc:postgresql://h/d?currentSchema=a&options=-c%20search_path%3Db | a",
        "jdbc:postgresql://h/d?currentSchema=%22%24user%22,public | ",
        "mysql://u@tcp(h)/a%20b | a b",
        "mysql://u@tcp(h)/ | ",
        "jdbc:mysql://h:3306/a%20b?user=u | a b",
        "jdbc:mysql://h:3306/?user=u | ",
        "jdbc:mysql://h:3306 | ",
        "jdbc:mysql://h:3306/a?dbname=b | b",
        "sqlite://x.db | ",
        "jdbc:sqlite:x.db | ",
      })
  void theSchemaIsTheOneThatTheDsnNames(String dsn, String schema) {
    assertEquals(Optional.ofNullable(schema), Drivers.parse(dsn).schema());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite://x.db", "jdbc:sqlite:x.db", "memory"})
  void sqliteHasNoSchemas(String dsn) {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class, () -> Drivers.parse(DatabaseConfig.of(dsn), Optional.of("s")));
    assertEquals(ExitCode.USAGE, fault.exitCode());
  }

  @Test
  void aSettingsSchemaComesBeforeTheSearchPath() {
    Optional<String> named = Optional.of("My S");
    Dsn dsn =
        Drivers.parse(DatabaseConfig.of("postgres://u@h/d?search_path=a,%22My%20S%22,B"), named);
    assertEquals(named, dsn.schema());
    assertEquals("\"My S\", \"a\", \"b\"", pinned(dsn).settings().get("search_path"));
    assertEquals(
        "\"My S\", \"$user\", \"public\"",
        pinned(Drivers.parse(DatabaseConfig.of("postgres://u@h/d"), named))
            .settings()
            .get("search_path"));
    assertNotEquals(dsn, Drivers.parse("postgres://u@h/d?search_path=a,%22My%20S%22,B"));
    Dsn plain = Drivers.parse("postgres://u@h/d?search_path=a");
    assertEquals(plain, pinned(plain));
  }

  @Test
  void aSettingsSchemaReplacesThatOfAJdbcUrl() {
    Dsn dsn =
        pinned(
            Drivers.parse(
                DatabaseConfig.of("jdbc:postgresql://h/d?currentSchema=a,b&user=u"),
                Optional.of("s")));
    assertEquals("jdbc:postgresql://h/d?user=u", dsn.url());
    assertEquals("\"s\", \"a\", \"b\"", dsn.properties().get("currentSchema"));
  }

  @Test
  void aSettingsSchemaIsMysqlsDatabase() {
    Dsn dsn = Drivers.parse(DatabaseConfig.of("mysql://u@tcp(h)/a?tls=true"), Optional.of("b"));
    assertEquals(Optional.of("b"), dsn.schema());
    assertEquals("jdbc:mysql://h:3306/b", dsn.url());
    assertEquals("mysql at h:3306, database b", dsn.target());
    Dsn jdbc = Drivers.parse(DatabaseConfig.of("jdbc:mysql://h/a?dbname=c&x=y"), Optional.of("b"));
    assertEquals(Optional.of("b"), jdbc.schema());
    assertEquals("jdbc:mysql://h/a?x=y", jdbc.url());
    assertEquals("b", jdbc.properties().get("dbname"));
  }

  @ParameterizedTest
  @CsvSource({
    "prepareThreshold=0, 0",
    "prepareThreshold=1, 1",
    "prepareThreshold=-1, 1",
    "default_query_exec_mode=cache_statement, ''",
    "default_query_exec_mode=cache_describe, 0",
    "default_query_exec_mode=describe_exec, 0",
    "default_query_exec_mode=exec, 0",
    "default_query_exec_mode=simple_protocol, 0",
    "statement_cache_mode=prepare, ''",
    "statement_cache_mode=describe, 0",
    "prefer_simple_protocol=true, 0",
    "prefer_simple_protocol=false, ''",
    "binary_parameters=yes, 0",
    "binary_parameters=no, ''",
    "prepareThreshold=3&binary_parameters=yes, 0",
    "binary_parameters=yes&prepareThreshold=3, 0",
  })
  void parametersOfDriversTurnNamedStatementsOff(String parameters, String threshold) {
    for (String dsn :
        List.of(
            "postgres://u@h/d?",
            "cockroach://u@h/d?",
            "jdbc:postgresql://h/d?user=u&",
            "jdbc:postgresql://h/d?")) {
      Dsn parsed = Drivers.parse(dsn + parameters);
      assertEquals(
          threshold, parsed.properties().getOrDefault("prepareThreshold", ""), dsn + parameters);
      // The driver must not read it: a connection opens without named statements.
      assertFalse(parsed.url().contains(parameters.replaceFirst("=.*", "")), parsed.url());
    }
    assertEquals(
        "jdbc:postgresql://h/d?user=u&ssl=true",
        Drivers.parse("jdbc:postgresql://h/d?user=u&" + parameters + "&ssl=true").url());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prepareThreshold=no | a whole number from -1 to 1000000",
        "default_query_exec_mode=simple | one of cache_statement, cache_describe, describe_exec,"
            + " exec, simple_protocol",
        "statement_cache_mode=none | one of prepare, describe",
        "prefer_simple_protocol=maybe | true or false",
        "binary_parameters=perhaps | one of no, yes",
      })
  void otherValuesAreRefusedWithThoseThatCount(String parameter, String allowed) {
    for (String dsn : List.of("postgres://u@h/d?", "jdbc:postgresql://h/d?user=u&")) {
      SlipwayException fault =
          assertThrows(SlipwayException.class, () -> Drivers.parse(dsn + parameter));
      assertEquals(
          "the DSN parameter " + parameter.replaceFirst("=.*", "") + " must be " + allowed,
          fault.getMessage());
      assertEquals(ExitCode.USAGE, fault.exitCode());
    }
  }
}
