package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import dev.slipway.verify.SchemaChanges.Change;
import dev.slipway.verify.SchemaModel.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the model of MySQL shows, held against mysqldump. */
class MysqlSchemaSuiteIT {
  private static final SchemaChanges CHANGES = new SchemaChanges("mysql");

  /** Tables of information_schema that name objects or have their properties. */
  private static final Set<String> READ =
      Set.of(
          "TABLES",
          "ROUTINES",
          "TRIGGERS",
          "EVENTS",
          "LIBRARIES",
          "TABLE_PRIVILEGES",
          "COLUMN_PRIVILEGES");

  /** Those whose contents are in the texts of SHOW CREATE. */
  private static final Set<String> IN_TEXTS =
      Set.of(
          "CHECK_CONSTRAINTS",
          "COLUMNS",
          "COLUMNS_EXTENSIONS",
          "JSON_DUALITY_VIEWS",
          "JSON_DUALITY_VIEW_COLUMNS",
          "JSON_DUALITY_VIEW_LINKS",
          "JSON_DUALITY_VIEW_TABLES",
          "KEY_COLUMN_USAGE",
          "PARAMETERS",
          "PARTITIONS",
          "REFERENTIAL_CONSTRAINTS",
          "ROUTINE_LIBRARIES",
          "SCHEMATA",
          "SCHEMATA_EXTENSIONS",
          "STATISTICS",
          "ST_GEOMETRY_COLUMNS",
          "TABLES_EXTENSIONS",
          "TABLE_CONSTRAINTS",
          "TABLE_CONSTRAINTS_EXTENSIONS",
          "VIEWS");

  /**
   * Statistics, files, what objects use, and grants: of the database, and those of active roles.
   */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "COLUMN_STATISTICS",
          "FILES",
          "VIEW_ROUTINE_USAGE",
          "VIEW_TABLE_USAGE",
          "SCHEMA_PRIVILEGES",
          "ROLE_COLUMN_GRANTS",
          "ROLE_ROUTINE_GRANTS",
          "ROLE_TABLE_GRANTS");

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_4", "MYSQL"})
  void eachChangeIsNamed(Server server) throws SQLException {
    List<String> wrong = new ArrayList<>();
    try (TestDatabase base = CHANGES.create(server)) {
      base.execute("CREATE USER IF NOT EXISTS slipway_reader");
      SchemaModel expected = SchemaChanges.model(base);
      Optional<List<String>> dump = SchemaChanges.dump(server, base);
      for (Change change : CHANGES.sample()) {
        if (server == Server.MYSQL || !change.name().startsWith("9")) {
          CHANGES.wrong(server, change, expected, dump).ifPresent(wrong::add);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** A new release may have a kind of objects that nothing reads. */
  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_4", "MYSQL"})
  void eachTableOfTheCatalogIsReadOrListed(Server server) {
    try (TestDatabase database = server.database()) {
      List<String> unknown =
          database.query(
              "SELECT DISTINCT UPPER(table_name) FROM information_schema.columns"
                  + " WHERE table_schema = 'information_schema' AND column_name LIKE '%SCHEMA%'"
                  + " AND table_name NOT LIKE 'INNODB%'");
      List<String> rest =
          unknown.stream()
              .filter(table -> !READ.contains(table) && !IN_TEXTS.contains(table))
              .filter(table -> !LEFT_OUT.contains(table))
              .toList();
      assertEquals(List.of(), rest);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_4", "MYSQL"})
  void oneSchemaIsTheSameHoweverItIsReadAndRestored(Server server) throws SQLException {
    String login = "l" + Long.toHexString(System.nanoTime());
    try (TestDatabase base = CHANGES.create(server);
        TestDatabase again = CHANGES.create(server);
        TestDatabase restored = server.database()) {
      SchemaModel expected = SchemaChanges.model(base);
      assertEquals(List.of(), SchemaChanges.model(again).differences(expected));
      assertTrue(server.copy(base, restored));
      assertEquals(List.of(), SchemaChanges.model(restored).differences(expected));
      base.execute(
          "CREATE USER " + login + " IDENTIFIED BY 'letmein1'",
          "GRANT ALL ON " + base.name() + ".* TO " + login,
          "GRANT SHOW_ROUTINE ON *.* TO " + login,
          "GRANT SELECT ON mysql.* TO " + login);
      String other = base.dsn().replaceFirst("//.*?@", "//" + login + ":letmein1@");
      String session = "time_zone=%27%2B05%3A00%27&sql_mode=%27ANSI_QUOTES%27";
      assertEquals(
          List.of(),
          SchemaChanges.model(other + (other.contains("?") ? "&" : "?") + session)
              .differences(expected));
      base.execute("DROP USER " + login);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_4", "MYSQL"})
  void whatALoginMayNotSeeIsListedAndNotMissing(Server server) throws SQLException {
    String login = "l" + Long.toHexString(System.nanoTime());
    try (TestDatabase base = CHANGES.create(server)) {
      base.execute(
          "CREATE USER " + login + " IDENTIFIED BY 'letmein1'",
          "GRANT SELECT ON " + base.name() + ".* TO " + login);
      String dsn = base.dsn().replaceFirst("//.*?@", "//" + login + ":letmein1@");
      SchemaModel model = SchemaChanges.model(dsn);
      assertEquals(
          Set.of("event", "function", "grants", "procedure", "trigger"),
          model.hidden().keySet().stream()
              .filter(kind -> !kind.equals("library"))
              .collect(Collectors.toSet()));
      assertEquals(
          "GRANT TRIGGER ON `" + base.name() + "`.* TO `" + login + "`@`%`",
          model.hidden().get("trigger"));
      assertTrue(model.isUnread("view names"), model.unread().toString());
      List<Difference> missing = model.differences(SchemaChanges.model(base));
      assertEquals(
          List.of(),
          missing.stream()
              .filter(each -> model.hiddenBy(each).isEmpty())
              .filter(each -> !model.isUnread(each.object().key()))
              .toList());
      // Its own routines it may run, but not read.
      base.execute("GRANT EXECUTE, SHOW VIEW, TRIGGER ON " + base.name() + ".* TO " + login);
      SchemaModel more = SchemaChanges.model(dsn);
      assertEquals(Set.of("event", "grants"), more.hidden().keySet());
      assertTrue(more.isUnread("procedure tidy") && !more.isUnread("view names"));
      base.execute("DROP USER " + login);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_4", "MYSQL"})
  void theScratchDatabaseHasTheSettingsOfTheLiveOne(Server server, @TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("1_a.up.sql"),
        "CREATE TABLE t (a VARCHAR(10));\n"
            + "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM t;\n"
            + "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1;\n"
            + "CREATE VIEW v AS SELECT f() AS one;\n");
    Files.writeString(folder.resolve("1_a.down.sql"), "SELECT 1;\n");
    try (TestDatabase live = server.database();
        TestDatabase given = server.database()) {
      live.execute("ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_german1_ci");
      String[] path = {"migrate", "sql", "verify", "--path", folder.toString()};
      Slipway.on(live)
          .run("migrate", "sql", "up", "--yes", "--path", folder.toString())
          .exits(ExitCode.DONE);
      Slipway.on(live).run(path).exits(ExitCode.DONE);
      List<String> scratch = new ArrayList<>(List.of(path));
      scratch.addAll(List.of("--scratch", given.dsn()));
      Slipway.on(live).run(scratch.toArray(String[]::new)).exits(ExitCode.DONE);
    }
  }
}
