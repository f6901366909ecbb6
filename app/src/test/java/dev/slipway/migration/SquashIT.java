package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.PENDING;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `slipway migrate sql squash`, and what its baseline migration means for histories. */
class SquashIT extends RealProcesses {
  private static final int MIGRATIONS = Integer.getInteger("slipway.squash.migrations", 20);

  /** Values of every type that two servers could print or read in different ways. */
  private static final String POSTGRES_VALUES =
      """
      CREATE TYPE pair AS (a int, b text);
      CREATE TYPE span AS RANGE (subtype = float8);
      CREATE DOMAIN amount AS numeric(10, 2) CHECK (VALUE >= 0);
      CREATE TABLE kinds (f4 real, f8 float8, n numeric, b bytea, j json, iv interval, ts timestamp,
        tz timestamptz, d date, t time, ttz timetz, bi bit(5), ip inet, x xml, p point, r int4range, m money,
        arr text[], c char(5), bc "char", cl regclass, pr pair, na int[][], s span, am amount);
      INSERT INTO kinds VALUES ('NaN', '-Infinity', 'NaN', '\\x00ff5c', '{"a" :1,  "a":2}',
        '-1 day +02:03:04.5', 'infinity', '2024-05-05 10:00+02', '-infinity', '24:00', '12:00+05:30', B'10101',
        '10.0.0.1/8', '<a>&amp;</a>', '(1.1,2.2)', '[1,5)', '12.34', ARRAY['a,b',NULL,'NULL','q"\\'], 'ab  ',
        'x', 'kinds', ROW(NULL, NULL), '{{1,2},{3,4}}', '[0.1,0.3]', 1.5);
      INSERT INTO kinds (f8, f4, arr, c, iv, pr) VALUES (0.1::float8 + 0.2::float8, 16777216,
        E'{"a\\r\\nb;", "t\\tb ${x}"}', E'\\\\', '1 year -3 mons', NULL), (1e308, 1.1, '{}', '''', '-1:00', ROW(1, 'x'));
      CREATE TABLE rows (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10) PRIMARY KEY, v text,
        two int GENERATED ALWAYS AS (3 * 2) STORED, boss bigint REFERENCES rows);
      INSERT INTO rows (v, boss) VALUES ('first', 11), ('second', 10), ('gone', NULL);
      DELETE FROM rows WHERE v = 'gone';
      CREATE MATERIALIZED VIEW sums AS SELECT count(*) AS n FROM rows;
      CREATE TABLE events (at date NOT NULL) PARTITION BY RANGE (at);
      CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      INSERT INTO events VALUES ('2026-02-02');
      CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
      INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
      CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES;
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v = 'touched'; RETURN NEW; END $$;
      CREATE TRIGGER touched BEFORE UPDATE OR INSERT ON rows FOR EACH ROW EXECUTE FUNCTION touch();
      CREATE RULE skip AS ON INSERT TO parent DO INSTEAD NOTHING;
      ALTER TABLE rows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      """;

  private static final String MYSQL_VALUES =
      """
      CREATE TABLE kinds (f FLOAT, d DOUBLE, n DECIMAL(65,10), b BIT(10), b64 BIT(64), vb VARBINARY(20),
        bb BINARY(4), bl BLOB, j JSON, e ENUM('a','b''c','0'), s SET('x','y'), y YEAR, ts TIMESTAMP(6) NULL,
        dt DATETIME, t TIME(2), da DATE, l VARCHAR(40) CHARACTER SET latin1, u VARCHAR(40) CHARACTER SET utf16,
        g GEOMETRY, p POINT SRID 4326, bu BIGINT UNSIGNED, tx TEXT, c CHAR(5), upd TIMESTAMP NULL ON UPDATE
        CURRENT_TIMESTAMP, inv INT INVISIBLE);
      INSERT INTO kinds VALUES (16777216, 0.1e0 + 0.2e0, 1234567890.0123456789, b'1010101010',
        0xFFFFFFFFFFFFFFFF, 0x00ff275c, 'a', '\\0\\'\\\\\\Z', '{"a": 1.0, "b": "x\\\\"y"}', 'b''c', 'x,y', 1999,
        '2024-03-31 01:30:00.123456', '2024-02-29 23:59:59', '-838:59:59', '1000-01-01', 'ä', '€',
        ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))'), ST_GeomFromText('POINT(10 20)', 4326),
        18446744073709551615, 'a\\r\\nb;\\n''c''${x}\\t\\0z\\Z\\\\', 'ab ', NULL);
      INSERT INTO kinds (f, inv, d, e) VALUES (1.1, 3, 1e308, '0'), (3.4028e38, NULL, -0e0, NULL);
      SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
      INSERT INTO kinds (e, dt, da) VALUES ('wrong', '0000-00-00', '2024-00-10');
      CREATE TABLE `rows` (id BIGINT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(40), twice INT AS (CHAR_LENGTH(v) * 2) VIRTUAL,
        boss BIGINT, FOREIGN KEY (boss) REFERENCES `rows` (id)) AUTO_INCREMENT = 10;
      INSERT INTO `rows` (id, v) VALUES (0, 'zero');
      INSERT INTO `rows` (v, boss) VALUES ('first', 0), ('gone', NULL);
      DELETE FROM `rows` WHERE v = 'gone';
      CREATE TRIGGER touched BEFORE INSERT ON `rows` FOR EACH ROW SET NEW.v = 'touched';
      """;

