package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In which schema the history of a run is, and that it stays there. */
class SchemaIT extends EveryServer {
  private static final String USER = "slipway";

  private Ran upWith(String dsn, String... more) {
    return Slipway.bare()
        .with("DSN", dsn)
        .run(
            words("up", Stream.concat(Stream.of("--yes"), Stream.of(more)).toArray(String[]::new)));
  }

  /** The schemas that have a table, in order. */
  private List<String> schemasWith(String table) {
    return database.query(
        "SELECT table_schema FROM information_schema.tables WHERE table_name = '"
            + table
            + "' ORDER BY 1");
  }

  private void refusedEverywhere(String dsn, String... words) {
    Slipway slipway = Slipway.bare().with("DSN", dsn);
    for (List<String> command :
        List.of(
            List.of("up", "--yes"),
            List.of("up", "--dry-run"),
            List.of("status"),
            List.of("status", "--exit-code"),
            List.of("status", "--block"),
            List.of("down", "--yes"),
            List.of("repair", "--yes"),
            List.of("baseline", "1"),
            List.of("adopt", "--yes"),
            List.of("verify"))) {
      List<String> all = new ArrayList<>(command);
      slipway
          .run(words(all.removeFirst(), all.toArray(String[]::new)))
          .exits(MIGRATION)
          .tells(words);
    }
  }

  @Test
  void appliesNothingAgainWhenASchemaOfTheLoginsNameAppears() {
    only(Family.POSTGRES, Family.COCKROACH);
    tables("1", "2");
    up().exits(DONE);
    database.execute("CREATE SCHEMA " + USER);
    refusedEverywhere(
        database.dsn(),
        "the current schema `slipway` has no history",
        "the schema `public`",
        "1_table",
        "--schema public",
        "--schema slipway");
    assertEquals(List.of("public"), schemasWith(HISTORY));
    tables("3");
    up("--schema", "public").exits(DONE);
    assertEquals(List.of("public"), schemasWith("t3"));
    up("--schema", "slipway").exits(DONE);
    assertEquals(List.of("public", "slipway"), schemasWith("t1"));
    // It has a history of its own now.
    up().exits(DONE).answersWith("up to date");
  }

  @Test
  void staysInItsSchemaWhenAFileCreatesOneOfTheLoginsName() {
    only(Family.POSTGRES, Family.COCKROACH);
    file("1_schema.up.sql", "CREATE SCHEMA slipway;");
    tables("2");
    file("3_index.autocommit.up.sql", "CREATE INDEX i3 ON t2 (id);", "CREATE TABLE t3 (id INT);");
    tables("4");
    up().exits(DONE);
    for (String table : List.of("t2", "t3", "t4", HISTORY)) {
      assertEquals(List.of("public"), schemasWith(table), table);
    }
    refusedEverywhere(database.dsn(), "--schema public", "--schema slipway");
  }

  @Test
  void staysInItsSchemaWhenAFileChangesTheSearchPath() {
    onlyWithLogins();
    only(Family.POSTGRES);
    file(
        "1_path.up.sql",
        "CREATE SCHEMA sales;",
        "SET search_path = sales;",
        "ALTER DATABASE " + database.name() + " SET search_path = sales, public;");
    tables("2");
    file("3_path.autocommit.up.sql", "SET search_path = sales;");
    file("4_inside.autocommit.up.sql", "CREATE TABLE t4 (id INT);");
    up().exits(DONE);
    assertEquals(List.of("public"), schemasWith("t2"));
    assertEquals(List.of("public"), schemasWith("t4"));
    refusedEverywhere(database.dsn(), "`sales`", "--schema public", "--schema sales");
    file("5_more.up.sql", "CREATE TABLE t5 (id INT);");
    up("--schema", "public", "--atomic").exits(DONE);
    assertEquals(List.of("public"), schemasWith("t5"));
  }

