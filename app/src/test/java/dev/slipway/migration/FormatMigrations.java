package dev.slipway.migration;

import dev.slipway.testing.Server.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Fifty migrations that use what the formats offer: functions, triggers, semicolons in strings,
 * files outside a transaction, dots in names, and lines that end with CR LF. The same for all
 * formats, so that the schema after them is the same.
 */
final class FormatMigrations {
  private static final int COUNT = 50;

  private FormatMigrations() {}

  /** One migration; a body is one statement that contains semicolons. */
  private record Migration(
      String version, String name, List<String> up, List<String> down, boolean transactional) {
    boolean hasCarriageReturns() {
      return name.startsWith("crlf");
    }
  }

  /** Writes them into a folder, in one of the formats. */
  static void write(Path folder, MigrationFormat format, Family family) throws IOException {
    for (int i = 1; i <= COUNT; i++) {
      write(folder, format, migration(i, family));
    }
  }

  /** Writes one more, which no tool has applied. */
  static void writeNext(Path folder, MigrationFormat format) throws IOException {
    write(
        folder,
        format,
        new Migration(
            version(COUNT + 1),
            "next",
            List.of("CREATE TABLE next_table (id INT)"),
            List.of("DROP TABLE next_table"),
            true));
  }

  private static String version(int number) {
    return "202401010000" + String.format("%02d", number);
  }

  private static void write(Path folder, MigrationFormat format, Migration one) throws IOException {
    String stem = one.version() + "_" + one.name();
    String up = text(one.up());
    String down = text(one.down());
    switch (format) {
      case PAIRS -> {
        String start = stem + (one.transactional() ? "" : ".autocommit");
        write(folder, start + ".up.sql", one, up);
        write(folder, start + ".down.sql", one, down);
      }
      case GOOSE ->
          write(
              folder,
              stem + ".sql",
              one,
              "-- A comment above the first direction.\n"
                  + (one.transactional() ? "" : "-- +goose NO TRANSACTION\n")
                  + "-- +goose Up\n"
                  + goose(one.up())
                  + "\n-- +goose Down\n"
                  + goose(one.down()));
      case DBMATE -> {
        String mode = one.transactional() ? "" : " transaction:false";
        write(
            folder,
            stem + ".sql",
            one,
            "-- migrate:up" + mode + "\n" + up + "\n-- migrate:down" + mode + "\n" + down);
      }
      case PLAIN ->
          write(
              folder, stem + ".sql", one, (one.transactional() ? "" : "-- no-transaction\n") + up);
      case PRISMA ->
          write(
              folder,
              stem + "/migration.sql",
              one,
              (one.transactional() ? "" : "-- no-transaction\n") + up);
      case DIESEL -> {
        String diesel =
            "2024-01-01-" + one.version().substring(8) + "_" + one.name().replace('.', '_');
        write(folder, diesel + "/up.sql", one, up);
        write(folder, diesel + "/down.sql", one, down);
        if (!one.transactional()) {
          write(folder, diesel + "/metadata.toml", one, "run_in_transaction = false\n");
        }
      }
      case FLYWAY -> throw new IllegalArgumentException("Flyway has a test of its own");
    }
  }

