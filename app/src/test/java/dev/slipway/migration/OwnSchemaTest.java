package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of Slipway's own schema: complete for every database, and true to their names. */
class OwnSchemaTest {
  private static final Path FOLDER = Path.of("src/main/resources/migrations");
  private static final List<String> DIALECTS = List.of("postgres", "cockroach", "mysql", "sqlite3");

  /** Versions that correct what only SQLite's files have. */
  private static final Set<String> SQLITE_ALONE = Set.of("20261130090000");

  private static final Pattern NAME =
      Pattern.compile(
          "(?<version>\\d{14})_(?<name>[a-z][a-z0-9_]*)"
              + "(\\.(?<dialect>postgres|cockroach|mysql|sqlite3))?"
              + "(?<autocommit>\\.autocommit)?\\.(?<direction>up|down)\\.sql");

  /** One file's name, taken apart, and its text. */
  private record Script(
      String file,
      String version,
      String name,
      Optional<String> dialect,
      boolean autocommit,
      String direction,
      String text) {

    boolean fits(String wanted) {
      return dialect.isEmpty() || dialect.get().equals(wanted);
    }

    /** The text without comments, as the statements it is made of. */
    List<String> statements() {
      String code = text.replaceAll("(?m)--.*$", "");
      return Stream.of(code.split(";")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }
  }

  @Test
  void everyFileCarriesOneOfTheNamesThatCount() throws IOException {
    for (String file : fileNames()) {
      assertTrue(NAME.matcher(file).matches(), () -> file + " fits no pattern");
    }
  }

  @Test
  void everyVersionHasOneNameAndGoesUpAndDownOnTheDatabasesThatItIsFor() throws IOException {
    List<Script> scripts = scripts();
    Map<String, SortedSet<String>> names = new TreeMap<>();
    scripts.forEach(s -> names.computeIfAbsent(s.version(), v -> new TreeSet<>()).add(s.name()));
    assertTrue(names.size() >= 10, "a real history, not one big file: " + names.size());
    names.forEach((version, all) -> assertEquals(1, all.size(), version + " is called " + all));
    for (String dialect : DIALECTS) {
      for (String version : names.keySet()) {
        for (String direction : List.of("up", "down")) {
          List<String> candidates =
              scripts.stream()
                  .filter(s -> s.version().equals(version) && s.direction().equals(direction))
                  .filter(s -> s.fits(dialect))
                  .map(Script::file)
                  .toList();
          int files = SQLITE_ALONE.contains(version) && !dialect.equals("sqlite3") ? 0 : 1;
          assertEquals(files, candidates.size(), dialect + " " + version + " " + direction);
        }
      }
    }
  }

  @Test
  void filesAreSmallPlainAsciiTextWithStatementsAndNoTransactionControl() throws IOException {
    Pattern control =
        Pattern.compile("(?i)^(BEGIN|START|COMMIT|END|ROLLBACK|SAVEPOINT|SET|USE)\\b");
    for (Script script : scripts()) {
      String text = script.text();
      assertTrue(text.length() <= 4096, script.file() + " has " + text.length() + " characters");
      assertTrue(text.matches("[\\n\\x20-\\x7e]+"), script.file() + " is not plain ASCII");
      assertTrue(text.endsWith(";\n"), script.file() + " ends with a statement and a line end");
      assertTrue(!text.contains(" \n"), script.file() + " has blanks at a line's end");
      assertTrue(
          text.lines().allMatch(line -> line.length() <= 100), script.file() + " has long lines");
      assertTrue(!script.statements().isEmpty(), script.file());
      for (String statement : script.statements()) {
        assertTrue(!control.matcher(statement).find(), script.file() + ": " + statement);
      }
    }
  }

  @Test
  void whatCannotRunInATransactionStandsAloneAndSaysSoInItsName() throws IOException {
    for (Script script : scripts()) {
      boolean concurrent = script.statements().stream().anyMatch(s -> s.contains("CONCURRENTLY"));
      assertEquals(concurrent, script.autocommit(), script.file());
      if (script.autocommit()) {
        assertEquals(1, script.statements().size(), script.file());
        assertTrue(script.text().startsWith("--"), script.file() + " opens with the reason");
      }
    }
  }

  @Test
  void aMysqlFileIsOneStatementSoThatAFailedOneLeavesNothing() throws IOException {
    for (Script script : scripts()) {
      if (script.fits("mysql")) {
        assertEquals(1, script.statements().size(), script.file());
      }
    }
  }

  @Test
  void aCockroachFileOfSeveralStatementsMayBeRunAgain() throws IOException {
    for (Script script : scripts()) {
      if (script.fits("cockroach") && script.statements().size() > 1) {
        for (String statement : script.statements()) {
          assertTrue(statement.contains(" IF NOT EXISTS "), script.file() + ": " + statement);
        }
      }
    }
  }

  @Test
  void onSqliteUpDownUpLeavesTheSameSchema() throws Exception {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      run(c, "up");
      List<String> first = schema(c);
      run(c, "down");
      assertEquals(List.of(), schema(c));
      run(c, "up");
      assertEquals(first, schema(c));
    }
  }

