package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.PENDING;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** `slipway migrate sql verify`: a live database held against its migrations. */
class VerifyIT extends RealProcesses {
  @Test
  void isSatisfiedWithWhatUpHasMade() {
    tables("1", "2", "3");
    file("R__view.sql", "CREATE VIEW v AS SELECT id FROM t1;");
    up().exits(DONE);
    database.execute("INSERT INTO t2 (id) VALUES (1)", "INSERT INTO t2 (id) VALUES (2)");
    verify()
        .exits(DONE)
        .answersWith("4 applied, 0 pending", "The database is as its migrations say.");
    verify("--format", "json")
        .exits(DONE)
        .answersWith(
            "{\"same\":true,\"compared\":true,\"applied\":4,\"pending\":[],\"findings\":[],"
                + "\"tables\":[{\"table\":\""
                + name("t1")
                + "\",\"rows\":0},{\"table\":\""
                + name("t2")
                + "\",\"rows\":2},");
    verify("--format", "xml").exits(USAGE).tells("--format xml: it must be");
  }

  @Test
  void ourOwnSchemaIsAsItsMigrationsSay() {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
    slipway().run("migrate", "sql", "up", "-e", "--yes").exits(DONE);
    slipway()
        .run("migrate", "sql", "verify", "-e")
        .exits(DONE)
        .answersWith(database.family() == Family.SQLITE ? "15 applied" : "14 applied");
  }

  @Test
  void whatSomebodyChangedByHandIsNamed() {
    tables("1", "2", "3");
    file("4_index.up.sql", "CREATE INDEX i ON t1 (id);");
    file("4_index.down.sql", "SELECT 1;");
    up().exits(DONE);
    database.execute(
        "ALTER TABLE t1 ADD COLUMN hand INT",
        "CREATE TABLE spare (id INT)",
        database.family() == Family.MYSQL ? "DROP INDEX i ON t1" : "DROP INDEX i",
        "DROP TABLE t3");
    verify()
        .exits(MIGRATION)
        .answersWith(
            "schema: column " + name("t1.hand") + " exists, but no migration creates it",
            "schema: table " + name("spare") + " exists, but no migration creates it",
            "schema: table " + name("t3") + " is missing",
            (database.family() == Family.MYSQL
                    ? "schema: index t1.i"
                    : "schema: index " + name("i"))
                + " is missing");
    assertEquals(List.of("1 ok", "2 ok", "3 ok", "4 ok"), history());
  }

  @Test
  void whatIsPendingIsNotLookedFor() {
    tables("1", "3");
    up().exits(DONE);
    tables("2", "4");
    verify().exits(DONE).answersWith("2 applied, 2 pending", "pending: 2_table\npending: 4_table");
    verify("--format", "json").exits(DONE).answersWith("\"pending\":[\"2_table\",\"4_table\"]");
    assertEquals(List.of("t1", "t3"), tablesMade());
  }

  @Test
  void anEditedFileAndAnUnknownMigrationAreNamed() {
    tables("1", "2");
    up().exits(DONE);
    file("2_table.up.sql", "CREATE TABLE t2 (id INT, a INT);");
    verify()
        .exits(MIGRATION)
        .answersWith(
            "checksum: "
                + folder.resolve("2_table.up.sql")
                + " has been edited since it was applied",
            "schema: column " + name("t2.a") + " is missing");
    remove("2_table.up.sql");
    remove("2_table.down.sql");
    verify()
        .exits(MIGRATION)
        .answersWith(
            "history: no file has the applied version 2_table (Future)",
            "The schema was not compared")
        .never("no migration creates it");
  }