  private static final String SQLITE_VALUES =
      """
      CREATE TABLE kinds (t TEXT, r REAL, b BLOB, n NUMERIC, any);
      INSERT INTO kinds VALUES ('x''y;
      z ${nope}', 0.1 + 0.2, x'00ff', 5, '5'), (NULL, 9e999, x'', 1.5, 5.0), ('n' || char(0) || 'ul', -0.0, NULL,
        'abc', x'35'), (CAST(x'ff41' AS TEXT), 1e300, 12, 7, 9223372036854775807), (char(13) || 'cr', 1, 1, 1, 1);
      CREATE TABLE rows (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT, twice INT AS (id * 2) STORED,
        boss INT REFERENCES rows (id));
      INSERT INTO rows (v, boss) VALUES ('first', 2), ('second', 1), ('gone', NULL);
      DELETE FROM rows WHERE v = 'gone';
      CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
      INSERT INTO keyed VALUES ('b', 1), ('a', NULL);
      CREATE VIRTUAL TABLE words USING fts5 (word);
      INSERT INTO words VALUES ('hello world');
      CREATE TRIGGER touched AFTER INSERT ON rows BEGIN INSERT INTO keyed VALUES (new.id, new.v); END;
      """;

  @TempDir Path original;
  @TempDir Path other;
  private final List<TestDatabase> more = new ArrayList<>();

  @BeforeEach
  void onlyWhereItIsSupported() {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
  }

  @AfterEach
  void dropMore() {
    more.forEach(TestDatabase::close);
  }

  private TestDatabase another() {
    more.add(server.database());
    return more.getLast();
  }

  private Ran squash(String version, String... words) {
    return slipway().run(words("squash", with("--to", with(version, words))));
  }

  private static Ran on(TestDatabase database, Path folder, String... words) {
    return Slipway.on(database)
        .run(
            Stream.concat(
                    Stream.of("migrate", "sql"),
                    Stream.concat(Stream.of(words), Stream.of("-e", "--path", folder.toString())))
                .toArray(String[]::new));
  }

