package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Rows whose foreign keys refer to nothing: the server refuses them, except on SQLite, where the
 * migrator checks each transaction.
 */
class ForeignKeyIT extends EveryServer {
  private static final String[] LIBRARY = {
    "CREATE TABLE author (id INT PRIMARY KEY);",
    "CREATE TABLE book (id INT PRIMARY KEY, author_id INT NOT NULL,",
    "  FOREIGN KEY (author_id) REFERENCES author (id));",
    "INSERT INTO author VALUES (1), (2);",
    "INSERT INTO book VALUES (1, 1), (2, 2);"
  };

  private void library() {
    file("1_library.up.sql", LIBRARY);
    up().exits(DONE);
  }

  private List<String> authors() {
    return database.query("SELECT id FROM author ORDER BY id");
  }

  /** As after years without foreign keys: on another connection SQLite does not enforce them. */
  private void addOrphan() {
    database.execute("INSERT INTO book VALUES (7, 70)");
  }

  @Test
  void fileThatAddsAnOrphanRowFailsAndLeavesNoChanges() {
    library();
    file("2_delete.up.sql", "DELETE FROM author WHERE id = 1;");
    file("3_more.up.sql", "CREATE TABLE more (id INT);");
    up().exits(MIGRATION).tells("2_delete.up.sql");
    assertEquals(List.of("1", "2"), authors());
    assertEquals(List.of("author", "book"), tablesMade());
  }

  @Test
  void messageNamesTheRowAndBothTables() {
    only(Family.SQLITE);
    library();
    file("2_delete.up.sql", "DELETE FROM author WHERE id = 1;");
    up().exits(MIGRATION)
        .tells(
            "migration 2_delete failed: FOREIGN KEY constraint failed: 1 row of book"
                + " (author_id = 1) refers to no row of author (code 787)",
            "it was rolled back");
  }

  @Test
  void fileAmongManyIsTheOnlyOneThatFails() {
    only(Family.SQLITE);
    library();
    tables("2", "3", "4", "5");
    file("6_delete.up.sql", "DELETE FROM author WHERE id = 1;");
    tables("7");
    up().exits(MIGRATION).tells("migration 6_delete failed");
    assertEquals(List.of("1 ok", "2 ok", "3 ok", "4 ok", "5 ok"), history());
  }

  @Test
  void atomicRunChecksItsOneTransaction() {
    only(Family.SQLITE);
    library();
    file("2_delete.up.sql", "DELETE FROM author WHERE id = 1;");
    file("3_books_too.up.sql", "DELETE FROM book WHERE author_id = 1;");
    file("4_delete.up.sql", "DELETE FROM author WHERE id = 2;");
    up("--atomic")
        .exits(MIGRATION)
        .tells("FOREIGN KEY constraint failed", "the whole upgrade was rolled back");
    assertEquals(List.of("1", "2"), authors());
    up("--atomic", "--to", "3").exits(DONE);
    assertEquals(List.of("2"), authors());
  }