  @Test
  void everyFindingIsListed() {
    tables("1", "2", "3", "5");
    up().exits(DONE);
    for (String version : List.of("2", "5")) {
      remove(version + "_table.up.sql");
      remove(version + "_table.down.sql");
    }
    file("1_table.up.sql", "CREATE TABLE t1 (id INT, a INT);");
    tables("4");
    String[] findings = {
      "no file has the applied version 2_table (Missing)",
      "no file has the applied version 5_table (Future)",
      "1_table.up.sql has been edited"
    };
    verify()
        .exits(MIGRATION)
        .answersWith(findings)
        .answersWith("2 applied, 1 pending", "pending: 4_table");
    verify("--format", "json")
        .exits(MIGRATION)
        .answersWith(findings)
        .answersWith("\"pending\":[\"4_table\"]", "\"compared\":false");
    status()
        .exits(DONE)
        .says(findings)
        .says("1 of 3 migrations pending: 4_table")
        .answers(
            "Version\tName\tStatus\t\n1\ttable\tApplied\t\n2\ttable\tMissing\t\n"
                + "3\ttable\tApplied\t\n4\ttable\tPending\t\n5\ttable\tFuture\t\n");
    status("--format", "json").exits(DONE).answersWith(findings);
  }

  @Test
  void aDatabaseWithoutHistoryHasNothingOfItsMigrations() {
    tables("1");
    database.execute("CREATE TABLE t1 (id INT)");
    verify()
        .exits(MIGRATION)
        .answersWith(
            "0 applied, 1 pending",
            "schema: table " + name("t1") + " exists, but no migration creates it");
  }

  @Test
  void whoMayOnlyReadIsToldWhatWasVerifiedAndWhatToDo() {
    only(Family.POSTGRES, Family.MYSQL);
    tables("1");
    up().exits(DONE);
    String login = "l" + Long.toHexString(System.nanoTime());
    boolean postgres = database.family() == Family.POSTGRES;
    String user = postgres ? login : "`" + login + "`@`%`";
    if (postgres) {
      database.execute(
          "CREATE ROLE " + login + " LOGIN PASSWORD 'letmein1'",
          "GRANT SELECT ON " + HISTORY + " TO " + login);
    } else {
      database.execute(
          "CREATE USER " + user + " IDENTIFIED BY 'letmein1'",
          "GRANT SELECT ON `" + database.name() + "`.* TO " + user);
    }
    String dsn = database.dsn().replaceFirst("//.*?@", "//" + login + ":letmein1@");
    slipway()
        .with("DSN", dsn)
        .run(words("verify"))
        .exits(USAGE)
        .answersWith("1 applied, 0 pending", postgres ? "may not be read" : "t1\t0")
        .tells(
            "history and checksums are in order, but the schema was not compared",
            "the login may not create a scratch database",
            "--scratch DSN")
        .never("letmein1", "is as its migrations say");
    try (TestDatabase other = server.database()) {
      slipway()
          .with("DSN", dsn)
          .run(words("verify", "--scratch", other.dsn()))
          .exits(DONE)
          .answersWith("The database is as its migrations say.");
    }
    database.execute(
        postgres ? "DROP OWNED BY " + login : "SELECT 1",
        "DROP " + (postgres ? "ROLE " : "USER ") + user);
  }

  @Test
  void whatIsNotOursInOtherSchemasIsNoDrift() {
    only(Family.POSTGRES);
    tables("1");
    up().exits(DONE);
    database.execute("CREATE SCHEMA others", "CREATE TABLE others.t (id INT)");
    verify().exits(DONE).answersWith("others.t");
  }

  @Test
  void strictComparesWhatBelongsToOthersToo() {
    only(Family.POSTGRES);
    tables("1");
    up().exits(DONE);
    database.execute("CREATE SCHEMA others", "CREATE TABLE others.t (id INT)");
    verify().exits(DONE).answersWith("not compared: schema others, which no migration creates");
    verify("--strict")
        .exits(MIGRATION)
        .answersWith("schema: schema others exists, but no migration creates it")
        .never("table others.t exists");
  }

  @Test
  void objectsInASchemaWithoutMigrationsBelongToOthers() {
    only(Family.POSTGRES);
    tables("1");
    database.execute("CREATE SCHEMA tenant");
    up("--schema", "tenant").exits(DONE);
    database.execute("CREATE TABLE public.others (id INT)", "CREATE TABLE tenant.hand (id INT)");
    verify("--schema", "tenant")
        .exits(MIGRATION)
        .answersWith(
            "not compared: schema public, in which no migration creates anything",
            "table tenant.hand exists")
        .never("table public.others exists");
    verify("--schema", "tenant", "--strict")
        .exits(MIGRATION)
        .answersWith("table public.others exists");
  }