  /** Keeps the files as an older release has them. */
  private void keepOriginal() throws IOException {
    copy(folder, original);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  // ---- what the file contains

  /** The rows as the database itself prints them, by another way than squash reads them. */
  private List<String> contents(TestDatabase of) {
    List<String> contents = new ArrayList<>();
    switch (of.family()) {
      case POSTGRES, COCKROACH -> {
        of.execute("ALTER TABLE rows NO FORCE ROW LEVEL SECURITY");
        for (String table :
            List.of("kinds", "rows", "sums", "events", "ONLY parent", "child", "bare")) {
          contents.addAll(
              of.query(
                  "SELECT count(*), string_agg(r::text, ';' ORDER BY r::text) FROM "
                      + table
                      + " r"));
        }
        of.execute("INSERT INTO rows (v) VALUES ('next')");
      }
      case MYSQL -> {
        contents.addAll(
            of.query("CHECKSUM TABLE kinds, `rows`").stream()
                .map(row -> row.replaceFirst("^[^.]*", ""))
                .toList());
        of.execute("INSERT INTO `rows` (v) VALUES ('next')");
      }
      case SQLITE -> {
        contents.addAll(
            of.query(
                "SELECT typeof(t), hex(t), typeof(r), r, typeof(b), hex(b), typeof(n), n,"
                    + " typeof(any), hex(any) FROM kinds"));
        contents.addAll(of.query("SELECT * FROM keyed"));
        contents.addAll(of.query("SELECT rowid FROM words WHERE words MATCH 'world'"));
        of.execute("INSERT INTO rows (v) VALUES ('next')");
      }
    }
    contents.addAll(
        of.query(
            of.family() == Family.MYSQL
                ? "SELECT * FROM `rows` ORDER BY id"
                : "SELECT * FROM rows ORDER BY id"));
    return contents;
  }

  @Test
  void everyValueIsTheSame() throws IOException {
    file(
        "1_values.up.sql",
        switch (database.family()) {
          case MYSQL -> MYSQL_VALUES;
          case SQLITE -> SQLITE_VALUES;
          case POSTGRES, COCKROACH -> POSTGRES_VALUES;
        });
    file("2_many.up.sql", "CREATE TABLE many (id INT);");
    file("2_many.down.sql", "DROP TABLE many;");
    table("3");
    keepOriginal();
    squash("2").exits(DONE).answersWith("in place of 2 migrations", "deleted", "2_many.down.sql");
    String name =
        "B2__squashed."
            + (server.family() == Family.SQLITE ? "sqlite3" : database.dialect())
            + ".sql";
    assertEquals(
        List.of("3_table.down.sql", "3_table.up.sql", name, name + ".conf").stream()
            .sorted()
            .toList(),
        names());
    TestDatabase replayed = another();
    on(replayed, original, "up", "--yes").exits(DONE);
    up().exits(DONE);
    assertEquals(List.of("2 ok", "3 ok"), history());
    List<String> expected = contents(replayed);
    assertEquals(expected, contents(database));
    assertTrue(expected.size() > 4, expected::toString);
  }

  @Test
  void aSecondSquashContainsTheFirst() throws IOException {
    numbered(1, 4);
    keepOriginal();
    squash("2").exits(DONE).answersWith("in place of 2 migrations");
    squash("2").exits(USAGE).tells("B2__squashed.sql contains version 2 already");
    squash("1").exits(USAGE).tells("contains version 1 already");
    squash("9").exits(USAGE).tells("there is no migration 9");
    squash("4", "--keep", "--format", "json")
        .exits(DONE)
        .answersWith("\"migrations\":4", "\"deleted\":false", "B2__squashed.sql", "V4__n.sql");
    assertEquals(
        List.of("B2__squashed.sql", "B4__squashed.sql", "V3__n.sql", "V4__n.sql"), names());
    squash("4").exits(DONE);
    assertEquals(List.of("B4__squashed.sql"), names());
    assertTrue(
        text("B4__squashed.sql").contains("-- slipway:replaces 1 "), text("B4__squashed.sql"));
    TestDatabase full = another();
    on(full, original, "up", "--yes").exits(DONE);
    on(full, folder, "up", "--yes").exits(DONE).says("up to date");
    on(full, folder, "verify").exits(DONE);
  }

  @Test
  void rowsThatDependOnTheRunAreNamed() throws IOException {
    file("V1__a.sql", "CREATE TABLE a (id INT, at TIMESTAMP NULL, d VARCHAR(40));");
    file(
        "V2__b.sql",
        "CREATE TABLE b (d VARCHAR(40));",
        "INSERT INTO a VALUES (1, CURRENT_TIMESTAMP, 'x');",
        "INSERT INTO b VALUES ("
            + switch (server.family()) {
              case MYSQL -> "uuid()";
              case SQLITE -> "hex(randomblob(8))";
              case POSTGRES, COCKROACH -> "gen_random_uuid()";
            }
            + ");");
    squash("2")
        .exits(MIGRATION)
        .tells("two replays of the migrations differ", "a: rows differ", "b: rows differ");
    file("V2__b.sql", "INSERT INTO a (d) VALUES (CURRENT_DATE);");
    squash("2").exits(MIGRATION).tells("the migrations write the date of the run");
    assertEquals(List.of("V1__a.sql", "V2__b.sql"), names());
    file("V2__b.sql", "INSERT INTO a (d) VALUES ('2024-01-01');");
    squash("2").exits(DONE);
  }

  @Test
  void whatTheFileCannotContainIsNamed() throws IOException {
    only(Family.POSTGRES);
    table("1");
    file("2_feed.up.sql", "CREATE PUBLICATION feed FOR ALL TABLES;");
    squash("2").exits(MIGRATION).tells("a baseline migration would not give the same", "feed");
    file("2_feed.up.sql", "SELECT lo_create(0);");
    squash("2").exits(MIGRATION).tells("1 large objects");
    file(
        "2_feed.up.sql",
        "CREATE MATERIALIZED VIEW old AS SELECT * FROM t1; INSERT INTO t1 VALUES (1);");
    squash("2").exits(MIGRATION).tells("materialized view public.old: rows differ");
    assertEquals(3, names().size());
  }

  @Test
  void aPlaceholderIsItsValueAndNoneAppears() throws IOException {
    file(
        "V1__a.sql", "CREATE TABLE a (v VARCHAR(40)); INSERT INTO a VALUES ('${who}'), ('$${x}');");
    squash("1", "--placeholder", "who=me")
        .exits(DONE)
        .tells("the present values of the placeholders in V1__a.sql");
    up().exits(DONE);
    assertEquals(
        List.of("$${x}", "me"), database.query("SELECT v FROM a").stream().sorted().toList());
  }

  @Test
  void whatAnAdministratorProvidesIsNoPartOfIt() throws IOException {
    Path init = other.resolve("init.sql");
    Files.writeString(init, "CREATE TABLE given (id INT); INSERT INTO given VALUES (1);");
    file("V1__a.sql", "CREATE TABLE a (id INT);", "INSERT INTO given VALUES (2);");
    squash("1", "--scratch-init", init.toString()).exits(DONE);
    assertTrue(!text("B1__squashed.sql").contains("CREATE TABLE given"), text("B1__squashed.sql"));
    database.execute("CREATE TABLE given (id INT)", "INSERT INTO given VALUES (1)");
    slipway().run(words("baseline", "0", "--yes")).exits(DONE);
    up().exits(DONE);
    assertEquals(List.of("1", "2"), database.query("SELECT id FROM given ORDER BY id"));
    status("--exit-code").exits(DONE);
  }

  // ---- the folder

  @Test
  void otherDatabasesKeepTheirFiles() throws IOException {
    only(Family.SQLITE);
    file("1_a.up.sql", "CREATE TABLE a (id INT);");
    file("2_b.mysql.up.sql", "CREATE TABLE b (id INT);");
    file("2_b.sqlite3.up.sql", "CREATE TABLE b (id INT);");
    squash("2").exits(DONE).answersWith("kept for other databases", "1_a.up.sql");
    assertEquals(List.of("1_a.up.sql", "2_b.mysql.up.sql", "B2__squashed.sqlite3.sql"), names());
    up().exits(DONE);
    assertEquals(List.of("2 ok"), history());
    remove("1_a.up.sql");
    remove("2_b.mysql.up.sql");
    slipway()
        .with("DSN", "mysql://root@127.0.0.1:1/none")
        .run(words("status"))
        .exits(USAGE)
        .tells("replaces the versions up to 2 on sqlite3 only, and no file has them for mysql");
  }

  @Test
  void otherFormatsAndReachAreRejected() throws IOException {
    only(Family.SQLITE);
    file("1_a.sql", "-- +goose Up", "CREATE TABLE a (id INT);");
    squash("1").exits(USAGE).tells("is in the format goose, which has no baseline migrations");
    slipway().run(words("squash")).exits(USAGE).tells("--to is missing");
    slipway()
        .with("DSN", "cockroach://root@127.0.0.1:1/none")
        .run(words("squash", "--to", "1"))
        .exits(USAGE)
        .tells("no baseline migration can be written for cockroach");
    remove("1_a.sql");
    file("V1__a.sql", "ATTACH '/tmp/none.db' AS other;");
    squash("1").exits(USAGE).tells("beyond the scratch database");
  }

  // ---- histories

  /** Migrations of which every tenth has data. */
  private void numbered(int from, int to) {
    for (int version = from; version <= to; version++) {
      file(
          "V" + version + "__n.sql",
          version % 10 == 0
              ? "INSERT INTO n" + (version - 1) + " VALUES (" + version + ", 'it''s'), (2, NULL);"
              : version % 10 == 9
                  ? "CREATE TABLE n" + version + " (id INT PRIMARY KEY, v VARCHAR(20));"
                  : version % 10 == 8
                      ? "CREATE INDEX i" + version + " ON n" + (version - 1) + " (id);"
                      : "CREATE TABLE n" + version + " (id INT);");
    }
  }

  @Test
  void fiveDatabasesThatStoppedAtDifferentVersions() throws Exception {
    int version = MIGRATIONS;
    numbered(1, version + 1);
    keepOriginal();
    List<Integer> stops = List.of(0, 1, version / 2, version, version + 1);
    Map<Integer, TestDatabase> stopped =
        stops.stream().collect(Collectors.toMap(stop -> stop, _ -> another()));
    for (int stop : stops) {
      if (stop > 0) {
        on(stopped.get(stop), original, "up", "--yes", "--to", String.valueOf(stop)).exits(DONE);
      }
    }
    squash(String.valueOf(version))
        .exits(DONE)
        .answersWith("in place of " + version + " migrations");
    assertEquals(
        List.of("B" + version + "__squashed.sql", "V" + (version + 1) + "__n.sql"), names());
    for (int stop : stops) {
      TestDatabase one = stopped.get(stop);
      if (stop > 0 && stop < version) {
        on(one, folder, "up", "--yes")
            .exits(MIGRATION)
            .tells("starts an empty schema at version " + version, "V" + (stop + 1) + "__n.sql");
        on(one, folder, "status", "--exit-code").exits(PENDING).answersWith("Pending");
        on(one, folder, "status", "--block").exits(MIGRATION);
        on(one, folder, "verify").exits(MIGRATION);
        // With the files that it needs, it goes on.
        on(one, original, "up", "--yes").exits(DONE);
      } else {
        on(one, folder, "up", "--yes").exits(DONE);
      }
      for (Path release : List.of(folder, original)) {
        on(one, release, "status", "--exit-code").exits(DONE).never("Missing", "Future");
        on(one, release, "up", "--yes").exits(DONE).says("up to date");
        on(one, release, "repair", "--yes").exits(DONE).says("nothing to repair");
      }
    }
    for (int stop : List.of(0, version + 1)) {
      for (Path release : List.of(folder, original)) {
        on(stopped.get(stop), release, "verify").exits(DONE);
        isReady(stopped.get(stop), release);
      }
    }
    on(stopped.get(0), folder, "down", "--yes", "--steps", "2").exits(USAGE);
    on(database, folder, "test").exits(DONE).tells("only up: " + version + "_squashed");
    on(database, folder, "dump", "-").exits(DONE).answersWith("CREATE TABLE");
    assertEquals(List.of(), tablesMade());
  }

  private static void isReady(TestDatabase database, Path release) throws Exception {
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", database.dsn()), "--path", release.toString())) {
      serve.awaitReadiness(200, Duration.ofSeconds(30));
    }
  }

  @Test
  void aHistoryWithoutOneOfTheVersionsNeedsIt() throws IOException {
    numbered(1, 3);
    keepOriginal();
    remove("V2__n.sql");
    up().exits(DONE);
    numbered(2, 2);
    squash("3").exits(DONE);
    up().exits(MIGRATION).tells("files that it replaced are not applied: V2__n.sql");
    Files.copy(original.resolve("V2__n.sql"), folder.resolve("V2__n.sql"));
    up().exits(DONE);
    assertEquals(List.of("1 ok", "3 ok", "2 ok"), history());
    remove("V2__n.sql");
    status("--exit-code").exits(DONE);
  }

  @Test
  void aHistoryInAnotherSchemaIsRecognized() {
    only(Family.POSTGRES);
    numbered(1, 2);
    database.execute("CREATE SCHEMA elsewhere");
    up("--schema", "elsewhere").exits(DONE);
    squash("2").exits(DONE);
    up().exits(MIGRATION).tells("the schema `elsewhere` has one of these migrations: 1_n");
  }
}