  @Test
  void downFileIsCheckedToo() {
    only(Family.SQLITE);
    library();
    file("2_author.up.sql", "INSERT INTO author VALUES (3);", "INSERT INTO book VALUES (3, 3);");
    file("2_author.down.sql", "DELETE FROM author WHERE id = 3;");
    up().exits(DONE);
    down("--steps", "1").exits(MIGRATION).tells("FOREIGN KEY constraint failed");
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void fileOutsideATransactionFailsAndIsRepaired() {
    only(Family.SQLITE);
    library();
    file("2_delete.autocommit.up.sql", "DELETE FROM author WHERE id = 1;");
    up().exits(MIGRATION)
        .tells(
            "1 row of book (author_id = 1) refers to no row of author",
            "runs outside a transaction, so its changes stay");
    assertEquals(List.of("1 ok", "2 failed"), history());
    up().exits(MIGRATION);
    database.execute("DELETE FROM book WHERE author_id = 1");
    repair().exits(DONE);
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void olderOrphanRowsOnlyCauseAWarning() {
    only(Family.SQLITE);
    library();
    addOrphan();
    table("2");
    up().exits(DONE)
        .tells(
            "warning: the database already violates foreign keys:"
                + " 1 row of book (author_id = 70) refers to no row of author");
    file("3_delete.up.sql", "DELETE FROM author WHERE id = 2;");
    up().exits(MIGRATION).tells("1 row of book (author_id = 2) refers to no row of author");
  }

  @Test
  void olderOrphanRowsStayOldWhenTheirTableIsRebuiltOrRenamed() {
    only(Family.SQLITE);
    file(
        "1_library.up.sql",
        "CREATE TABLE author (id TEXT PRIMARY KEY);",
        "CREATE TABLE book (id TEXT PRIMARY KEY, author_id TEXT REFERENCES author (id));",
        "INSERT INTO book (rowid, id) VALUES (1, 'a'), (5, 'b');");
    up().exits(DONE);
    database.execute("UPDATE book SET author_id = 'gone' WHERE id = 'b'");
    file(
        "2_rebuild.up.sql",
        "CREATE TABLE new_book (id TEXT PRIMARY KEY, author_id TEXT REFERENCES author (id));",
        "INSERT INTO new_book SELECT * FROM book;",
        "DROP TABLE book;",
        "ALTER TABLE new_book RENAME TO book;");
    file(
        "3_rename.up.sql",
        "ALTER TABLE book RENAME TO volume;",
        "ALTER TABLE author RENAME TO writer;",
        "ALTER TABLE volume RENAME COLUMN author_id TO writer_id;");
    up().exits(DONE);
    file("4_another.up.sql", "INSERT INTO volume VALUES ('c', 'missing');");
    up().exits(MIGRATION)
        .tells("1 row of volume (writer_id = 'missing') refers to no row of writer");
  }

  @Test
  void rowsOfTablesWithoutRowidAreCounted() {
    only(Family.SQLITE);
    file(
        "1_library.up.sql",
        "CREATE TABLE author (id INT PRIMARY KEY);",
        "CREATE TABLE book (id INT PRIMARY KEY, author_id INT REFERENCES author (id))"
            + " WITHOUT ROWID;");
    up().exits(DONE);
    database.execute("INSERT INTO book VALUES (1, 10)");
    table("2");
    up().exits(DONE).tells("warning: the database already violates foreign keys: 1 row of book");
    file("3_another.up.sql", "INSERT INTO book VALUES (2, 20);");
    up().exits(MIGRATION).tells("1 row of book refers to no row of author");
  }

  @Test
  void manyOlderOrphanRowsAreComparedByNumber() {
    only(Family.SQLITE);
    library();
    database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < "
            // above the number of violations that are compared row by row
            + 10_200
            + ") INSERT INTO book SELECT i, i FROM n");
    table("2");
    up().exits(DONE).tells("warning: the database already violates foreign keys");
    file("3_delete.up.sql", "DELETE FROM author WHERE id = 2;");
    up().exits(MIGRATION).tells("1 row of book refers to no row of author");
  }

  @Test
  void mismatchedForeignKeysCauseAWarningAndTheOtherTablesAreChecked() {
    only(Family.SQLITE);
    library();
    file(
        "2_mismatch.up.sql",
        "CREATE TABLE client (id INT, pk INT PRIMARY KEY);",
        "CREATE TABLE token (client_id INT REFERENCES client (id));",
        "INSERT INTO token VALUES (1);");
    up().exits(DONE)
        .tells(
            "warning: the foreign keys of token are not checked:",
            "foreign key mismatch - \"token\" referencing \"client\"");
    file("3_delete.up.sql", "DELETE FROM author WHERE id = 1;");
    up().exits(MIGRATION).tells("1 row of book (author_id = 1) refers to no row of author");
  }

  @Test
  void namesAndKeysOfEveryKind() {
    only(Family.SQLITE);
    file(
        "1_odd.up.sql",
        "CREATE TABLE \"it's \"\"a\"\" table\" (a INT, b BLOB, PRIMARY KEY (a, b));",
        "CREATE TABLE \"new'\"\"line\" (\"x's\" INT, \"y \"\"z\"\"\" BLOB,"
            + " FOREIGN KEY (\"x's\", \"y \"\"z\"\"\") REFERENCES \"it's \"\"a\"\" table\" (a, b));");
    up().exits(DONE);
    file("2_orphan.up.sql", "INSERT INTO \"new'\"\"line\" VALUES (1, x'00ff');");
    up().exits(MIGRATION)
        .tells(
            "1 row of new'\"line (x's, y \"z\" = 1, X'00FF') refers to no row of"
                + " it's \"a\" table");
  }

  /** The server's only connection is also the migrator's. */
  @Test
  void databaseInMemoryEnforcesForeignKeysAfterItsMigrations() throws SQLException {
    only(Family.SQLITE);
    file("1_library.up.sql", LIBRARY);
    Settings settings =
        Settings.load(Map.of(Setting.MIGRATE_PATH, folder.toString()), Map.of(), Optional.empty());
    try (Connection only = DriverManager.getConnection("jdbc:sqlite::memory:?foreign_keys=true");
        Statement statement = only.createStatement()) {
      Dsn memory = Drivers.parse("memory");
      ProgressReporter silent =
          new ProgressReporter() {
            @Override
            public void log(String line) {}

            @Override
            public void completed(MigrationStep step, Duration time) {}
          };
      try (MigrationService migrations =
          MigrationService.on(only, memory, settings.migrate(), new CancellationToken(), silent)) {
        migrations.apply(migrations.plan(Direction.UP, MigrationPlan.Target.all()), false);
      }
      assertThrows(SQLException.class, () -> statement.executeUpdate("DELETE FROM author"));
    }
  }

  @Test
  void withoutForeignKeysInTheDsnNothingIsChecked() {
    only(Family.SQLITE);
    library();
    file("2_delete.up.sql", "DELETE FROM author WHERE id = 1;");
    String file = database.name();
    for (String off :
        List.of("sqlite://" + file, "sqlite://" + file + "?_fk=0", "jdbc:sqlite:" + file)) {
      runUp(off).exits(DONE);
      database.execute(
          "INSERT INTO author VALUES (1)", "DELETE FROM flyway_schema_history WHERE version = '2'");
    }
    for (String on :
        List.of(
            "sqlite://" + file + "?_foreign_keys=1",
            "sqlite://" + file + "?_pragma=foreign_keys(1)",
            "jdbc:sqlite:" + file + "?foreign_keys=true")) {
      runUp(on).exits(MIGRATION).tells("FOREIGN KEY constraint failed");
    }
  }

  private Ran runUp(String dsn) {
    return Slipway.bare().with("DSN", dsn).run(words("up", "--yes"));
  }
}
