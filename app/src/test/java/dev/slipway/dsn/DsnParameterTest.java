package dev.slipway.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters of a DSN: decoding, limits, and what a DSN keeps of them. */
class DsnParameterTest {
  private static DsnParameter parameter(String value) {
    return new DsnParameter("p", value);
  }

  private static void assertRejected(String message, Executable read) {
    SlipwayException e = assertThrows(SlipwayException.class, read);
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "1, true",
    "TRUE, true",
    "t, true",
    "on, true",
    "yes, true",
    "0, false",
    "False, " + "false",
    "f, false",
    "off, false",
    "no, false"
  })
  void readsBooleansOfGoAndLibpq(String value, boolean expected) {
    assertEquals(expected, parameter(value).bool());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "y", "true "})
  void rejectsOtherBooleans(String value) {
    assertRejected("the DSN parameter p must be true or false", () -> parameter(value).bool());
  }

  @ParameterizedTest
  @CsvSource({"-3, -3", "0, 0", "7, 7"})
  void readsNumbersWithinTheirLimits(String value, int expected) {
    assertEquals(expected, parameter(value).integer(-3, 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-4", "8", "", "x", "1.5", "9999999999"})
  void rejectsNumbersBeyondTheirLimits(String value) {
    assertRejected(
        "the DSN parameter p must be a whole number from -3 to 7",
        () -> parameter(value).integer(-3, 7));
  }

  @Test
  void aDurationIsAtMost24Days() {
    assertEquals(Duration.ofDays(24), parameter("576h").duration());
    assertRejected(
        "the DSN parameter p must be a duration of at most 24 days (576h)",
        () -> parameter("576h1ns").duration());
    assertRejected(
        "the DSN parameter p must be a duration such as 300ms, 5s or 1m30s",
        () -> parameter("5").duration());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "''            | ''",
        "a=b           | a:b",
        "a=b&c=d       | a:b c:d",
        "&a=b&&c=&     | a:b c:",
        "a=b=c         | a:b=c",
        "a%3D=%26%2b+  | a=:&++",
        "%C3%A4=%e2%82%ac | ä:€",
        "ä%20=x        | 'ä :x'",
      })
  void splitsAndDecodesAQuery(String query, String expected) {
    assertEquals(
        expected,
        String.join(
            " ",
            DsnParameter.parseQuery(query).stream()
                .map(each -> each.name() + ":" + each.value())
                .toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "=a", "a=b&c"})
  void rejectsAParameterWithoutNameOrValue(String query) {
    assertRejected(
        "a DSN parameter has no value: each is written name=value",
        () -> DsnParameter.parseQuery(query));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "x%4", "%4g", "%g4", "%00", "%zz"})
  void rejectsAPercentSignWithoutTwoHexadecimalDigits(String value) {
    assertRejected(
        "a % in the value of a DSN parameter is not followed by two hexadecimal digits",
        () -> DsnParameter.parseQuery("a=" + value));
  }

  @ParameterizedTest
  @CsvSource({"%01, 1", "%10, 16", "%0f, 15", "%7F, 127"})
  void decodesEveryByteButZero(String text, int expected) {
    assertEquals(Character.toString(expected), PercentDecoder.decode(text, "a text"));
  }

  @Test
  void rejectsBytesThatAreNotUtf8() {
    assertRejected(
        "the %XX in the name of a DSN parameter are not UTF-8",
        () -> DsnParameter.parseQuery("%ff=a"));
  }

  @Test
  void aDefaultComesFirstAndOnlyWithoutAValue() {
    DsnParameter a = new DsnParameter("a", "1");
    DsnParameter tls = new DsnParameter("tls", "x");
    assertEquals(List.of(tls, a), DsnParameter.withDefault(List.of(a), "tls", "x"));
    assertEquals(List.of(a), DsnParameter.withDefault(List.of(a), "a", "2"));
    assertEquals(List.of(tls), DsnParameter.withDefault(List.of(), "tls", "x"));
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "max_conns, 1",
    "max_conns, 10000",
    "max_idle_conns, 0",
    "max_idle_conns, 10000",
    "max_conn_lifetime, 30s",
    "max_conn_lifetime, 0",
    "max_conn_idle_time, 10s",
    "max_conn_idle_time, 0",
  })
  void acceptsTheLimitsOfThePool(String name, String value) {
    DsnBuilder builder = new DsnBuilder("x");
    ParameterHandlers.applyAll(
        List.of(new DsnParameter(name, value)), ParameterHandlers.pool(), builder, "");
    assertNotEquals(PoolParameters.NONE, builder.build().pool());
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "max_conns, 0, a whole number from 1 to 10000",
    "max_idle_conns, -1, a whole number from 0 to 10000",
    "max_conn_lifetime, 29999ms, '0 for no limit, or at least 30s'",
    "max_conn_idle_time, 9999ms, '0 for no limit, or at least 10s'",
  })
  void rejectsValuesBeyondTheLimitsOfThePool(String name, String value, String range) {
    assertRejected(
        "the DSN parameter " + name + " must be " + range,
        () ->
            ParameterHandlers.applyAll(
                List.of(new DsnParameter(name, value)),
                ParameterHandlers.pool(),
                new DsnBuilder("x"),
                ""));
  }

  @Test
  void aBuilderOfADsnHasEverythingThatTheDsnHas() {
    DsnBuilder builder = new DsnBuilder("x");
    builder.url = "jdbc:x://h/d";
    builder.target = "x at h, database d";
    builder.redacted = "x://h/d";
    builder.schema = "s";
    builder.searchPath = "s, public";
    builder.file = "f";
    builder.property("a", "1");
    builder.setting("b", "2");
    builder.secret("hidden1");
    builder.pool = builder.pool.withMaxConns(3);
    Dsn dsn = builder.build();
    Dsn copy = dsn.toBuilder().build();
    assertEquals(dsn, copy);
    assertEquals(dsn.hashCode(), copy.hashCode());
    assertEquals(Map.of("a", "1"), copy.properties());
    assertEquals(Map.of("b", "2"), copy.settings());
    assertEquals("password ***", copy.redact("password hidden1"));
    assertEquals("s, public", copy.searchPath());
    assertEquals(Optional.of("s"), copy.schema());
    assertEquals("x at h, database d", copy.target());
    assertEquals("x://h/d", copy.toString());
    assertEquals(dsn.file(), copy.file());
    assertEquals(Optional.of("1"), dsn.toBuilder().property("a"));
    assertEquals(Optional.empty(), dsn.toBuilder().property("b"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x at h, database d             | x at h",
        "x at h, database a, database b | x at h, database a",
        ", database d                   | ''",
        "x at h                         | x at h",
      })
  void aServerIsATargetWithoutItsDatabase(String target, String server) {
    DsnBuilder builder = new DsnBuilder("x");
    builder.target = target;
    assertEquals(server, builder.build().server());
  }

  @Test
  void anotherDatabaseOfTheServerIsEncodedInTheUrl() {
    DsnBuilder builder = new DsnBuilder("x");
    builder.url = "jdbc:x://h/d";
    builder.target = "x at h, database d";
    Dsn other = builder.build().withDatabase("a b/ü");
    assertEquals("jdbc:x://h/a%20b%2F%C3%BC", other.url());
    assertEquals("x at h, database a b/ü", other.target());
    assertEquals("x at h, database a b/ü", other.toString());
    builder.jdbc = true;
    assertRejected(
        "a DSN that starts with jdbc: cannot be pointed at another database",
        () -> builder.build().withDatabase("x"));
  }

  @Test
  void theLongestSecretIsRedactedFirst() {
    DsnBuilder builder = new DsnBuilder("x");
    builder.secret("a-long-secret");
    builder.secret("a-long-secret-1");
    assertEquals("*** ***", builder.build().redact("a-long-secret-1 a-long-secret"));
    assertTrue(builder.secret("").reveal().isEmpty());
  }

  @Test
  void aTextOfTheDriverIsReplaced() {
    DsnBuilder builder = new DsnBuilder("x");
    builder.replacements.put("127.255.255.254", "/run/x");
    assertEquals("no /run/x", builder.build().redact("no 127.255.255.254"));
  }

  @Test
  void aQueryIsRedactedByTheNamesOfItsParameters() {
    assertEquals("", DsnBuilder.redactedQuery(List.of()));
    assertEquals(
        "?a=1&sslPassword=***&token=***&client_secret=***",
        DsnBuilder.redactedQuery(
            List.of(
                new DsnParameter("a", "1"),
                new DsnParameter("sslPassword", "x"),
                new DsnParameter("token", "x"),
                new DsnParameter("client_secret", "x"))));
  }
}