  @Test
  void keepsWhatFollowsInTheSearchPath() {
    only(Family.POSTGRES);
    database.execute(
        "CREATE SCHEMA parts",
        "CREATE SCHEMA app",
        "CREATE FUNCTION parts.one() RETURNS INT LANGUAGE sql AS 'SELECT 1'",
        "ALTER DATABASE " + database.name() + " SET search_path = public, parts");
    file("1_uses.up.sql", "CREATE TABLE used AS SELECT one() AS n;");
    up("--schema", "app").exits(DONE);
    assertEquals(List.of("app"), schemasWith("used"));
  }

  @Test
  void theSameFilesMayBeInAnyNumberOfSchemas() {
    only(Family.POSTGRES, Family.COCKROACH);
    List<String> schemas = List.of("t1", "t2", "t3", "t4", "t5", "Up Per", "it's \"t\"", "t9");
    schemas.forEach(
        schema -> database.execute("CREATE SCHEMA \"" + schema.replace("\"", "\"\"") + "\""));
    tables("1", "2");
    up().exits(DONE);
    upWith(database.dsn("search_path=t1")).exits(DONE);
    upWith(database.dsn("search_path=T2,public")).exits(DONE);
    upWith(database.dsn("options=-c%20search_path%3Dt3,public")).exits(DONE);
    upWith(database.dsn("options=--search-path%3Dt4")).exits(DONE);
    upWith(database.dsn("options=-csearch_path%3Dt5")).exits(DONE);
    upWith(database.dsn("search_path=%22Up%20Per%22,public")).exits(DONE);
    up("--schema", "it's \"t\"").exits(DONE);
    Slipway.on(database).with("MIGRATE_SCHEMA", "t9").run(words("up", "--yes")).exits(DONE);
    List<String> all = new ArrayList<>(schemas);
    all.add("public");
    assertEquals(all.stream().sorted().toList(), schemasWith("t2").stream().sorted().toList());
    for (String schema : schemas) {
      slipway().run(words("status", "--exit-code", "--schema", schema)).exits(DONE);
      up("--schema", schema).exits(DONE).answersWith("up to date");
    }
    down("--schema", "t9").exits(DONE);
    assertEquals(8, schemasWith("t2").size());
  }

  @Test
  void aJdbcUrlNamesItsSchemaToo() {
    only(Family.POSTGRES);
    database.execute("CREATE SCHEMA t1", "CREATE SCHEMA t2", "CREATE SCHEMA t3");
    tables("1");
    up().exits(DONE);
    String url =
        "jdbc:postgresql://"
            + database.dsn().replaceFirst(".*@", "")
            + "&user=slipway"
            + "&password="
            + database.password().orElseThrow();
    upWith(url + "&currentSchema=t1,public").exits(DONE);
    upWith(url + "&options=-c%20search_path%3Dt2").exits(DONE);
    upWith(url + "&currentSchema=t1", "--schema", "t3").exits(DONE);
    assertEquals(List.of("public", "t1", "t2", "t3"), schemasWith("t1"));
    database.execute("CREATE SCHEMA slipway");
    upWith(url + "&currentSchema=%22$user%22,public").exits(MIGRATION).tells("--schema public");
    upWith(url + "&currentSchema=t1", "--schema", "t3").exits(DONE).answersWith("up to date");
  }

  @Test
  void aSchemaThatCannotBeReadIsAnotherTenants() {
    onlyWithLogins();
    only(Family.POSTGRES);
    String role = database.name() + "_t";
    tables("1");
    up().exits(DONE);
    database.execute(
        "CREATE ROLE " + role + " LOGIN PASSWORD '" + database.password().orElseThrow() + "'",
        "CREATE SCHEMA AUTHORIZATION " + role);
    String dsn = database.dsn().replace("//slipway:", "//" + role + ":");
    try {
      upWith(dsn).exits(DONE);
      assertEquals(
          List.of("public", role).stream().sorted().toList(),
          schemasWith("t1").stream().sorted().toList());
      upWith(dsn, "--schema", "public").exits(MIGRATION).tells("permission denied");
      database.execute("CREATE SCHEMA closed");
      upWith(dsn, "--schema", "closed")
          .exits(USAGE)
          .tells("the login may not use the schema `closed`", "GRANT USAGE");
    } finally {
      database.execute("DROP OWNED BY " + role + " CASCADE", "DROP ROLE " + role);
    }
  }