  private static void write(Path folder, String name, Migration one, String text)
      throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, one.hasCarriageReturns() ? text.replace("\n", "\r\n") : text);
  }

  private static String text(List<String> statements) {
    return String.join(";\n", statements) + ";\n";
  }

  private static String goose(List<String> statements) {
    StringBuilder text = new StringBuilder();
    for (String each : statements) {
      boolean body = each.contains("\n");
      text.append(body ? "-- +goose StatementBegin\n" : "")
          .append(each)
          .append(";\n")
          .append(body ? "-- +goose StatementEnd\n" : "");
    }
    return text.toString();
  }

  private static Migration migration(int i, Family family) {
    int group = (i - 1) / 10;
    String table = "t" + group;
    return switch ((i - 1) % 10) {
      case 0 ->
          migration(
              i,
              "create_table",
              List.of(
                  "CREATE TABLE "
                      + table
                      + " (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL DEFAULT 'a;b',"
                      + " amount NUMERIC(10,2), changes INT NOT NULL DEFAULT 0)"),
              List.of("DROP TABLE " + table));
      case 1 -> migration(i, "routine", routine(i, family), dropRoutine(i, family));
      case 2 ->
          migration(
              i,
              "crlf_column",
              List.of(
                  "ALTER TABLE " + table + " ADD COLUMN note VARCHAR(40) DEFAULT 'it''s; -- no'"),
              List.of("ALTER TABLE " + table + " DROP COLUMN note"));
      case 3 ->
          new Migration(
              version(i),
              "index",
              List.of(
                  "CREATE INDEX "
                      + (family == Family.POSTGRES ? "CONCURRENTLY " : "")
                      + "i"
                      + i
                      + " ON "
                      + table
                      + " (name)"),
              List.of("DROP INDEX i" + i + (family == Family.MYSQL ? " ON " + table : "")),
              false);
      case 4 ->
          migration(
              i,
              "view",
              List.of("CREATE VIEW v" + i + " AS SELECT id, name FROM " + table),
              List.of("DROP VIEW v" + i));
      case 5 -> migration(i, "type_größe", type(i, family), dropType(i, family));
      case 6 -> migration(i, "trigger", trigger(i, table, family), dropTrigger(i, table, family));
      case 7 ->
          migration(
              i,
              "crlf_rows",
              List.of(
                  "INSERT INTO " + table + " (id, name) VALUES (1, 'größe; 世界'), (2, '--')",
                  "UPDATE " + table + " SET amount = 1.5 WHERE id = 1"),
              List.of("DELETE FROM " + table + " WHERE id IN (1, 2)"));
      case 8 ->
          migration(
              i,
              "v1." + i + "_schema",
              List.of(
                  "CREATE TABLE a" + i + " (id INT PRIMARY KEY)",
                  "CREATE TABLE b"
                      + i
                      + " (id INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES a"
                      + i
                      + " (id))"),
              List.of("DROP TABLE b" + i, "DROP TABLE a" + i));
      default ->
          migration(
              i,
              "unique",
              List.of("CREATE UNIQUE INDEX u" + i + " ON " + table + " (id, name)"),
              List.of("DROP INDEX u" + i + (family == Family.MYSQL ? " ON " + table : "")));
    };
  }

  private static Migration migration(int i, String name, List<String> up, List<String> down) {
    return new Migration(version(i), name, up, down, true);
  }

  private static List<String> routine(int i, Family family) {
    return switch (family) {
      case MYSQL ->
          List.of(
              "CREATE PROCEDURE p"
                  + i
                  + "(IN n INT)\nBEGIN\n  DECLARE m INT DEFAULT 1;\n  SET m = n + 1;\n"
                  + "  IF m > 2 THEN SELECT ';'; END IF;\nEND");
      case SQLITE -> List.of("CREATE TABLE p" + i + " (id INT)");
      case POSTGRES, COCKROACH ->
          List.of(
              "CREATE FUNCTION p"
                  + i
                  + "(n INT) RETURNS INT AS $$\nBEGIN\n  RETURN n + 1; -- ;\nEND;\n"
                  + "$$ LANGUAGE plpgsql");
    };
  }

  private static List<String> dropRoutine(int i, Family family) {
    return List.of(
        switch (family) {
          case MYSQL -> "DROP PROCEDURE p" + i;
          case SQLITE -> "DROP TABLE p" + i;
          case POSTGRES, COCKROACH -> "DROP FUNCTION p" + i + "(INT)";
        });
  }

  private static List<String> type(int i, Family family) {
    return switch (family) {
      case MYSQL -> List.of("CREATE TABLE c" + i + " (mood ENUM('sad;', 'blue'))");
      case SQLITE ->
          List.of("CREATE TABLE c" + i + " (mood TEXT CHECK (mood IN ('sad;', 'blue')))");
      case POSTGRES, COCKROACH ->
          List.of(
              "CREATE TYPE mood" + i + " AS ENUM ('sad;', 'blue')",
              "CREATE TABLE c" + i + " (mood mood" + i + ")");
    };
  }

  private static List<String> dropType(int i, Family family) {
    return family == Family.POSTGRES
        ? List.of("DROP TABLE c" + i, "DROP TYPE mood" + i)
        : List.of("DROP TABLE c" + i);
  }

  private static List<String> trigger(int i, String table, Family family) {
    return switch (family) {
      case MYSQL ->
          List.of(
              "CREATE TRIGGER r"
                  + i
                  + " BEFORE UPDATE ON "
                  + table
                  + " FOR EACH ROW\nBEGIN\n  SET NEW.changes = OLD.changes + 1;\nEND");
      case SQLITE ->
          List.of(
              "CREATE TRIGGER r"
                  + i
                  + " AFTER UPDATE OF name ON "
                  + table
                  + "\nBEGIN\n  UPDATE "
                  + table
                  + " SET changes = changes + 1 WHERE id = NEW.id;\n  SELECT 1;\nEND");
      case POSTGRES, COCKROACH ->
          List.of(
              "CREATE FUNCTION f"
                  + i
                  + "() RETURNS trigger AS $body$\nBEGIN\n  NEW.changes := OLD.changes + 1;\n"
                  + "  RETURN NEW;\nEND;\n$body$ LANGUAGE plpgsql",
              "CREATE TRIGGER r"
                  + i
                  + " BEFORE UPDATE ON "
                  + table
                  + " FOR EACH ROW EXECUTE FUNCTION f"
                  + i
                  + "()");
    };
  }

  private static List<String> dropTrigger(int i, String table, Family family) {
    List<String> drops = new ArrayList<>();
    drops.add("DROP TRIGGER r" + i + (family == Family.POSTGRES ? " ON " + table : ""));
    if (family == Family.POSTGRES) {
      drops.add("DROP FUNCTION f" + i + "()");
    }
    return drops;
  }
}
