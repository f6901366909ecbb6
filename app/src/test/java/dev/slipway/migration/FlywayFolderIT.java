package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.driver.Drivers;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Fifty migrations that use what Flyway's format offers, and two repeatable ones: Slipway makes the
 * schema, the rows, and the history that Flyway makes.
 */
class FlywayFolderIT extends EveryServer {
  private static final int COUNT = 50;

  @BeforeEach
  void write() {
    notOnTheStandIn();
    for (int i = 1; i <= COUNT; i++) {
      write(i);
    }
    file("R__all_names.sql", view("all_names", "SELECT name FROM t0", "${owner}"));
    file("views/R__größe.sql", view("size", "SELECT id FROM t1", "${flyway:filename}"));
  }

  private String view(String name, String query, String comment) {
    String create = database.family() == Family.SQLITE ? "CREATE VIEW " : "CREATE OR REPLACE VIEW ";
    return (database.family() == Family.SQLITE ? "DROP VIEW IF EXISTS " + name + ";\n" : "")
        + create
        + name
        + " AS "
        + query
        + "; -- "
        + comment;
  }

  /** Writes one migration; a version is written in each way that Flyway reads. */
  private void write(int i) {
    int group = (i - 1) / 10;
    String table = "t" + group;
    String version = (i % 2 == 0 ? "V1." : "V1_") + String.format("%03d", i);
    switch ((i - 1) % 10) {
      case 0 ->
          file(
              version + "__create table.sql",
              "CREATE TABLE " + table + " (id INT PRIMARY KEY, name VARCHAR(200),",
              " changes INT NOT NULL DEFAULT 0);");
      case 1 -> file(version + "__routine.sql", routine(i));
      case 2 ->
          file(
              "group" + group + "/" + version + "__crlf.sql",
              "ALTER TABLE " + table + " ADD COLUMN a" + i + " VARCHAR(40) DEFAULT '${owner};';\r",
              "ALTER TABLE " + table + " ADD COLUMN b" + i + " INT;\r");
      case 3 -> {
        file(
            version + "__index.sql",
            "CREATE INDEX "
                + (database.family() == Family.POSTGRES ? "CONCURRENTLY " : "")
                + "i"
                + i
                + " ON "
                + table
                + " (id);");
        file(version + "__index.sql.conf", "executeInTransaction=false");
      }
      case 4 ->
          file(
              version + "__größe.sql",
              "CREATE VIEW v" + i + " AS SELECT id FROM ${flyway:defaultSchema}." + table + ";");
      case 5 -> file(version + ".sql", "CREATE TABLE \n c" + i + " (id INT /* ; */); -- ;");
      case 6 -> file(version + "__trigger.sql", trigger(i, table));
      case 7 ->
          file(
              version + "__rows.SQL",
              "INSERT INTO " + table + " (id, name) VALUES (1, '${flyway:filename}');\r",
              "INSERT INTO " + table + " (id, name) VALUES (2, 'größe; 世界 ${OWNER}');\r",
              "UPDATE " + table + " SET name = '${flyway:table} $${no' WHERE id = 1;");
      case 8 -> {
        file(
            version + "__no_placeholders.sql",
            "INSERT INTO " + table + " (id, name) VALUES (3, '${none} ${flyway:table}');");
        file(version + "__no_placeholders.sql.conf", "placeholderReplacement=false");
      }
      default ->
          file(version + "__a.b.c.sql", "CREATE UNIQUE INDEX u" + i + " ON " + table + " (id);");
    }
  }

  private String routine(int i) {
    return switch (database.family()) {
      case MYSQL ->
          "DELIMITER //\nCREATE PROCEDURE p"
              + i
              + "(IN n INT)\nBEGIN\n  SELECT n + 1;\n  SELECT ';';\nEND//\nDELIMITER ;";
      case SQLITE -> "CREATE TABLE p" + i + " (word TEXT DEFAULT 'a;b');";
      case POSTGRES, COCKROACH ->
          "CREATE FUNCTION p"
              + i
              + "(n INT) RETURNS INT AS $x$\nBEGIN\n  RETURN n + 1; -- ;\nEND;\n$x$ LANGUAGE plpgsql;";
    };
  }

  private String trigger(int i, String table) {
    String start = "CREATE TRIGGER r" + i + " ";
    return switch (database.family()) {
      case MYSQL ->
          "DELIMITER $$\n"
              + start
              + "BEFORE UPDATE ON "
              + table
              + " FOR EACH ROW\nBEGIN\n  SET NEW.changes = OLD.changes + 1;\nEND$$\nDELIMITER ;";
      case SQLITE ->
          start
              + "AFTER UPDATE OF name ON "
              + table
              + "\nBEGIN\n  UPDATE "
              + table
              + " SET changes = changes + 1 WHERE id = NEW.id;\nEND;";
      case POSTGRES, COCKROACH ->
          "CREATE FUNCTION f"
              + i
              + "() RETURNS trigger AS $$\nBEGIN\n  NEW.changes := OLD.changes + 1;\n  RETURN NEW;\n"
              + "END;\n$$ LANGUAGE plpgsql;\n"
              + start
              + "BEFORE UPDATE ON "
              + table
              + " FOR EACH ROW EXECUTE FUNCTION f"
              + i
              + "();";
    };
  }

  private Flyway flyway(TestDatabase on) {
    return PlainFlyway.on(on, folder).placeholders(Map.of("owner", "app")).mixed(true).load();
  }

  /** All objects, rows, and rows of the history, in lines. */
  private List<String> content(TestDatabase of) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Connection connection = of.connect()) {
      Drivers.require(of.dialect())
          .schemaReader()
          .read(connection, Set.of("flyway_schema_history"))
          .objects()
          .forEach(object -> lines.add(object.key() + ": " + object.properties()));
    }
    lines.sort(Comparator.naturalOrder());
    for (int group = 0; group < COUNT / 10; group++) {
      lines.addAll(of.query("SELECT id, name, changes FROM t" + group + " ORDER BY id"));
    }
    lines.addAll(
        of.query(
            "SELECT installed_rank, version, description, type, script, checksum, success FROM "
                + HISTORY
                + " ORDER BY installed_rank"));
    return lines;
  }

  @Test
  void makesWhatFlywayMakesAndGoesOn() throws SQLException {
    flyway(database).migrate();
    try (TestDatabase ours = server.database()) {
      Slipway.on(ours).run(words("up", "--yes", "--placeholder", "owner=app")).exits(DONE);
      assertEquals(withoutNameOf(database), withoutNameOf(ours));
      assertEquals(0, flyway(ours).migrate().migrationsExecuted);
    }
    up("--placeholder", "owner=app").exits(DONE).says("up to date");
    file("V2__next.sql", "CREATE TABLE next_table (id INT);");
    up("--placeholder", "owner=app").exits(DONE);
    up("--placeholder", "owner=app").exits(DONE).says("up to date");
    assertEquals(0, flyway(database).migrate().migrationsExecuted);
    assertEquals(List.of("0"), database.query("SELECT COUNT(*) FROM next_table"));
  }

  /** A view of MySQL contains the name of its database. */
  private List<String> withoutNameOf(TestDatabase of) throws SQLException {
    String name = of.family() == Family.MYSQL ? of.query("SELECT DATABASE()").getFirst() : "\0";
    return content(of).stream().map(line -> line.replace(name, "<database>")).toList();
  }
}