  @Test
  void refusesASchemaThatDoesNotExist() {
    only(Family.POSTGRES, Family.COCKROACH);
    tables("1");
    for (Ran ran :
        List.of(
            up("--schema", "Nowhere"),
            upWith(database.dsn("search_path=nowhere")),
            upWith(database.dsn("options=-c%20search_path%3D%22no%5C%20where%22,public")),
            status("--schema", "nowhere"),
            slipway().run(words("baseline", "1", "--schema", "nowhere")),
            slipway().run(words("verify", "--schema", "nowhere")))) {
      ran.exits(USAGE).tells("does not exist", "CREATE SCHEMA");
    }
    assertEquals(List.of(), database.tables());
    // Names that depend on the user are no explicit schema.
    upWith(database.dsn("search_path=%22$user%22,public")).exits(DONE);
  }

  /** Nobody can create it, and no other tool has migrated its tables. */
  @Test
  void aSchemaOfTheServerGetsAHintThatHelps() {
    only(Family.POSTGRES, Family.COCKROACH, Family.MYSQL);
    tables("1");
    if (database.family() == Family.MYSQL) {
      up("--schema", "mysql")
          .exits(MIGRATION)
          .tells("this schema is the server's own")
          .never("slipway migrate sql adopt", "slipway migrate sql baseline");
      return;
    }
    up("--schema", "pg_temp")
        .exits(USAGE)
        .tells("the schema `pg_temp` does not exist", "reserves names that begin with pg_")
        .never("CREATE SCHEMA");
    for (String schema : List.of("pg_catalog", "information_schema")) {
      for (String command : List.of("up", "adopt")) {
        slipway()
            .run(words(command, "--yes", "--schema", schema))
            .exits(MIGRATION)
            .tells("this schema is the server's own")
            .never("slipway migrate sql adopt", "slipway migrate sql baseline");
      }
    }
  }

  @Test
  void aSearchPathThatTheServerRejectsGetsAHintThatHelps() {
    only(Family.POSTGRES);
    tables("1");
    upWith(database.dsn("options=-c%20search_path%3D'my%5C%20app'"))
        .tells("invalid value for parameter \"search_path\"", "correct the parameter in the DSN")
        .never("host and port", "--wait")
        .exits(USAGE);
    upWith(database.dsn("options=-c%20no_such_parameter%3D1"))
        .tells("no_such_parameter", "correct the parameter in the DSN")
        .exits(USAGE);
  }

  @Test
  void historiesOfOtherServicesDoNotCount() {
    only(Family.POSTGRES, Family.COCKROACH);
    tables("1");
    up().exits(DONE);
    remove("1_table.up.sql");
    file("1_table.up.sql", "CREATE TABLE another_services (id INT);");
    database.execute("CREATE SCHEMA slipway");
    up().exits(DONE);
    assertEquals(List.of("slipway"), schemasWith("another_services"));
  }

  @Test
  void aHistoryThatBeginsWithItsBaselineCounts() {
    only(Family.POSTGRES, Family.COCKROACH);
    tables("1", "2");
    database.execute("CREATE TABLE t1 (id INT)");
    slipway().run(words("baseline", "1")).exits(DONE);
    database.execute("CREATE SCHEMA slipway");
    up().exits(MIGRATION).tells("--schema public");
    up("--schema", "public").exits(DONE);
    assertEquals(List.of("public"), schemasWith("t2"));
  }

  @Test
  void aRolledBackHistoryCountsNoMore() {
    only(Family.POSTGRES, Family.COCKROACH);
    tables("1");
    up().exits(DONE);
    down("--to", "0").exits(DONE);
    database.execute("CREATE SCHEMA slipway");
    up().exits(DONE);
    assertEquals(List.of("slipway"), schemasWith("t1"));
  }

  private MigrationService connected() {
    return connectedTo("");
  }

