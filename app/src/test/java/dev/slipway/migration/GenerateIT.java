package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.PENDING;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `slipway migrate sql generate`. */
class GenerateIT extends RealProcesses {
  private static final String USERS = "CREATE TABLE users (id INT PRIMARY KEY, mail VARCHAR(80));";

  @TempDir Path outside;

  @BeforeEach
  void onlyWhereItIsSupported() {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
  }

  private void users() {
    file("1_users.up.sql", USERS);
    file("1_users.down.sql", "DROP TABLE users;");
  }

  private String target(String... lines) {
    try {
      Path file = outside.resolve("schema.sql");
      Files.writeString(file, String.join("\n", lines) + "\n");
      return file.toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Ran generate(String name, String... more) {
    return slipway()
        .run(
            words(
                "generate",
                Stream.concat(Stream.of(name), Stream.of(more)).toArray(String[]::new)));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(path -> folder.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void theFilesLeadToTheTargetAndBack() throws IOException {
    users();
    String target =
        target(
            "CREATE TABLE users (id INT PRIMARY KEY, mail VARCHAR(80), age INT DEFAULT 3);",
            "CREATE TABLE posts (id INT PRIMARY KEY, author INT REFERENCES users (id));",
            "CREATE INDEX posts_author ON posts (author);");
    generate("add_posts", "--to", target).exits(DONE).answersWith("2_add_posts.up.sql");
    up().exits(DONE);
    slipway()
        .run("migrate", "sql", "lint", "-e", "--strict", "--path", folder.toString())
        .exits(DONE);
    test().exits(DONE);
    generate("again", "--to", target).exits(DONE).answers("no change\n");
    assertTrue(files().contains("2_add_posts.down.sql"), files().toString());
  }

  @Test
  void checkOnlyCompares() throws IOException {
    users();
    generate("none", "--to", target(USERS), "--check").exits(DONE).answers("no change\n");
    generate("none", "--to", target(USERS, "CREATE TABLE more (id INT);"), "--check")
        .exits(PENDING)
        .answersWith("CREATE TABLE");
    assertEquals(List.of("1_users.down.sql", "1_users.up.sql"), files());
  }

  @Test
  void aPossibleRenameIsAQuestion() throws IOException {
    users();
    String target = target("CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(80));");
    generate("rename", "--to", target)
        .exits(MIGRATION)
        .tells("may be renames", "users.mail to ", "--rename ", "--allow-drop");
    assertEquals(2, files().size());
    generate("rename", "--to", target, "--rename", "users.mail=users.email").exits(DONE);
    assertTrue(
        Files.readString(folder.resolve("2_rename.up.sql")).contains("RENAME COLUMN"),
        Files.readString(folder.resolve("2_rename.up.sql")));
    test().exits(DONE);
    generate("again", "--to", target).exits(DONE).answers("no change\n");
  }

  @Test
  void aTableIsRenamedWithItsColumns() {
    users();
    String target = target("CREATE TABLE people (id INT PRIMARY KEY, email VARCHAR(80));");
    generate(
            "rename",
            "--to",
            target,
            "--rename",
            "users=people",
            "--rename",
            "users.mail=users.email")
        .exits(DONE);
    up().exits(DONE);
    test().exits(DONE);
    generate("again", "--to", target).exits(DONE).answers("no change\n");
  }

  @Test
  void aRenameOfNothingIsAnError() {
    users();
    String target = target("CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(80));");
    generate("a", "--to", target, "--rename", "users.name=users.email")
        .exits(USAGE)
        .tells("--rename users.name=users.email names nothing", "no table or column users.name");
    generate("a", "--to", target, "--rename", "users.mail=users.name")
        .exits(USAGE)
        .tells("no table or column", "in the target");
    generate("a", "--to", target, "--rename", "users.id=users.email")
        .exits(USAGE)
        .tells("renames nothing: the target has ");
    generate("a", "--to", target, "--rename", "users").exits(USAGE).tells("must be old=new");
  }

  @Test
  void dataIsDeletedOnlyOnRequest() throws IOException {
    users();
    String target = target("CREATE TABLE users (id INT PRIMARY KEY);");
    generate("drop", "--to", target)
        .exits(MIGRATION)
        .tells("would delete data", "column " + name("users.mail"), "--allow-drop");
    assertEquals(2, files().size());
    generate("drop", "--to", target, "--allow-drop")
        .exits(DONE)
        .tells("deletes column " + name("users.mail"));
    slipway()
        .run("migrate", "sql", "lint", "-e", "--strict", "--path", folder.toString())
        .exits(DONE);
    test().exits(DONE);
  }

  @Test
  void theDatabaseOfAnOrmIsATarget() {
    users();
    try (TestDatabase orm = server.database()) {
      orm.execute(
          "CREATE TABLE users (id INT PRIMARY KEY, mail VARCHAR(80), age INT)",
          "CREATE TABLE migrations (id INT PRIMARY KEY, timestamp BIGINT, name VARCHAR(80))");
      file("2_view.up.sql", "CREATE VIEW mails AS SELECT mail FROM users;");
      file("2_view.down.sql", "DROP VIEW mails;");
      generate("from_orm", "--to-database", orm.dsn())
          .exits(DONE)
          .answersWith("3_from_orm.up.sql")
          .tells("kept: view " + name("mails"));
      up().exits(DONE);
      generate("again", "--to-database", orm.dsn()).exits(DONE).answers("no change\n");
      assertEquals(List.of("0"), orm.query("SELECT count(*) FROM users"));
    }
  }

  @Test
  void theFirstMigrationOfAFolder() throws IOException {
    Path empty = outside.resolve("new");
    String target = target(USERS);
    slipway()
        .run(
            "migrate", "sql", "generate", "first", "-e", "--path", empty.toString(), "--to", target)
        .exits(DONE)
        .answersWith("_first.up.sql");
    try (Stream<Path> files = Files.list(empty)) {
      assertEquals(2, files.count());
    }
  }

  @Test
  void theFilesHaveTheFormatOfTheFolder() throws IOException {
    String down = "DROP TABLE users;";
    String target = target(USERS, "CREATE TABLE more (id INT PRIMARY KEY);");
    for (String format : List.of("flyway", "goose", "dbmate", "plain", "prisma", "diesel")) {
      Path its = Files.createDirectories(outside.resolve(format));
      switch (format) {
        case "flyway" -> {
          Files.writeString(its.resolve("V1__users.sql"), USERS);
          Files.writeString(its.resolve("U1__users.sql"), down);
        }
        case "goose" ->
            Files.writeString(
                its.resolve("1_users.sql"),
                "-- +goose Up\n" + USERS + "\n-- +goose Down\n" + down + "\n");
        case "dbmate" ->
            Files.writeString(
                its.resolve("1_users.sql"),
                "-- migrate:up\n" + USERS + "\n-- migrate:down\n" + down + "\n");
        case "plain" -> Files.writeString(its.resolve("1_users.sql"), USERS);
        case "prisma" ->
            Files.writeString(
                Files.createDirectories(its.resolve("1_users")).resolve("migration.sql"), USERS);
        default -> {
          Path one = Files.createDirectories(its.resolve("1_users"));
          Files.writeString(one.resolve("up.sql"), USERS);
          Files.writeString(one.resolve("down.sql"), down);
        }
      }
      String[] options = {"-e", "--path", its.toString(), "--to", target};
      String[] words =
          Stream.concat(Stream.of("migrate", "sql", "generate", "more"), Stream.of(options))
              .toArray(String[]::new);
      slipway().run(words).exits(DONE).answersWith("more");
      slipway().run(words).exits(DONE).answers("no change\n");
    }
    assertTrue(
        Files.readString(outside.resolve("goose/2_more.sql")).contains("-- +goose Down"), "goose");
    assertTrue(Files.exists(outside.resolve("flyway/U2__more.sql")), "flyway");
    assertTrue(Files.exists(outside.resolve("prisma/2_more/migration.sql")), "prisma");
  }

  @Test
  void wrongArgumentsAreErrors() {
    users();
    generate("a").exits(USAGE).tells("--to FILE, or --to-database DSN");
    generate("a", "--to", outside.resolve("none.sql").toString())
        .exits(USAGE)
        .tells("none.sql", "cannot be read");
    generate("a b", "--to", target(USERS)).exits(USAGE).tells("cannot be named `a b`");
    generate("a", "--to", target("CREATE TABLE broken (;"))
        .exits(MIGRATION)
        .tells("schema.sql:1", "has to create the whole schema");
  }

  @Test
  void aRebuiltTableKeepsAllThatBelongsToIt() throws IOException {
    only(Family.SQLITE);
    String rest =
        """
        CREATE TABLE notes (id INTEGER PRIMARY KEY, owner INT REFERENCES people (id) ON DELETE CASCADE);
        CREATE INDEX by_name ON people (name COLLATE NOCASE) WHERE name > '';
        CREATE VIEW named AS SELECT name FROM people;
        CREATE TRIGGER log AFTER UPDATE ON people BEGIN INSERT INTO notes (owner) VALUES (new.id); END;
        CREATE TRIGGER other AFTER INSERT ON notes BEGIN UPDATE people SET n = 1 WHERE people.id = 3; END;
        CREATE VIRTUAL TABLE words USING fts5(word);
        """;
    file(
        "1_people.up.sql",
        "CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, n INT);",
        rest,
        "INSERT INTO people (id, name) VALUES (7, 'a'), (40, 'b');",
        "INSERT INTO notes (owner) VALUES (7);",
        "DELETE FROM people WHERE id = 40;");
    up().exits(DONE);
    String target =
        target(
            "CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
                + " n TEXT CHECK (people.n <> 'x'));",
            rest);
    generate("stricter", "--to", target).exits(DONE);
    String text = Files.readString(folder.resolve("2_stricter.up.sql"));
    assertTrue(text.contains("-- It fails on existing rows"), text);
    up().exits(DONE);
    assertEquals(List.of("7|a"), database.query("SELECT id, name FROM people"));
    assertEquals(
        List.of("40"), database.query("SELECT seq FROM sqlite_sequence WHERE name = 'people'"));
    assertEquals(List.of("1"), database.query("SELECT count(*) FROM notes"));
    generate("again", "--to", target).exits(DONE).answers("no change\n");
    database.execute("UPDATE people SET name = 'c' WHERE id = 7");
    assertEquals(List.of("2"), database.query("SELECT count(*) FROM notes"));
    down("--steps", "1").exits(DONE);
    assertEquals(List.of("7|c"), database.query("SELECT id, name FROM people"));
  }

  @Test
  void aKeptViewThatWouldBreakIsRejected() {
    only(Family.SQLITE);
    users();
    file("2_view.up.sql", "CREATE VIEW mails AS SELECT mail FROM users;");
    try (TestDatabase orm = server.database()) {
      orm.execute("CREATE TABLE users (id INT PRIMARY KEY)");
      generate("a", "--to-database", orm.dsn(), "--allow-drop")
          .exits(MIGRATION)
          .tells("view mails: it is kept, and would no longer work");
    }
  }
}
