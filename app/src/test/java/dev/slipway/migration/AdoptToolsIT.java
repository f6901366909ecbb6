package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The histories of tools with checksums, with unfinished rows, or without versions. */
class AdoptToolsIT extends EveryServer {
  private Ran adopt(String... more) {
    return slipway().run(words("adopt", with("--yes", more)));
  }

  /** The type for bytes. */
  private String binary() {
    return switch (database.family()) {
      case POSTGRES, COCKROACH -> "BYTEA";
      case MYSQL, SQLITE -> "BLOB";
    };
  }

  private String bytes(String hex) {
    return switch (database.family()) {
      case POSTGRES, COCKROACH -> "'\\x" + hex + "'";
      case MYSQL, SQLITE -> "X'" + hex + "'";
    };
  }

  private String digest(String file, String algorithm) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm)
                  .digest(Files.readAllBytes(folder.resolve(file))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The tables that these versions make, as the other tool has left them. */
  private void made(String... versions) {
    for (String version : versions) {
      database.execute("CREATE TABLE t" + version + " (id INT)");
    }
  }

  private void sqlx() {
    database.execute(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,"
            + " installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT"
            + " NULL, checksum "
            + binary()
            + " NOT NULL, execution_time BIGINT NOT NULL)");
  }

  private void sqlx(String version, boolean success, String checksum) {
    database.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)"
            + " VALUES ("
            + version
            + ", 'table', "
            + (success ? "TRUE" : "FALSE")
            + ", "
            + bytes(checksum)
            + ", 5)");
  }

  private void prisma() {
    database.execute(
        "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64)"
            + " NOT NULL, finished_at TIMESTAMP NULL, migration_name VARCHAR(255) NOT NULL, logs"
            + " TEXT, rolled_back_at TIMESTAMP NULL, started_at TIMESTAMP NOT NULL DEFAULT"
            + " CURRENT_TIMESTAMP, applied_steps_count INTEGER NOT NULL DEFAULT 0)");
  }

  private void prisma(String id, String name, String finished, String rolledBack, String checksum) {
    database.execute(
        "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at,"
            + " started_at) VALUES ('"
            + id
            + "', '"
            + checksum
            + "', "
            + finished
            + ", '"
            + name
            + "', "
            + rolledBack
            + ", '2026-01-01 00:00:00')");
  }

  private void liquibase(boolean locked, String... ids) {
    // Liquibase spells its tables in capitals, which PostgreSQL folds.
    database.execute(
        "CREATE TABLE DATABASECHANGELOGLOCK (ID INT NOT NULL PRIMARY KEY, LOCKED BOOLEAN NOT NULL,"
            + " LOCKGRANTED TIMESTAMP NULL, LOCKEDBY VARCHAR(255))",
        "INSERT INTO DATABASECHANGELOGLOCK (ID, LOCKED, LOCKEDBY) VALUES (1, "
            + (locked ? "TRUE, 'ci-runner (10.0.0.7)'" : "FALSE, NULL")
            + ")",
        "CREATE TABLE DATABASECHANGELOG (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL,"
            + " FILENAME VARCHAR(255) NOT NULL, DATEEXECUTED TIMESTAMP NOT NULL, ORDEREXECUTED INT"
            + " NOT NULL, EXECTYPE VARCHAR(10) NOT NULL, MD5SUM VARCHAR(35))");
    for (int i = 0; i < ids.length; i++) {
      database.execute(
          "INSERT INTO DATABASECHANGELOG VALUES ('"
              + ids[i]
              + "', 'ann', 'changelog.xml', '2026-01-0"
              + (i + 1)
              + " 00:00:00', "
              + (i + 1)
              + ", 'EXECUTED', '9:d41d8cd98f00b204e9800998ecf8427e')");
    }
  }

  @Test
  void comparesSqlxChecksumsAndLeavesNoDrift() {
    tables("1", "2", "3");
    sqlx();
    sqlx("1", true, digest("1_table.up.sql", "SHA-384"));
    sqlx("2", true, digest("2_table.up.sql", "SHA-384"));
    made("1", "2");
    adopt()
        .exits(DONE)
        .answersWith(
            "sqlx", "_sqlx_migrations", "2 of 3", "Checksums: compared with those of sqlx");
    assertEquals(List.of("1 ok", "2 ok"), history());
    verify().exits(DONE).answersWith("not compared: table " + name("_sqlx_migrations") + " (sqlx)");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    verify().exits(DONE);
  }

  @Test
  void refusesAnotherContentThanSqlxApplied() {
    tables("1", "2");
    sqlx();
    sqlx("1", true, digest("1_table.up.sql", "SHA-384"));
    sqlx("2", true, "00".repeat(48));
    made("1", "2");
    adopt()
        .exits(MIGRATION)
        .tells("the checksums in _sqlx_migrations", "2_table.up.sql", "--ignore-checksums");
    assertEquals(List.of(), history());
    adopt("--ignore-checksums").exits(DONE).answersWith("sqlx applied another content", "2_table");
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void refusesWhatSqlxHasNotFinished() {
    tables("1", "2");
    sqlx();
    sqlx("2", false, digest("2_table.up.sql", "SHA-384"));
    adopt().exits(MIGRATION).tells("2 is unfinished in _sqlx_migrations", "by hand", "`success`");
    assertEquals(List.of(), history());
  }

  @Test
  void importsPrismasNamesByTheirDigits() {
    tables("20240101000000", "20240102000000", "20240103000000");
    prisma();
    prisma(
        "a",
        "20240101000000_init",
        "CURRENT_TIMESTAMP",
        "NULL",
        digest("20240101000000_table.up.sql", "SHA-256"));
    // Failed, marked with `migrate resolve --rolled-back`, and applied again.
    prisma("b", "20240102000000_more", "NULL", "CURRENT_TIMESTAMP", "00");
    prisma(
        "c",
        "20240102000000_more",
        "CURRENT_TIMESTAMP",
        "NULL",
        digest("20240102000000_table.up.sql", "SHA-256"));
    // Rolled back and not applied again: pending, as for Prisma.
    prisma("d", "20240103000000_last", "NULL", "CURRENT_TIMESTAMP", "00");
    made("20240101000000", "20240102000000");
    adopt()
        .exits(DONE)
        .answersWith("Prisma", "2 of 3", "the first is 20240103000000_table", "compared with");
    verify()
        .exits(DONE)
        .answersWith("not compared: table " + name("_prisma_migrations") + " (Prisma)");
    up().exits(DONE);
    assertEquals(List.of("20240101000000 ok", "20240102000000 ok", "20240103000000 ok"), history());
  }

  @Test
  void refusesWhatPrismaHasNotFinished() {
    tables("20240101000000");
    prisma();
    prisma("a", "20240101000000_init", "NULL", "NULL", "00");
    adopt()
        .exits(MIGRATION)
        .tells("20240101000000_init is unfinished in _prisma_migrations", "migrate resolve");
    assertEquals(List.of(), history());
  }

  @Test
  void importsTypeorm() {
    tables("1700000000000", "1700000000001");
    database.execute(
        "CREATE TABLE migrations (id INT NOT NULL PRIMARY KEY, timestamp BIGINT NOT NULL, name"
            + " VARCHAR(255) NOT NULL)",
        "INSERT INTO migrations VALUES (1, 1700000000000, 'CreateUsers1700000000000')");
    made("1700000000000");
    adopt().exits(DONE).answersWith("TypeORM", "1 of 2", "its history has no checksums");
    verify().exits(DONE).answersWith("not compared: table " + name("migrations") + " (TypeORM)");
    up().exits(DONE);
    assertEquals(List.of("1700000000000 ok", "1700000000001 ok"), history());
  }

  @Test
  void importsDieselsInitialVersionToo() {
    tables("00000000000000", "20240101000000", "20240102000000");
    database.execute(
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on"
            + " TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('00000000000000'),"
            + " ('20240101000000')");
    made("00000000000000", "20240101000000");
    adopt().exits(DONE).answersWith("Diesel", "2 of 3");
    verify()
        .exits(DONE)
        .answersWith("not compared: table " + name("__diesel_schema_migrations") + " (Diesel)");
    up().exits(DONE);
    assertEquals(List.of("00000000000000 ok", "20240101000000 ok", "20240102000000 ok"), history());
  }

  @Test
  void refusesAnEmptyHistoryThatWouldHideVersionZero() {
    tables("00000000000000");
    database.execute(
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on"
            + " TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)");
    adopt().exits(MIGRATION).tells("has applied nothing", "version 0", "drop the table");
    assertEquals(List.of(), history());
  }

  @Test
  void readsACustomTableByItsColumns() {
    tables("1", "2", "3");
    database.execute(
        "CREATE TABLE my_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL)",
        "INSERT INTO my_migrations VALUES (2, FALSE)",
        // Another service's, with the default name.
        "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT"
            + " NULL)",
        "INSERT INTO schema_migrations VALUES (77, FALSE)");
    made("1", "2");
    adopt("--from-table", "my_migrations").exits(DONE).answersWith("golang-migrate", "2 of 3");
    assertEquals(List.of("1 ok", "2 ok"), history());
    verify()
        .exits(DONE)
        .answersWith(
            "not compared: table " + name("my_migrations") + " (golang-migrate)",
            "not compared: table " + name("schema_migrations"));
  }

  @Test
  void refusesACustomTableThatIsDirtyOrNoHistory() {
    tables("1");
    database.execute(
        "CREATE TABLE my_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL)",
        "INSERT INTO my_migrations VALUES (1, TRUE)",
        "CREATE TABLE orders (id INT, total INT)",
        "CREATE TABLE releases (version VARCHAR(20), notes VARCHAR(20))");
    adopt("--from-table", "releases").exits(USAGE).tells("these columns: notes, version");
    adopt("--from-table", "my_migrations")
        .exits(MIGRATION)
        .tells("version 1 is dirty in my_migrations", "migrate force VERSION");
    adopt("--from-table", "orders").exits(USAGE).tells("these columns: id, total");
    adopt("--from-table", "nothing").exits(USAGE).tells("no table of this name");
    assertEquals(List.of(), history());
  }

  private void flyway(String table, String... rows) {
    database.execute(
        "CREATE TABLE "
            + table
            + " (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description"
            + " VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL,"
            + " checksum INT, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL"
            + " DEFAULT CURRENT_TIMESTAMP, execution_time INT NOT NULL, success BOOLEAN NOT NULL)");
    for (String row : rows) {
      database.execute(
          "INSERT INTO "
              + table
              + " (installed_rank, version, description, type, script, checksum, installed_by,"
              + " execution_time, success) VALUES ("
              + row
              + ")");
    }
  }

  private int checksum(String name) {
    try (MigrationFileReader reader = new MigrationFileReader(folder.resolve(name))) {
      reader.readAllAsString();
      return reader.checksum();
    }
  }

  @Test
  void importsFlywayFromACustomTable() {
    file("V1__a.sql", "CREATE TABLE t1 (id INT);");
    file("V2__b.sql", "CREATE TABLE t2 (id INT);");
    file("V3__c.sql", "CREATE TABLE t3 (id INT);");
    file("R__view.sql", "SELECT 1;");
    flyway(
        "app_history",
        "1, '1', 'a', 'SQL', 'V1__a.sql', " + checksum("V1__a.sql") + ", 'me', 1, TRUE",
        "2, '2', 'b', 'SQL', 'V2__b.sql', " + checksum("V2__b.sql") + ", 'me', 1, TRUE",
        "3, NULL, 'view', 'SQL', 'R__view.sql', " + checksum("R__view.sql") + ", 'me', 1, TRUE");
    made("1", "2");
    adopt("--from-table", "app_history")
        .exits(DONE)
        .answersWith("Flyway", "R__view", "compared with those of Flyway");
    verify().exits(DONE).answersWith("not compared: table " + name("app_history") + " (Flyway)");
    up().exits(DONE).says("applied 3_c");
    assertEquals(List.of("1 ok", "2 ok", "view ok", "3 ok"), history());
  }

  @Test
  void keepsFlywaysBaselineAndRefusesItsFailures() {
    file("V2__b.sql", "CREATE TABLE t2 (id INT);");
    file("V3__c.sql", "CREATE TABLE t3 (id INT);");
    flyway(
        "app_history",
        "1, '1', 'base', 'BASELINE', 'base', NULL, 'me', 0, TRUE",
        "2, '2', 'b', 'SQL', 'V2__b.sql', 1, 'me', 1, TRUE",
        "3, '3', 'c', 'SQL', 'V3__c.sql', 1, 'me', 1, FALSE");
    adopt("--from-table", "app_history")
        .exits(MIGRATION)
        .tells("3_c is unfinished in app_history", "flyway repair");
    database.execute("DELETE FROM app_history WHERE installed_rank = 3");
    adopt("--from-table", "app_history").exits(MIGRATION).tells("V2__b.sql", "checksums");
    database.execute("UPDATE app_history SET checksum = " + checksum("V2__b.sql"));
    made("2");
    adopt("--from-table", "app_history").exits(DONE).answersWith("baseline at version 1", "1 of 2");
    assertEquals(List.of("1 ok", "2 ok"), history());
    up().exits(DONE);
  }

  @Test
  void needsAVersionForLiquibase() {
    tables("1", "2", "3");
    liquibase(false, "create-users", "add-email");
    made("1", "2");
    adopt()
        .exits(USAGE)
        .tells(
            "Liquibase",
            "2 rows, the last is changelog.xml::add-email::ann",
            "slipway migrate sql adopt --at VERSION");
    assertEquals(List.of(), history());
    adopt("--at", "2")
        .exits(DONE)
        .answersWith("Liquibase", "2 of 3", "not compared", "of changesets");
    assertEquals(List.of("1 ok", "2 ok"), history());
    verify().exits(DONE);
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void refusesWhileLiquibaseHoldsItsLock() {
    tables("1");
    liquibase(true, "create-users");
    adopt("--at", "1")
        .exits(MIGRATION)
        .tells("holds its lock", "ci-runner (10.0.0.7)", "release-locks");
    assertEquals(List.of(), history());
  }

  @Test
  void needsAVersionForAlembic() {
    tables("1", "2");
    database.execute(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('1975ea83b712')");
    made("1");
    adopt().exits(USAGE).tells("Alembic", "it has 1975ea83b712", "adopt --at VERSION");
    adopt("--at", "20").exits(USAGE).tells("--at 20", "the newest file has 2");
    adopt("--at", "1").exits(DONE).answersWith("1 of 2");
    verify()
        .exits(DONE)
        .answersWith("not compared: table " + name("alembic_version") + " (Alembic)");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void aVersionBetweenTheFilesStartsTheHistory() {
    tables("1", "3");
    database.execute(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('1975ea83b712')");
    made("1");
    adopt("--at", "2").exits(DONE).answersWith("baseline at version 2", "0 of 1");
    up().exits(DONE);
    assertEquals(List.of("2 ok", "3 ok"), history());
  }

  @Test
  void countsDeletedFilesUpToAVersion() {
    tables("3", "4", "5");
    database.execute(
        "CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY)",
        "INSERT INTO schema_migrations VALUES ('1'), ('2'), ('4')");
    made("3", "4");
    adopt().exits(MIGRATION).tells("no file has: 1, 2", "--at 2");
    adopt("--at", "1").exits(MIGRATION).tells("no file has: 2", "--at 2");
    adopt("--at", "4")
        .exits(DONE)
        .answersWith(
            "baseline at version 2", "2 of 3", "although dbmate has not recorded it", "3_table");
    assertEquals(List.of("2 ok", "3 ok", "4 ok"), history());
    down().exits(DONE);
    up().exits(DONE);
    assertEquals(List.of("2 ok", "3 ok", "4 ok", "5 ok"), history());
  }

  @Test
  void countsUpToALatestVersionWhoseFileIsGone() {
    tables("3", "12");
    database.execute(
        "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT"
            + " NULL)",
        "INSERT INTO schema_migrations VALUES (10, FALSE)");
    made("3");
    adopt().exits(MIGRATION).tells("no file has: 10", "--at 10");
    adopt("--at", "10").exits(DONE).answersWith("baseline at version 10", "0 of 1");
    up().exits(DONE);
    assertEquals(List.of("10 ok", "12 ok"), history());
  }

  @Test
  void tellsRailsFromDbmateByItsOtherTable() {
    tables("1", "2");
    database.execute(
        "CREATE TABLE schema_migrations (version VARCHAR(255) PRIMARY KEY)",
        "INSERT INTO schema_migrations VALUES ('1')",
        "CREATE TABLE ar_internal_metadata (ar_key VARCHAR(255) PRIMARY KEY)");
    made("1");
    adopt().exits(DONE).answersWith("The history of Rails", "1 of 2");
    verify()
        .exits(DONE)
        .answersWith("not compared: table " + name("ar_internal_metadata") + " (Rails)");
  }

  @Test
  void tellsATableThatIsNotATools() {
    tables("1");
    database.execute("CREATE TABLE migrations (id INT, migration VARCHAR(255), batch INT)");
    adopt().exits(MIGRATION).tells("has no history of another tool", "--from-table NAME");
  }

  @Test
  void driftRemainsNextToAnotherToolsTables() {
    tables("1");
    liquibase(false, "one");
    made("1");
    adopt("--at", "1").exits(DONE);
    database.execute("CREATE TABLE by_hand (id INT)");
    verify().exits(MIGRATION).answersWith("by_hand exists, but no migration creates it");
    only(Family.POSTGRES);
    database.execute("CREATE SEQUENCE databasechangelog_id_seq", "CREATE SEQUENCE by_hand_seq");
    verify().exits(MIGRATION).answersWith("sequence " + name("by_hand_seq"));
  }

  @Test
  void readsAnotherSchema() {
    only(Family.POSTGRES, Family.COCKROACH);
    tables("1", "2");
    database.execute(
        "CREATE SCHEMA supabase_migrations",
        "CREATE TABLE supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY,"
            + " statements text, name text)",
        "INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('1')");
    made("1");
    adopt("--from-table", "supabase_migrations.schema_migrations")
        .exits(DONE)
        .answersWith("Supabase", "1 of 2");
    verify().exits(DONE);
  }

  @Test
  void readsPrismasFoldersAsPrismaLeftThem() {
    String init = "20240101000000_init/migration.sql";
    file(init, "CREATE TABLE t1 (id INT);\r");
    file("20240102000000_more/migration.sql", "CREATE TABLE t2 (id INT);");
    prisma();
    prisma("a", "20240101000000_init", "CURRENT_TIMESTAMP", "NULL", digest(init, "SHA-256"));
    made("1");
    // Another checkout has other line ends.
    file(init, "CREATE TABLE t1 (id INT);");
    adopt().exits(DONE).answersWith("Prisma", "1 of 2", "20240101000000_init");
    upOnce("20240101000000 ok", "20240102000000 ok");
    file(init, "CREATE TABLE t1 (id BIGINT);");
    up().exits(MIGRATION).tells("has been edited");
  }

  @Test
  void readsDieselsFoldersAsDieselLeftThem() {
    file("00000000000000_diesel_initial_setup/up.sql", "CREATE TABLE t0 (id INT);");
    file("00000000000000_diesel_initial_setup/down.sql", "DROP TABLE t0;");
    file("2024-01-01-000000_a/up.sql", "CREATE TABLE t1 (id INT);");
    file("2024-01-01-000000_a/down.sql", "DROP TABLE t1;");
    file("2024-01-02-000000_b/up.sql", "CREATE TABLE t2 (id INT);");
    file("2024-01-02-000000_b/down.sql", "DROP TABLE t2;");
    database.execute(
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on"
            + " TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('00000000000000'),"
            + " ('20240101000000')");
    made("0", "1");
    adopt().exits(DONE).answersWith("Diesel", "2 of 3");
    upOnce("00000000000000 ok", "20240101000000 ok", "20240102000000 ok");
    down("--steps", "2").exits(DONE);
    assertEquals(List.of("00000000000000 ok"), history());
  }

  @Test
  void readsSqlxFilesAsSqlxLeftThem() {
    file("20240101000000_a.sql", "CREATE TABLE t1 (id INT);");
    file("20240102000000_b.sql", "CREATE TABLE t2 (id INT);");
    sqlx();
    sqlx("20240101000000", true, digest("20240101000000_a.sql", "SHA-384"));
    made("1");
    adopt().exits(DONE).answersWith("sqlx", "1 of 2", "compared with those of sqlx");
    upOnce("20240101000000 ok", "20240102000000 ok");
  }

  @Test
  void readsGooseFilesAsGooseLeftThem() {
    for (String version : List.of("1", "2")) {
      file(
          "0000" + version + "_a.sql",
          "-- +goose Up",
          "CREATE TABLE t" + version + " (id INT);",
          "-- +goose Down",
          "DROP TABLE t" + version + ";");
    }
    database.execute(
        "CREATE TABLE goose_db_version (id INT NOT NULL PRIMARY KEY, version_id BIGINT NOT NULL,"
            + " is_applied BOOLEAN NOT NULL, tstamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
        "INSERT INTO goose_db_version (id, version_id, is_applied) VALUES (1, 0, TRUE),"
            + " (2, 1, TRUE)");
    made("1");
    adopt().exits(DONE).answersWith("goose", "1 of 2");
    upOnce("00001 ok", "00002 ok");
    down("--steps", "2").exits(DONE);
    assertEquals(List.of("goose_db_version"), tablesMade());
  }

  @Test
  void readsDbmateFilesAsDbmateLeftThem() {
    for (String version : List.of("1", "2")) {
      file(
          "2024010" + version + "000000_a.sql",
          "-- migrate:up",
          "CREATE TABLE t" + version + " (id INT);",
          "-- migrate:down",
          "DROP TABLE t" + version + ";");
    }
    database.execute(
        "CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY)",
        "INSERT INTO schema_migrations VALUES ('20240101000000')");
    made("1");
    adopt().exits(DONE).answersWith("dbmate", "1 of 2");
    upOnce("20240101000000 ok", "20240102000000 ok");
    down("--steps", "2").exits(DONE);
    assertEquals(List.of("schema_migrations"), tablesMade());
  }

  /** What is pending is applied exactly once, and nothing drifts. */
  private void upOnce(String... history) {
    verify().exits(DONE);
    up().exits(DONE);
    assertEquals(List.of(history), history());
    up().exits(DONE).answersWith("up to date");
    verify().exits(DONE);
  }
}