  private MigrationService connectedTo(String schema) {
    Settings.Migrate settings =
        Settings.load(Map.of(Setting.MIGRATE_PATH, folder.toString()), Map.of(), Optional.empty())
            .migrate();
    return MigrationService.connect(
        Drivers.parse(
            DatabaseConfig.of(database.dsn()), Optional.of(schema).filter(name -> !name.isEmpty())),
        settings,
        new CancellationToken(),
        new ProgressReporter() {
          @Override
          public void log(String line) {}

          @Override
          public void completed(MigrationStep step, Duration time) {}
        });
  }

  @Test
  void keepsTheSchemaWhileSomebodyReadsThePlan() {
    only(Family.POSTGRES);
    tables("1", "2");
    file("3_outside.autocommit.up.sql", "CREATE TABLE t3 (id INT);");
    try (MigrationService migrations = connected()) {
      MigrationPlan plan = migrations.plan(Direction.UP, MigrationPlan.Target.all());
      migrations.disconnect();
      database.execute(
          "CREATE SCHEMA slipway",
          "CREATE SCHEMA sales",
          "ALTER DATABASE " + database.name() + " SET search_path = sales");
      migrations.reconnect();
      assertEquals(3, migrations.apply(plan, false));
    }
    for (String table : List.of("t1", "t2", "t3", HISTORY)) {
      assertEquals(List.of("public"), schemasWith(table), table);
    }
  }

  @Test
  void refusesASchemaThatWasReplacedWhileSomebodyReadThePlan() {
    only(Family.POSTGRES);
    tables("1");
    up().exits(DONE);
    tables("2");
    try (MigrationService migrations = connected()) {
      MigrationPlan plan = migrations.plan(Direction.UP, MigrationPlan.Target.all());
      migrations.disconnect();
      database.execute("ALTER SCHEMA public RENAME TO old", "CREATE SCHEMA public");
      migrations.reconnect();
      SlipwayException fault =
          assertThrows(SlipwayException.class, () -> migrations.apply(plan, false));
      assertEquals(MIGRATION, fault.exitCode(), fault::getMessage);
      // The new schema has a history by now, but not that of the plan.
      slipway().run(words("baseline", "0", "--schema", "public")).exits(DONE);
      fault = assertThrows(SlipwayException.class, () -> migrations.apply(plan, false));
      assertEquals(RETRY, fault.exitCode(), fault::getMessage);
    }
    assertEquals(List.of(), schemasWith("t2"));
    database.execute("DROP SCHEMA public CASCADE");
    try (MigrationService migrations = connectedTo("old")) {
      MigrationPlan plan = migrations.plan(Direction.UP, MigrationPlan.Target.all());
      migrations.disconnect();
      database.execute("ALTER SCHEMA old RENAME TO older");
      SlipwayException fault = assertThrows(SlipwayException.class, migrations::reconnect);
      assertEquals(USAGE, fault.exitCode(), fault::getMessage);
      assertEquals(1, plan.steps().size());
    }
    assertEquals(List.of(), schemasWith("t2"));
  }

  @Test
  void ofTwoFirstRunsInTwoSchemasOneApplies() throws Exception {
    onlyWithLogins();
    only(Family.POSTGRES);
    file("1_slow.up.sql", "CREATE TABLE t1 (id INT);", "SELECT pg_sleep(0.5);");
    database.execute("CREATE SCHEMA other");
    for (int i = 0; i < 3; i++) {
      database.execute(
          "DROP SCHEMA public CASCADE",
          "DROP SCHEMA other CASCADE",
          "CREATE SCHEMA public",
          "CREATE SCHEMA other",
          "ALTER DATABASE " + database.name() + " SET search_path = public");
      CompletableFuture<Ran> one = CompletableFuture.supplyAsync(() -> up());
      Sleeper.awaitSession(database);
      Thread.sleep(150L * i);
      database.execute("ALTER DATABASE " + database.name() + " SET search_path = other");
      List<Integer> codes = Stream.of(up().code(), one.get().code()).sorted().toList();
      assertEquals(List.of(DONE.number(), MIGRATION.number()), codes);
      assertEquals(1, schemasWith("t1").size());
    }
  }