  @Test
  void theTablesCarryTheNamesThatOtherServicesKnow() throws Exception {
    try (Connection c = migrated()) {
      assertEquals(
          List.of(
              "identities",
              "identity_credential_identifiers",
              "identity_credential_types",
              "identity_credentials",
              "identity_recovery_addresses",
              "identity_verifiable_addresses",
              "session_devices",
              "sessions"),
          strings(c, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"));
    }
  }

  @Test
  void everyForeignKeyHasAnIndexThatBeginsWithItsColumns() throws Exception {
    try (Connection c = migrated()) {
      int keys = 0;
      for (String table : strings(c, "SELECT name FROM sqlite_master WHERE type = 'table'")) {
        List<String> indexes = new ArrayList<>();
        for (String index : strings(c, "SELECT name FROM pragma_index_list('" + table + "')")) {
          indexes.add(columns(c, "SELECT name FROM pragma_index_info('" + index + "')"));
        }
        for (String id :
            strings(c, "SELECT DISTINCT id FROM pragma_foreign_key_list('" + table + "')")) {
          String columns =
              columns(
                  c,
                  "SELECT \"from\" FROM pragma_foreign_key_list('" + table + "') WHERE id = " + id);
          keys++;
          assertTrue(
              indexes.stream().anyMatch(i -> i.startsWith(columns)),
              table + " has no index for its foreign key on " + columns + ", only " + indexes);
        }
      }
      assertEquals(7, keys);
    }
  }

  @Test
  void anIdentifierIsUniqueWithinItsTypeAndGoesWithItsIdentity() throws Exception {
    try (Connection c = migrated();
        Statement s = c.createStatement()) {
      s.execute("PRAGMA foreign_keys = ON");
      for (String id : List.of(id(1), id(2))) {
        s.execute(
            "INSERT INTO identities (id, schema_id, traits, created_at, updated_at)"
                + " VALUES ('"
                + id
                + "', 'default', '{}', '2026-01-05', '2026-01-05')");
        s.execute(
            "INSERT INTO identity_credentials"
                + " (identity_id, credential_type, config, created_at, updated_at)"
                + " VALUES ('"
                + id
                + "', 'password', '{}', '2026-01-05', '2026-01-05')");
      }
      s.execute(identifier("ada@example.org", id(1)));
      s.execute(identifier("Ada@example.org", id(2)));
      SQLException twice =
          assertThrows(SQLException.class, () -> s.execute(identifier("ada@example.org", id(2))));
      assertTrue(twice.getMessage().contains("UNIQUE"), twice.getMessage());
      s.execute("DELETE FROM identities WHERE id = '" + id(1) + "'");
      assertEquals(
          List.of("Ada@example.org"),
          strings(c, "SELECT identifier FROM identity_credential_identifiers"));
    }
  }

  @Test
  void metadataSurvivesTheNewCheck() throws Exception {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement s = c.createStatement()) {
      String insert =
          "INSERT INTO identities"
              + " (id, schema_id, traits, created_at, updated_at, metadata_public, metadata_admin)"
              + " VALUES ('%s', 'default', '{}', '2026', '2026', %s, %s)";
      for (Script script : order("up")) {
        if (script.name().equals("allow_null_metadata")) {
          s.execute(insert.formatted(id(1), "'{\"a\":1}'", "NULL"));
          s.execute(insert.formatted(id(2), "NULL", "'[1]'"));
          s.execute(insert.formatted(id(3), "NULL", "NULL"));
        }
        s.executeUpdate(script.text());
      }
      assertEquals(
          List.of("{\"a\":1} -", "- [1]", "- -"),
          strings(
              c,
              "SELECT ifnull(metadata_public, '-') || ' ' || ifnull(metadata_admin, '-')"
                  + " FROM identities ORDER BY id"));
      assertThrows(SQLException.class, () -> s.execute(insert.formatted(id(4), "'{'", "NULL")));
    }
  }

  /** Before SQLite 3.45, json_valid(NULL) is 0; the library of the tests is newer. */
  @Test
  void aCheckOfANullableColumnAllowsNullWithoutTheHelpOfJsonValid() throws Exception {
    try (Connection c = migrated()) {
      for (String sql : strings(c, "SELECT sql FROM sqlite_master WHERE sql LIKE '%json_valid%'")) {
        for (MatchResult check :
            Pattern.compile("(\\w+) text( NOT NULL)?\\s+CHECK \\(([^()]*)json_valid")
                .matcher(sql)
                .results()
                .toList()) {
          assertTrue(
              check.group(2) != null || check.group(3).equals(check.group(1) + " IS NULL OR "),
              check.group());
        }
      }
    }
  }

  @Test
  void theBackfillDatesTheStateOfIdentitiesThatWereThereBefore() throws Exception {
    try (Connection c = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement s = c.createStatement()) {
      for (Script script : order("up")) {
        if (script.name().startsWith("backfill_identity_state")) {
          s.execute(
              "INSERT INTO identities (id, schema_id, traits, created_at, updated_at)"
                  + " VALUES ('"
                  + id(1)
                  + "', 'default', '{}', '2026-01-05', '2026-01-06')");
        }
        s.executeUpdate(script.text());
      }
      assertEquals(
          List.of("active 2026-01-05"),
          strings(c, "SELECT state || ' ' || state_changed_at FROM identities"));
    }
  }

  @Test
  void cockroachsOwnParserAcceptsTheCockroachFiles() throws Exception {
    String parser = System.getenv("COCKROACH_PARSE");
    assumeTrue(
        parser != null,
        "COCKROACH_PARSE is not set: a program that takes files and exits 0 when CockroachDB's"
            + " parser accepts them all");
    List<String> command = new ArrayList<>(List.of(parser));
    for (Script script : scripts()) {
      if (script.fits("cockroach")) {
        command.add(FOLDER.resolve(script.file()).toString());
      }
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private static Connection migrated() throws Exception {
    Connection c = DriverManager.getConnection("jdbc:sqlite::memory:");
    run(c, "up");
    return c;
  }

  private static void run(Connection c, String direction) throws Exception {
    try (Statement s = c.createStatement()) {
      for (Script script : order(direction)) {
        s.executeUpdate(script.text());
      }
    }
  }

  /** SQLite's files of one direction in the order in which they run. */
  private static List<Script> order(String direction) throws IOException {
    List<Script> all =
        scripts().stream()
            .filter(s -> s.fits("sqlite3") && s.direction().equals(direction))
            .collect(Collectors.toCollection(ArrayList::new));
    if (direction.equals("down")) {
      Collections.reverse(all);
    }
    return all;
  }

  private static List<String> schema(Connection c) throws SQLException {
    return strings(c, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name");
  }

  private static String identifier(String identifier, String identity) {
    return "INSERT INTO identity_credential_identifiers"
        + " (identifier, credential_type, identity_id, created_at, updated_at)"
        + " VALUES ('"
        + identifier
        + "', 'password', '"
        + identity
        + "', '2026', '2026')";
  }

  private static String id(int number) {
    return "00000000-0000-4000-8000-%012d".formatted(number);
  }

  private static String columns(Connection c, String sql) throws SQLException {
    return String.join(",", strings(c, sql));
  }

  private static List<String> strings(Connection c, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement s = c.createStatement();
        ResultSet rows = s.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private static SortedSet<String> fileNames() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(f -> f.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** All scripts, oldest version first. */
  private static List<Script> scripts() throws IOException {
    List<Script> scripts = new ArrayList<>();
    for (String file : fileNames()) {
      Matcher m = NAME.matcher(file);
      assertTrue(m.matches(), () -> file + " fits no pattern");
      scripts.add(
          new Script(
              file,
              m.group("version"),
              m.group("name"),
              Optional.ofNullable(m.group("dialect")),
              m.group("autocommit") != null,
              m.group("direction"),
              Files.readString(FOLDER.resolve(file), StandardCharsets.UTF_8)));
    }
    return scripts;
  }
}