  @Test
  void anAcceptedDifferenceIsListedUntilItExpires() {
    tables("1");
    up().exits(DONE);
    database.execute("CREATE TABLE spare_1 (id INT)", "ALTER TABLE t1 ADD COLUMN hand INT");
    accept("2100-01-01");
    verify()
        .exits(DONE)
        .answersWith("spare_1 exists, but no migration creates it (a job makes one a month)")
        .answersWith("accepted: column", "t1.hand exists, but no migration creates it (by hand)");
    verify("--format", "json").exits(DONE).answersWith("\"same\":true", "\"accepted\":[");
    accept("2020-01-01");
    verify().exits(MIGRATION).answersWith("spare_1 exists").never("accepted: table");
    file("slipway-accept.yaml", "schema:\n  - objekt: table t\n");
    verify()
        .exits(USAGE)
        .tells("slipway-accept.yaml:2: unknown key `objekt`; did you mean object?");
  }

  private void accept(String expires) {
    file(
        "slipway-accept.yaml",
        """
        schema:
          - object: "table *spare_*"
            reason: a job makes one a month
            expires: %s
          - object: "column *t1.hand"
            reason: by hand
            expires: 2100-01-01
        """
            .formatted(expires));
  }

  @Test
  void migrationsAreReplayedInTheOrderOfTheHistory() {
    file("1_t.up.sql", "CREATE TABLE t (a INT);");
    file("3_t.up.sql", "ALTER TABLE t ADD COLUMN b INT;");
    up().exits(DONE);
    file("2_t.up.sql", "ALTER TABLE t RENAME COLUMN b TO c;");
    slipway().with("MIGRATE_OUT_OF_ORDER", "apply").run(words("up", "--yes")).exits(DONE);
    verify().exits(DONE).answersWith("3 applied, 0 pending", "The database is as");
  }

  @Test
  void aFileThatRunsOutsideATransactionIsReplayedInItsPlace() {
    only(Family.POSTGRES);
    file("20260101000000_t/migration.sql", "CREATE TABLE t (a INT);");
    file("20260102000000_i/migration.sql", "CREATE INDEX CONCURRENTLY i ON t (a);");
    up().exits(DONE);
    verify().exits(DONE).answersWith("2 applied, 0 pending", "The database is as");
  }

  @Test
  void whatAChangedRepeatableMigrationChangesIsPending() {
    file("V1__t.sql", "CREATE TABLE t (a INT);");
    file("R__v.sql", "CREATE VIEW v AS SELECT a FROM t;");
    up().exits(DONE);
    file("V2__t.sql", "ALTER TABLE t ADD COLUMN b INT;");
    file("R__v.sql", "DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT a, b FROM t;");
    status("--exit-code")
        .exits(PENDING)
        .answersWith("R\tv\tPending")
        .says("repeatable migrations pending: R__v");
    verify()
        .exits(DONE)
        .answersWith(
            "1 applied, 2 pending", "pending: R__v", "v, which a pending repeatable migration");
    database.execute("ALTER TABLE t ADD COLUMN hand INT");
    verify().exits(MIGRATION).answersWith("t.hand exists");
  }