  @Test
  void theDatabaseIsTheSchemaOfMysql() {
    only(Family.MYSQL);
    String other = database.name() + "_other";
    database.execute("CREATE DATABASE " + other);
    try {
      tables("1");
      file("2_use.up.sql", "USE " + other + ";", "CREATE TABLE t2 (id INT);");
      tables("3");
      up().exits(DONE);
      assertEquals(List.of(HISTORY, "t1", "t3"), database.tables());
      up("--schema", other).exits(MIGRATION).tells("t2");
      database.execute("DROP TABLE " + other + ".t2");
      up("--schema", other).exits(DONE);
      assertEquals(List.of(database.name(), other), schemasWith("t1"));
      up("--schema", "no_such_database").exits(USAGE).tells("no_such_database");
      up().exits(DONE).answersWith("up to date");
    } finally {
      database.execute("DROP DATABASE " + other);
    }
  }

  @Test
  void initConnectDoesNotChooseTheSchema() {
    only(Family.MYSQL);
    String other = database.name() + "_other";
    String user = database.name().substring(Math.max(0, database.name().length() - 20)) + "_u";
    database.execute(
        "CREATE DATABASE " + other,
        "CREATE USER " + user + " IDENTIFIED BY '" + database.password().orElseThrow() + "'",
        "GRANT ALL ON " + database.name() + ".* TO " + user,
        "GRANT ALL ON " + other + ".* TO " + user);
    String dsn = database.dsn().replace("//root:", "//" + user + ":");
    try {
      tables("1");
      upWith(dsn).exits(DONE);
      database.execute("SET GLOBAL init_connect = 'USE " + other + "'");
      upWith(dsn).exits(DONE).answersWith("up to date");
      tables("2");
      upWith(dsn).exits(DONE);
      assertEquals(List.of(database.name()), schemasWith("t1"));
      assertEquals(List.of(database.name()), schemasWith("t2"));
    } finally {
      database.execute(
          "SET GLOBAL init_connect = ''", "DROP USER " + user, "DROP DATABASE " + other);
    }
  }

  @Test
  void sqliteHasNoSchemas() {
    only(Family.SQLITE);
    tables("1");
    for (Ran ran :
        List.of(
            up("--schema", "main"),
            status("--schema", "main"),
            slipway().run(words("verify", "--schema", "main")),
            slipway().run(words("test", "--schema", "main")),
            slipway().with("MIGRATE_SCHEMA", "main").run("serve", "--port", "0"))) {
      ran.exits(USAGE).tells("--schema does not apply to SQLite");
    }
    assertEquals(List.of(), database.tables());
  }

  @Test
  void anAttachedFileEndsWithItsMigration() {
    only(Family.SQLITE);
    String other = folder.resolve("other.sqlite").toString();
    file("1_attach.up.sql", "ATTACH '" + other + "' AS other;", "CREATE TABLE other.t (id INT);");
    file(
        "2_itself.autocommit.up.sql",
        "ATTACH '" + database.name() + "' AS itself;",
        "CREATE TABLE t2 (id INT);");
    tables("3");
    file("4_attach.up.sql", "ATTACH '" + other + "' AS other;", "INSERT INTO other.t VALUES (1);");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok", "4 ok"), history());
  }

  @Test
  void anAttachedFileIsNotTheHistorysPlace() {
    only(Family.SQLITE);
    String other = folder.resolve("other.sqlite").toString();
    file(
        "1_attach.autocommit.up.sql",
        "ATTACH '" + other + "' AS other;",
        "CREATE TABLE other." + HISTORY + " (installed_rank INT);",
        "CREATE TABLE other.t2 (id INT);",
        "CREATE TEMP TABLE " + HISTORY + " (n INT);");
    tables("2");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
    assertEquals(List.of(HISTORY, "t2"), database.tables());
    up().exits(DONE).answersWith("up to date");
  }
}
