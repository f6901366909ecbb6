package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Server;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fifty migrations in each format: the schema is the one that the format's own tool makes, and
 * after `adopt` of the history that the tool wrote, only what is new is applied.
 *
 * <p>The results of the tools are in {@code src/test/resources/formats}. To record them again,
 * install the tools and pass their folder in the system property {@code slipway.formats.tools}:
 *
 * <pre>{@code
 * go install github.com/pressly/goose/v3/cmd/goose@v3.30.1
 * go install -tags 'postgres mysql sqlite3' github.com/golang-migrate/migrate/v4/cmd/migrate@v4.20.1
 * npm install dbmate@2.36.0  (its program is node_modules/@dbmate/linux-x64/bin/dbmate)
 * cargo install sqlx-cli@0.9.0 --no-default-features --features rustls,postgres,mysql,sqlite
 * cargo install diesel_cli@2.3.6 --no-default-features --features postgres,sqlite-bundled
 * }</pre>
 */
class FormatIT {
  private static final Path FIXTURES = Path.of("src/test/resources/formats");

  /** The tables of the tools' histories. */
  private static final Map<MigrationFormat, String> HISTORIES =
      Map.of(
          MigrationFormat.PAIRS, "schema_migrations",
          MigrationFormat.GOOSE, "goose_db_version",
          MigrationFormat.DBMATE, "schema_migrations",
          MigrationFormat.PLAIN, "_sqlx_migrations",
          MigrationFormat.DIESEL, "__diesel_schema_migrations",
          MigrationFormat.PRISMA, "_prisma_migrations");

  @TempDir Path folder;
  private TestDatabase database;

  static Stream<Arguments> all() {
    return HISTORIES.keySet().stream()
        .sorted()
        .flatMap(
            format ->
                Server.oneOfEach()
                    .filter(server -> supports(format, server.family()))
                    .map(server -> Arguments.of(format, server)));
  }

  private static boolean supports(MigrationFormat format, Family family) {
    return switch (family) {
      case COCKROACH -> false;
      // Diesel's tool for MySQL needs a library of MySQL's.
      case MYSQL -> format != MigrationFormat.DIESEL;
      case POSTGRES, SQLITE -> true;
    };
  }

