package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void flagBeatsEnvironmentBeatsFileBeatsDefault() throws IOException {
    Path file = file("migrate: {lock_timeout: 3s, ddl_lock_timeout: 3s, statement_timeout: 3s}");
    Settings settings =
        Settings.load(
            Map.of(Setting.MIGRATE_LOCK_TIMEOUT, "1s"),
            Map.of("MIGRATE_LOCK_TIMEOUT", "2s", "MIGRATE_DDL_LOCK_TIMEOUT", "2s"),
            Optional.of(file));
    assertEquals(Duration.ofSeconds(1), settings.migrate().lockTimeout());
    assertEquals(Duration.ofSeconds(2), settings.migrate().ddlLockTimeout());
    assertEquals(Duration.ofSeconds(3), settings.migrate().statementTimeout());
    assertEquals(Duration.ZERO, settings.migrate().timeout());
    assertEquals("the flag --lock-timeout", settings.origin(Setting.MIGRATE_LOCK_TIMEOUT));
    assertEquals(
        "the environment variable MIGRATE_DDL_LOCK_TIMEOUT",
        settings.origin(Setting.MIGRATE_DDL_LOCK_TIMEOUT));
    assertEquals(
        "the key migrate.statement_timeout in " + file,
        settings.origin(Setting.MIGRATE_STATEMENT_TIMEOUT));
    assertEquals("the default", settings.origin(Setting.MIGRATE_TIMEOUT));
  }

  @Test
  void defaultsAreThoseOfTheContract() {
    Settings settings = environment(Map.of());
    assertEquals(List.of(), settings.migrate().paths());
    assertEquals("flyway_schema_history", settings.migrate().table());
    assertEquals(Duration.ZERO, settings.migrate().timeout());
    assertEquals(Duration.ofMinutes(5), settings.migrate().lockTimeout());
    assertEquals(Duration.ofSeconds(5), settings.migrate().ddlLockTimeout());
    assertEquals(Duration.ZERO, settings.migrate().statementTimeout());
    assertEquals(Duration.ZERO, settings.migrate().waitForDatabase());
    assertEquals(Duration.ofSeconds(5), settings.http().drainDelay());
    assertEquals(4434, settings.http().port());
    assertEquals(Settings.Log.Level.INFO, settings.log().level());
  }

  @Test
  void readsListsAndMapsFromTheFileAndFromTheEnvironment() throws IOException {
    Path file =
        file(
            """
            migrate:
              path:
                - /a,b
                - relative
              placeholders:
                owner: app
                text: "a=b,c"
            """);
    Settings settings = Settings.load(Map.of(), Map.of(), Optional.of(file));
    assertEquals(List.of(Path.of("/a,b"), Path.of("relative")), settings.migrate().paths());
    assertEquals(Map.of("owner", "app", "text", "a=b,c"), settings.migrate().placeholders());
    Settings variables =
        environment(Map.of("MIGRATE_PATH", "/a, /b", "MIGRATE_PLACEHOLDERS", "owner=app,empty="));
    assertEquals(List.of(Path.of("/a"), Path.of("/b")), variables.migrate().paths());
    assertEquals(Map.of("owner", "app", "empty", ""), variables.migrate().placeholders());
    Settings flags =
        Settings.load(Map.of(Setting.MIGRATE_PATH, "/a,b\n/c"), Map.of(), Optional.empty());
    assertEquals(List.of(Path.of("/a,b"), Path.of("/c")), flags.migrate().paths());
  }

  @Test
  void readsSchemasAsOryHasThemAsAMapAndFromTheEnvironment() throws IOException {
    Map<String, String> schemas = new java.util.LinkedHashMap<>();
    schemas.put("customer", "file:///etc/customer.json");
    schemas.put("default", "base64://eyJ0eXBlIjoib2JqZWN0In0=");
    List<String> order = List.copyOf(schemas.keySet());
    Path list =
        file(
            """
            identity:
              default_schema_id: customer
              schemas:
                - id: customer
                  url: file:///etc/customer.json
                - {id: default, url: "base64://eyJ0eXBlIjoib2JqZWN0In0="}
            """);
    Settings.Identity identity = Settings.load(Map.of(), Map.of(), Optional.of(list)).identity();
    assertEquals("customer", identity.defaultSchemaId());
    assertEquals(schemas, identity.schemas());
    assertEquals(order, List.copyOf(identity.schemas().keySet()));
    Path map =
        file(
            """
            identity:
              schemas:
                customer: file:///etc/customer.json
                default: base64://eyJ0eXBlIjoib2JqZWN0In0=
            """);
    assertEquals(schemas, Settings.load(Map.of(), Map.of(), Optional.of(map)).identity().schemas());
    Settings.Identity variables =
        environment(
                Map.of(
                    "IDENTITY_SCHEMAS",
                    "customer=file:///etc/customer.json,"
                        + " default=base64://eyJ0eXBlIjoib2JqZWN0In0=",
                    "SERVE_ADMIN_BASE_URL",
                    "https://id.example.org/",
                    "HASHERS_BCRYPT_COST",
                    "4",
                    "SERVE_LIMITS_PAGE_SIZE",
                    "50",
                    "SERVE_LIMITS_IDENTITY_BYTES",
                    "4096"))
            .identity();
    assertEquals(
        new Settings.Identity("default", schemas, 4, 50, 4096, "https://id.example.org"),
        variables);
    assertEquals(
        new Settings.Identity("default", Map.of(), 12, 1000, 16384, ""), Settings.Identity.DEFAULT);
    assertEquals(
        "'a=' from the environment variable IDENTITY_SCHEMAS does not fit identity.schemas: it"
            + " must be the id and the url of one or several schemas, each id once",
        refused(() -> environment(Map.of("IDENTITY_SCHEMAS", "a="))).getMessage());
  }

  @Test
  void theTokenComesFromTheStrongerPlaceAloneAndNeverFromTwoEqualOnes() throws IOException {
    assertEquals(Optional.empty(), environment(Map.of()).http().token());
    Path file = file("serve: {admin: {token: from-file}}");
    Settings.Http both =
        Settings.load(Map.of(), Map.of("SLIPWAY_ADMIN_TOKEN_FILE", "/run/token"), Optional.of(file))
            .http();
    assertEquals(Optional.empty(), both.token());
    assertEquals(Optional.of(Path.of("/run/token")), both.tokenFile());
    Settings.Http one = Settings.load(Map.of(), Map.of(), Optional.of(file)).http();
    assertEquals("from-file", one.token().orElseThrow().reveal());
    assertEquals(Optional.empty(), one.tokenFile());
    assertFalse(one.toString().contains("from-file"), one.toString());
    assertEquals(
        "the token is given twice: by the environment variable SLIPWAY_ADMIN_TOKEN and by the"
            + " environment variable SLIPWAY_ADMIN_TOKEN_FILE",
        refused(
                () ->
                    environment(
                        Map.of("SLIPWAY_ADMIN_TOKEN", "a", "SLIPWAY_ADMIN_TOKEN_FILE", "b")))
            .getMessage());
  }

  /** A token in a variable that nobody reads would leave the server open. */
  @Test
  void aTokenInTheVariableThatOtherKeysWouldHaveIsRefused() {
    SlipwayException fault = refused(() -> environment(Map.of("SERVE_ADMIN_TOKEN", "a")));
    assertEquals("the environment variable SERVE_ADMIN_TOKEN is not read", fault.getMessage());
    assertEquals(Optional.of("set SLIPWAY_ADMIN_TOKEN instead"), fault.hint());
  }

  @Test
  void anEmptyTokenIsRefusedWhereverItComesFrom() throws IOException {
    for (String variable : List.of("SLIPWAY_ADMIN_TOKEN", "SLIPWAY_ADMIN_TOKEN_FILE")) {
      SlipwayException fault = refused(() -> environment(Map.of(variable, "")));
      assertEquals("the environment variable " + variable + " is empty", fault.getMessage());
    }
    Path file = file("serve: {admin: {token: \"\"}}");
    refused(() -> Settings.load(Map.of(), Map.of(), Optional.of(file)));
  }

  @Test
  void readsJsonAsWell() throws IOException {
    Path file =
        Files.writeString(folder.resolve("c.json"), "{\"serve\":{\"admin\":{\"port\":80}}}");
    assertEquals(80, Settings.load(Map.of(), Map.of(), Optional.of(file)).http().port());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "migrate: {lock_timout: 3s} | unknown key migrate.lock_timout in FILE;"
            + " did you mean migrate.lock_timeout?",
        "dns: memory | unknown key dns in FILE; did you mean dsn?",
        "serve: 5 | the key serve in FILE must hold further keys",
        "zzzzzzzzzzzzzzzzzz: 1 | unknown key zzzzzzzzzzzzzzzzzz in FILE",
        "log: {level: loud} | 'loud' from the key log.level in FILE does not fit log.level:"
            + " it must be one of trace, debug, info, warning, error",
        "serve: {admin: {port: 70000}} | '70000' from the key serve.admin.port in FILE does not"
            + " fit serve.admin.port: it must be a whole number from 0 to 65535",
        "serve: {admin: {port: 4434.5}} | '4434.5' from the key serve.admin.port in FILE does not"
            + " fit serve.admin.port: it must be a whole number from 0 to 65535",
        "migrate: {table: 'a b'} | 'a b' from the key migrate.table in FILE does not fit"
            + " migrate.table: it must be a name of at most 60 letters, digits and _ that starts"
            + " with no digit",
        "database: {password: 123} | the key database.password in FILE must be a text",
        "dsn: [a] | the key dsn in FILE must be a text",
        "migrate: {path: [[a]]} | the key migrate.path in FILE must be one or several paths",
        "serve: {admin: {token: 'a b'}} | from the key serve.admin.token in FILE does not fit"
            + " serve.admin.token: it must be 1 to 4096 letters, digits and signs of ASCII, without"
            + " a space",
        "serve: {admin: {token: a, token_file: b}} | the token is given twice: by the key"
            + " serve.admin.token in FILE and by the key serve.admin.token_file in FILE",
        "serve: {admin: {base_url: 'host:80'}} | 'host:80' from the key serve.admin.base_url in"
            + " FILE does not fit serve.admin.base_url: it must be an address that starts with"
            + " http:// or https:// and has no query",
        "hashers: {bcrypt: {cost: 17}} | '17' from the key hashers.bcrypt.cost in FILE does not fit"
            + " hashers.bcrypt.cost: it must be a whole number from 4 to 16",
        "hashers: {bcrypt: {costs: 12}} | unknown key hashers.bcrypt.costs in FILE; did you mean"
            + " hashers.bcrypt.cost?",
        "identity: {schemas: {customer: a.json}} | 'default' from the default is not among the"
            + " schemas of the key identity.schemas in FILE",
        "identity: {default_schema_id: custmer, schemas: {customer: a.json}} | 'custmer' from the"
            + " key identity.default_schema_id in FILE is not among the schemas of the key"
            + " identity.schemas in FILE; did you mean customer?",
        "identity: {schemas: [{id: a, ulr: b}]} | unknown key identity.schemas[0].ulr in FILE;"
            + " did you mean url?",
        "identity: {schemas: [{id: a, url: b}, {id: c}]} | the key identity.schemas[1].url is"
            + " missing in FILE",
        "identity: {schemas: [a]} | the key identity.schemas[0] in FILE must hold the keys id and"
            + " url",
        "identity: {schemas: [{id: 1, url: b}]} | the key identity.schemas in FILE must be a text",
        "identity: {schemas: [{id: a=b, url: c}]} | the key identity.schemas in FILE holds the name"
            + " 'a=b': a name must hold no =",
        "identity: {schemas: a=b} | the key identity.schemas in FILE must be a list of schemas,"
            + " each with the keys id and url",
        "[1] | FILE holds no settings: its top level must be a map, as in dsn: memory",
      })
  void refusesAFileInWords(String text, String message) throws IOException {
    Path file = file(text);
    SlipwayException fault = refused(() -> Settings.load(Map.of(), Map.of(), Optional.of(file)));
    assertEquals(message.replace("FILE", file.toString()), fault.getMessage());
  }

  @Test
  void refusesAFileThatSaysAThingTwiceOrCannotBeRead() throws IOException {
    Path twice = file("dsn: memory\ndsn: sqlite://x.db\n");
    String message =
        refused(() -> Settings.load(Map.of(), Map.of(), Optional.of(twice))).getMessage();
    assertTrue(message.startsWith(twice + ":2:"), message);
    assertTrue(message.contains("Duplicate"), message);
    Path missing = folder.resolve("none.yaml");
    assertEquals(
        "the configuration file " + missing + " does not exist",
        refused(() -> Settings.load(Map.of(), Map.of(), Optional.of(missing))).getMessage());
  }

  @Test
  void aBrokenFileDoesNotLeakItsSecret() throws IOException {
    Path file = file("dsn: \"postgres://u:hunter2@h/d\n");
    SlipwayException fault = refused(() -> Settings.load(Map.of(), Map.of(), Optional.of(file)));
    assertFalse(fault.getMessage().contains("hunter2"), fault.getMessage());
    assertTrue(fault.getCause() == null);
  }

  @Test
  void refusesAVariableOutOfRangeAndNamesIt() {
    assertEquals(
        "'1ms' from the environment variable POOL_MAX_CONN_LIFETIME does not fit"
            + " pool.max_conn_lifetime: it must be a duration from 30s to 720h, or 0 for off",
        refused(() -> environment(Map.of("POOL_MAX_CONN_LIFETIME", "1ms"))).getMessage());
  }

  @Test
  void aPortThatKubernetesInjectsIsIgnoredWithAWarning() {
    Settings settings =
        environment(
            Map.of(
                "SERVE_ADMIN_PORT", "tcp://10.0.0.1:80",
                "DATABASE_PORT", "tcp://10.0.0.2:5432",
                "DSN", "memory"));
    assertEquals(4434, settings.http().port());
    assertDatabase("memory", settings);
    assertEquals(
        List.of(
            "the environment variable DATABASE_PORT is ignored: its value starts with tcp://, so"
                + " Kubernetes set it for a service of that name",
            "the environment variable SERVE_ADMIN_PORT is ignored: its value starts with tcp://, so"
                + " Kubernetes set it for a service of that name"),
        settings.warnings());
  }

  @Test
  void emptyVariablesAreNotSet() {
    assertEquals(4434, environment(Map.of("SERVE_ADMIN_PORT", "", "DSN", "")).http().port());
  }

  @Test
  void dsnBeatsDsnFileBeatsPartsInOnePlace() throws IOException {
    Path secret = Files.writeString(folder.resolve("dsn"), "sqlite://file.db\r\n");
    Map<String, String> parts = Map.of("DATABASE_TYPE", "sqlite", "DATABASE_NAME", "parts.db");
    Map<String, String> withFile = with(parts, "DSN_FILE", secret.toString());
    Settings all = environment(with(withFile, "DSN", "sqlite://dsn.db"));
    assertDatabase("sqlite://dsn.db", all);
    assertEquals(
        List.of("DSN in the environment is used; DSN_FILE and DATABASE_* beside it are ignored"),
        all.warnings());
    Settings two = environment(withFile);
    assertDatabase("sqlite://file.db", two);
    assertDatabase("sqlite://parts.db", environment(parts));
  }

  @Test
  void aStrongerPlaceDecidesAloneWhateverItsForm() throws IOException {
    Path file = file("dsn: sqlite://config.db");
    assertDatabase(
        "sqlite://parts.db",
        Settings.load(
            Map.of(),
            Map.of("DATABASE_TYPE", "sqlite", "DATABASE_NAME", "parts.db"),
            Optional.of(file)));
    assertDatabase(
        "sqlite://flag.db",
        Settings.load(
            Map.of(Setting.DSN, "sqlite://flag.db"),
            Map.of("DSN", "sqlite://env.db"),
            Optional.of(file)));
    assertDatabase(
        "sqlite://config.db",
        Settings.load(Map.of(), Map.of("DATABASE_PORT", "tcp://1:1"), Optional.of(file)));
  }

  @Test
  void theFileThatHoldsTheDsnIsReadAnewEachTime() throws IOException {
    Path secret = Files.writeString(folder.resolve("dsn"), "memory\n");
    Settings settings = environment(Map.of("DSN_FILE", secret.toString()));
    assertDatabase("memory", settings);
    Files.writeString(secret, "sqlite://x.db");
    assertDatabase("sqlite://x.db", settings);
    Files.writeString(secret, " \n");
    assertEquals(
        "the DSN file " + secret + " is empty (named by DSN_FILE in the environment)",
        refused(settings::database).getMessage());
    Files.delete(secret);
    assertEquals(
        "the DSN file "
            + secret
            + " cannot be read: it does not exist (named by DSN_FILE in the environment)",
        refused(settings::database).getMessage());
  }

  @Test
  void noDatabaseIsSaidInWords() {
    assertEquals("no database is named", refused(environment(Map.of())::database).getMessage());
    assertEquals(
        "the environment variable DATABASE_HOST is set, but DATABASE_TYPE is missing, so no"
            + " database is named",
        refused(environment(Map.of("DATABASE_HOST", "db"))::database).getMessage());
  }

  @Test
  void theVariableOfThePlatformCountsWhereNothingElseNamesADatabase() {
    Settings platform = environment(Map.of("DATABASE_URL", " postgres://u:p@h/d "));
    assertDatabase("postgres://u:p@h/d", platform);
    assertEquals(Optional.of("DATABASE_URL in the environment"), platform.fallback());
    assertEquals(Optional.of("DATABASE_URL in the environment"), platform.dsnOrigin());
    for (Map<String, String> stronger :
        List.of(
            Map.of("DATABASE_URL", "postgres://u@h/d", "DSN", "sqlite://x.db"),
            Map.of(
                "DATABASE_URL",
                "postgres://u@h/d",
                "DATABASE_TYPE",
                "sqlite",
                "DATABASE_NAME",
                "x.db"))) {
      assertDatabase("sqlite://x.db", environment(stronger));
      assertEquals(Optional.empty(), environment(stronger).fallback());
    }
    assertFalse(environment(Map.of("DATABASE_URL", "")).dsnOrigin().isPresent());
  }

  /** The settings lead to the database of this DSN. */
  private static void assertDatabase(String dsn, Settings settings) {
    Dsn expected = Drivers.parse(dsn);
    Dsn actual = Drivers.parse(settings.database());
    assertEquals(expected, actual);
    assertEquals(expected.toString(), actual.toString());
    assertEquals(expected.properties(), actual.properties());
  }

  @Test
  void aMissingOrUnknownPartIsNamed() {
    Settings nameless = environment(Map.of("DATABASE_TYPE", "postgres"));
    assertEquals(
        "DATABASE_NAME is missing beside DATABASE_TYPE",
        refused(() -> Drivers.parse(nameless.database())).getMessage());
    Map<String, String> nul =
        Map.of("DATABASE_TYPE", "postgres", "DATABASE_NAME", "app", "DATABASE_USERNAME", "u\0x");
    assertEquals(
        "database.username (DATABASE_USERNAME) contains a NUL character",
        refused(() -> environment(nul)).getMessage());
    Settings unknown = environment(Map.of("DATABASE_TYPE", "oracle", "DATABASE_NAME", "app"));
    assertEquals(
        "unknown database `oracle`", refused(() -> Drivers.parse(unknown.database())).getMessage());
    assertDatabase("memory", environment(Map.of("DATABASE_TYPE", "memory")));
  }

  @Test
  void partsAreTakenAsTheyAre() {
    Map<String, String> parts =
        Map.of(
            "DATABASE_TYPE", "postgres",
            "DATABASE_HOST", "::1",
            "DATABASE_PORT", "5433",
            "DATABASE_USERNAME", "a@b",
            "DATABASE_PASSWORD", "p@:/?#% %41",
            "DATABASE_NAME", "d/b");
    assertDatabase(
        "postgres://a%40b:p%40%3A%2F%3F%23%25%20%2541@[::1]:5433/d%2Fb?sslmode=prefer",
        environment(parts));
    assertDatabase(
        "mysql://a@b:p@:/?#% %41@tcp([::1]:5433)/d%2Fb?tls=preferred",
        environment(with(parts, "DATABASE_TYPE", "mysql")));
    assertDatabase(
        "cockroach://a%40b:p%40%3A%2F%3F%23%25%20%2541@[::1]:5433/d%2Fb?sslmode=disable",
        environment(
            with(
                with(parts, "DATABASE_TYPE", "cockroachdb"),
                "DATABASE_PARAMETERS",
                "sslmode=disable")));
  }

  @Test
  void theSameThingSaidTwiceDifferentlyOnTheCommandLineIsRefused() {
    assertEquals(
        "the command line gives 2 different values for dsn",
        refused(() -> Settings.single(Setting.DSN, List.of("memory", "sqlite://x.db")))
            .getMessage());
    assertEquals(Optional.of("memory"), Settings.single(Setting.DSN, List.of("memory", "memory")));
    assertEquals(Optional.empty(), Settings.single(Setting.DSN, List.of()));
  }

  private static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> more = new java.util.HashMap<>(map);
    more.put(name, value);
    return more;
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), text);
  }

  private static Settings environment(Map<String, String> environment) {
    return Settings.load(Map.of(), environment, Optional.empty());
  }

  private static SlipwayException refused(Executable action) {
    SlipwayException fault = assertThrows(SlipwayException.class, action);
    assertEquals(ExitCode.USAGE, fault.exitCode());
    return fault;
  }
}