  @Test
  void theBaseOfABaselineComesFromAFile() {
    database.execute("CREATE TABLE base (a INT)");
    file("4_old.up.sql", "CREATE TABLE base (a INT);");
    file("4_old.down.sql", "DROP TABLE base;");
    slipway().run(words("baseline", "--yes", "4")).exits(DONE);
    remove("4_old.up.sql");
    remove("4_old.down.sql");
    file("5_b.up.sql", "ALTER TABLE base ADD COLUMN b INT;");
    file("5_b.down.sql", "ALTER TABLE base DROP COLUMN b;");
    up().exits(DONE);
    verify().exits(MIGRATION);
    String init = outside("init.sql", "CREATE TABLE base (a INT);");
    verify("--scratch-init", init).exits(DONE).answersWith("The database is as its migrations say");
    test("--scratch-init", init).exits(DONE);
    database.execute("ALTER TABLE base ADD COLUMN hand INT");
    verify("--scratch-init", init).exits(MIGRATION).answersWith("base.hand exists");
    verify("--scratch-init", outside("init.sql", "SELECT 1;\nCREATE TABEL base (a INT);"))
        .exits(MIGRATION)
        .tells("init.sql:2: ", "CREATE TABEL base (a INT)", "correct the file of --scratch-init");
    verify("--scratch-init", folder.resolve("none.sql").toString())
        .exits(USAGE)
        .tells("none.sql: cannot be read");
  }

  /** A file that is not in the folder of the migrations. */
  private String outside(String name, String text) {
    try {
      Path file = folder.resolve("outside").resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatAdministratorsProvideIsInTheScratchDatabaseToo() {
    only(Family.POSTGRES);
    database.execute(
        "CREATE SCHEMA ext",
        "CREATE EXTENSION pg_trgm SCHEMA ext",
        "GRANT USAGE ON SCHEMA ext TO pg_monitor",
        "CREATE MATERIALIZED VIEW ext.v AS SELECT 1 AS n");
    file(
        "1_t.up.sql",
        "CREATE TABLE t (a TEXT);",
        "CREATE INDEX i ON t USING gin (a ext.gin_trgm_ops);");
    file("1_t.down.sql", "DROP TABLE t;");
    file("2_v.up.sql", "CREATE MATERIALIZED VIEW v AS SELECT a FROM t WITH NO DATA;");
    file("2_v.down.sql", "DROP MATERIALIZED VIEW v;");
    up().exits(DONE);
    database.execute("REFRESH MATERIALIZED VIEW v");
    verify().exits(DONE).answersWith("not compared: schema ext, which no migration creates");
    verify("--strict")
        .exits(MIGRATION)
        .answersWith("schema: schema ext exists, but no migration creates it");
    test().exits(DONE);
    database.execute("COMMENT ON INDEX i IS 'by hand'");
    verify()
        .exits(MIGRATION)
        .answersWith("index public.i: comment is `by hand` and should not be set");
  }

  @Test
  void encodingAndLocaleAreThoseOfTheLiveDatabase() {
    only(Family.POSTGRES);
    String name = database.name() + "_latin";
    database.execute(
        "CREATE DATABASE "
            + name
            + " TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
        "ALTER DATABASE " + name + " SET standard_conforming_strings = off");
    try {
      String dsn = database.dsn().replace("/" + database.name() + "?", "/" + name + "?");
      tables("1");
      file("2_quote.up.sql", "CREATE VIEW v AS SELECT E'a\\\\b' AS c;");
      file("2_quote.down.sql", "DROP VIEW v;");
      slipway().with("DSN", dsn).run(words("up", "--yes")).exits(DONE);
      slipway()
          .with("DSN", dsn)
          .run(words("verify"))
          .exits(DONE)
          .answersWith("The database is as its migrations say.");
    } finally {
      database.execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
  }

  @Test
  void grantsOnTheSchemaOfTheSearchPathAreTheAdministrators() {
    only(Family.POSTGRES);
    database.execute(
        "CREATE SCHEMA app",
        "GRANT USAGE ON SCHEMA app TO pg_monitor",
        "COMMENT ON SCHEMA app IS 'x'");
    String dsn = database.dsn("search_path=app");
    tables("1");
    slipway().with("DSN", dsn).run(words("up", "--yes")).exits(DONE);
    slipway().with("DSN", dsn).run(words("verify")).exits(DONE);
    database.execute("GRANT SELECT ON app.t1 TO pg_monitor");
    slipway()
        .with("DSN", dsn)
        .run(words("verify"))
        .exits(MIGRATION)
        .answersWith("schema: table app.t1: grants is `pg_monitor=SELECT` and should not be set");
  }
}