  @AfterEach
  void close() {
    if (database != null) {
      database.close();
    }
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("all")
  void makesTheSchemaOfTheToolAndGoesOnWithItsHistory(MigrationFormat format, Server server)
      throws IOException, SQLException {
    database = server.database();
    FormatMigrations.write(folder, format, server.family());
    run("up", "--yes", "--table", "own_history");
    assertEquals(Files.readAllLines(FIXTURES.resolve(schemaFile(server.family()))), schema(format));

    database.execute("DROP TABLE own_history");
    List<String> history =
        format == MigrationFormat.PRISMA
            ? prismaHistory()
            : Files.readAllLines(FIXTURES.resolve(historyFile(format, server.family())));
    database.execute(history.toArray(String[]::new));
    run("adopt", "--yes");
    FormatMigrations.writeNext(folder, format);
    assertTrue(run("up", "--yes").contains("20240101000051"));
    assertEquals(List.of("0"), database.query("SELECT COUNT(*) FROM next_table"));
    assertTrue(run("up", "--yes").contains("there is nothing to apply"));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("all")
  void revertsAll(MigrationFormat format, Server server) throws IOException, SQLException {
    Assumptions.assumeTrue(format.hasDown(), () -> format.label() + " has no down migrations");
    database = server.database();
    FormatMigrations.write(folder, format, server.family());
    List<String> before = schema(format);
    run("up", "--yes");
    run("down", "--yes", "--to", "0");
    database.execute("DROP TABLE flyway_schema_history");
    assertEquals(before, schema(format));
  }

  /** Both directions are in one file: the history has to tell them apart. */
  @ParameterizedTest
  @ValueSource(strings = {"-- +goose Up, -- +goose Down", "-- migrate:up, -- migrate:down"})
  void aDirectionThatStoppedHalfWayGoesOnInThatDirection(String marks) throws IOException {
    database = Server.MYSQL.database();
    String[] mark = marks.split(", ");
    Path file = folder.resolve("1_a.sql");
    String up = mark[0] + "\nCREATE TABLE a (id INT);\n%sCREATE TABLE b (id INT);\n";
    String down = mark[1] + "\nDROP TABLE b;\n%sDROP TABLE a;\n";
    Files.writeString(file, up.formatted("SELECT broken;\n") + down.formatted(""));
    Slipway.on(database).run(words("up", "--yes")).exits(MIGRATION);
    Slipway.on(database).run(words("up", "--yes")).exits(MIGRATION).tells("is partially applied\n");
    Files.writeString(file, up.formatted("SELECT 1;\n") + down.formatted("SELECT broken;\n"));
    run("repair", "--yes");
    run("up", "--yes");
    assertEquals(List.of("a", "b", "flyway_schema_history"), database.tables());
    Slipway.on(database).run(words("down", "--yes")).exits(MIGRATION);
    Slipway.on(database)
        .run(words("down", "--yes"))
        .exits(MIGRATION)
        .tells("is partially reverted\n");
    Files.writeString(file, up.formatted("SELECT 1;\n") + down.formatted("SELECT 1;\n"));
    run("repair", "--yes");
    run("down", "--yes");
    assertEquals(List.of("flyway_schema_history"), database.tables());
  }

  private String[] words(String command, String... more) {
    return Stream.concat(
            Stream.of("migrate", "sql", command, "-e", "--path", folder.toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private String run(String command, String... more) {
    var ran = Slipway.on(database).run(words(command, more)).exits(DONE);
    return ran.out() + ran.err();
  }

  /** All objects but the histories, in lines, as the server itself describes them. */
  private List<String> schema(MigrationFormat format) {
    String history = Objects.requireNonNull(HISTORIES.get(format));
    return queries().stream()
        .flatMap(query -> database.query(query).stream())
        .map(line -> line.replaceAll("\\s+", " ").replace("\u0000", "").strip())
        .filter(line -> !line.contains(history) && !line.contains("own_history"))
        .sorted()
        .toList();
  }

  private List<String> queries() {
    return switch (database.family()) {
      case SQLITE ->
          List.of("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'");
      case MYSQL ->
          List.of(
              "SELECT table_name, column_name, column_type, is_nullable, column_default"
                  + " FROM information_schema.columns WHERE table_schema = database()",
              "SELECT table_name, index_name, seq_in_index, column_name, non_unique"
                  + " FROM information_schema.statistics WHERE table_schema = database()",
              "SELECT table_name, column_name, referenced_table_name"
                  + " FROM information_schema.key_column_usage WHERE table_schema = database()"
                  + " AND referenced_table_name IS NOT NULL",
              "SELECT event_object_table, trigger_name, action_timing, action_statement"
                  + " FROM information_schema.triggers WHERE trigger_schema = database()",
              "SELECT routine_name, routine_type, routine_definition"
                  + " FROM information_schema.routines WHERE routine_schema = database()");
      case POSTGRES, COCKROACH ->
          List.of(
              "SELECT table_name, column_name, data_type, character_maximum_length, udt_name,"
                  + " is_nullable, column_default FROM information_schema.columns"
                  + " WHERE table_schema = current_schema()",
              "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
              "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                  + " WHERE connamespace = current_schema()::regnamespace",
              "SELECT pg_get_functiondef(oid) FROM pg_proc"
                  + " WHERE pronamespace = current_schema()::regnamespace",
              "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
              "SELECT viewname, definition FROM pg_views WHERE schemaname = current_schema()",
              "SELECT enumtypid::regtype, enumlabel FROM pg_enum");
    };
  }

  private static String schemaFile(Family family) {
    return "schema-" + family.name().toLowerCase(Locale.ROOT) + ".txt";
  }

  private static String historyFile(MigrationFormat format, Family family) {
    return "history-" + format.label() + "-" + family.name().toLowerCase(Locale.ROOT) + ".sql";
  }

  /** What Prisma would write; it has no tool that runs without its own engine. */
  private List<String> prismaHistory() throws IOException {
    List<String> history = new ArrayList<>();
    boolean mysql = database.family() == Family.MYSQL;
    history.add(
        "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL,"
            + " finished_at "
            + (mysql ? "DATETIME(3) NULL" : "TIMESTAMP")
            + ", migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at "
            + (mysql ? "DATETIME(3) NULL" : "TIMESTAMP")
            + ", started_at "
            + (mysql ? "DATETIME(3)" : "TIMESTAMP")
            + " NOT NULL DEFAULT CURRENT_TIMESTAMP"
            + (mysql ? "(3)" : "")
            + ", applied_steps_count INT NOT NULL DEFAULT 0)");
    try (Stream<Path> migrations = Files.list(folder)) {
      for (Path each : migrations.sorted().toList()) {
        history.add(
            "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name,"
                + " applied_steps_count) VALUES ('"
                + each.getFileName().toString().substring(0, 14)
                + "', '"
                + sha256(each.resolve("migration.sql"))
                + "', CURRENT_TIMESTAMP, '"
                + each.getFileName()
                + "', 1)");
      }
    }
    return history;
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- recording what the tools make

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("all")
  void record(MigrationFormat format, Server server)
      throws IOException, InterruptedException, SQLException {
    String tools = System.getProperty("slipway.formats.tools", "");
    Assumptions.assumeFalse(tools.isEmpty(), "only with -Dslipway.formats.tools=FOLDER");
    Assumptions.assumeFalse(format == MigrationFormat.PRISMA, "its history is written by hand");
    database = server.database();
    FormatMigrations.write(folder, format, server.family());
    List<String> command = new ArrayList<>(tool(format));
    command.set(0, Path.of(tools, command.getFirst()).toString());
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Files.createDirectories(FIXTURES);
    Path schema = FIXTURES.resolve(schemaFile(server.family()));
    if (Files.exists(schema)) {
      assertEquals(Files.readAllLines(schema), schema(format));
    } else {
      Files.write(schema, schema(format));
    }
    Files.write(
        FIXTURES.resolve(historyFile(format, server.family())), history(HISTORIES.get(format)));
  }

  private List<String> tool(MigrationFormat format) {
    boolean sqlite = database.family() == Family.SQLITE;
    // SQLite's DSN is sqlite:///FILE; MySQL's has the address in tcp(…).
    String file = database.name();
    String url =
        sqlite
            ? "sqlite:" + file
            : database.dsn().replaceFirst("tcp\\(([^)]*)\\)", "$1").replaceFirst("\\?.*", "")
                + (database.family() == Family.POSTGRES ? "?sslmode=disable" : "");
    String mysql = database.dsn().replaceFirst("^mysql://", "").replaceFirst("\\?.*", "");
    return switch (format) {
      case GOOSE ->
          sqlite
              ? List.of("goose", "sqlite3", file, "up")
              : database.family() == Family.MYSQL
                  ? List.of("goose", "mysql", mysql + "?parseTime=true", "up")
                  : List.of("goose", "postgres", url, "up");
      case DBMATE ->
          List.of("dbmate", "--url", url, "--migrations-dir", ".", "--no-dump-schema", "migrate");
      case PLAIN ->
          List.of(
              "sqlx",
              "migrate",
              "run",
              "--source",
              ".",
              "--database-url",
              sqlite ? url + "?mode=rwc" : url);
      case DIESEL ->
          List.of(
              "diesel",
              "migration",
              "run",
              "--migration-dir",
              ".",
              "--database-url",
              sqlite ? file : url);
      case PAIRS ->
          List.of(
              "migrate",
              "-path",
              ".",
              "-database",
              sqlite
                  ? "sqlite3://" + file
                  : database.family() == Family.MYSQL
                      ? "mysql://" + mysql + "?multiStatements=true"
                      : url,
              "up");
      case PRISMA, FLYWAY -> throw new IllegalArgumentException(format.label());
    };
  }

  /** A table with its rows as statements, without keys. */
  private List<String> history(String table) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY 1")) {
      ResultSetMetaData columns = rows.getMetaData();
      List<String> definitions = new ArrayList<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        definitions.add(columns.getColumnName(i) + " " + type(columns, i));
      }
      statements.add("CREATE TABLE " + table + " (" + String.join(", ", definitions) + ")");
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          values.add(literal(rows, columns.getColumnType(i), i));
        }
        statements.add("INSERT INTO " + table + " VALUES (" + String.join(", ", values) + ")");
      }
    }
    return statements;
  }

  private static String type(ResultSetMetaData columns, int i) throws SQLException {
    String name = columns.getColumnTypeName(i);
    return name.equalsIgnoreCase("VARCHAR") ? "VARCHAR(255)" : name;
  }

  private String literal(ResultSet rows, int type, int i) throws SQLException {
    byte[] bytes = rows.getBytes(i);
    if (bytes == null) {
      return "NULL";
    }
    return switch (type) {
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> {
        String hex = HexFormat.of().formatHex(bytes);
        yield database.family() == Family.POSTGRES ? "'\\x" + hex + "'" : "X'" + hex + "'";
      }
      case Types.BIT, Types.BOOLEAN ->
          database.family() == Family.POSTGRES
              ? String.valueOf(rows.getBoolean(i))
              : rows.getBoolean(i) ? "1" : "0";
      case Types.INTEGER, Types.BIGINT, Types.SMALLINT, Types.TINYINT -> rows.getString(i);
      default -> "'" + rows.getString(i) + "'";
    };
  }
}
