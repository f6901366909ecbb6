package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.cli.Cli;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random interleavings of runs with changes of what determines the schema: between runs, while a
 * person reads a plan, and while a run is under way. In each of them, no file is applied twice
 * except for another tenant, no tenant with an explicit schema is refused, and a refused run
 * changes nothing. A sample by default; {@code make interleavings} runs all of them. The system
 * property {@code slipway.seed} repeats one.
 */
class InterleavingsIT {
  private static final String HISTORY = "flyway_schema_history";
  private static final Optional<Long> SEED = Optional.ofNullable(Long.getLong("slipway.seed"));

  @TempDir Path folder;

  private static int count(int sample, String property) {
    return SEED.isPresent() ? 1 : Integer.getInteger("slipway.interleavings." + property, sample);
  }

  @Test
  void onPostgres() {
    all(Server.POSTGRES, count(8, "postgres"), PostgresWorld::new);
  }

  @Test
  void onMysql() {
    all(Server.MYSQL, count(4, "mysql"), MysqlWorld::new);
  }

  @Test
  void onSqlite() {
    all(Server.SQLITE, count(6, "sqlite"), SqliteWorld::new);
  }

  private interface Maker {
    World make(TestDatabase database, Path folder, Random random);
  }

  private void all(Server server, int interleavings, Maker maker) {
    server.missing().ifPresent(reason -> assumeTrue(false, reason));
    long first = SEED.orElseGet(System::nanoTime);
    int runs = 0;
    int refused = 0;
    int applied = 0;
    for (int i = 0; i < interleavings; i++) {
      long seed = first + i;
      try (TestDatabase database = server.database()) {
        World world = maker.make(database, made(folder.resolve("w" + i)), new Random(seed));
        try {
          for (int step = 0; step < 9; step++) {
            world.step();
          }
          applied += world.applications().size();
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(
              "-Dslipway.seed="
                  + seed
                  + " on "
                  + server
                  + ": "
                  + e.getMessage()
                  + "\n"
                  + String.join("\n", world.journal),
              e);
        } finally {
          world.close();
        }
        runs += world.runs;
        refused += world.refused;
      }
    }
    System.out.println(
        "interleavings on "
            + server
            + ": "
            + interleavings
            + " from seed "
            + first
            + ", "
            + runs
            + " runs, "
            + refused
            + " refused, "
            + applied
            + " applications");
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A database with its files, and what may happen to them. */
  private abstract static class World {
    final TestDatabase database;
    final Path folder;
    final Random random;
    final List<String> journal = new ArrayList<>();
    private final Connection observer;
    String output = "";
    int version;
    int runs;
    int refused;

    World(TestDatabase database, Path folder, Random random) {
      this.database = database;
      this.observer = database.connect();
      this.folder = made(folder.resolve("files"));
      this.random = random;
    }

    abstract void step();

    /** What has been applied: a version and the identity of the tenant, one entry for each time. */
    abstract List<String> applications();

    /** Everything that a run could change. */
    abstract Object snapshot();

    void close() {
      try {
        observer.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Rows whose columns are joined by {@code |}, on one connection: a new one would be slow. */
    synchronized List<String> query(String sql) {
      try (Statement statement = observer.createStatement()) {
        List<String> answer = new ArrayList<>();
        if (statement.execute(sql)) {
          try (ResultSet row = statement.getResultSet()) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
              List<String> values = new ArrayList<>();
              for (int column = 1; column <= columns; column++) {
                values.add(String.valueOf(row.getObject(column)));
              }
              answer.add(String.join("|", values));
            }
          }
        }
        return answer;
      } catch (SQLException e) {
        throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
      }
    }

    <T> T one(Collection<T> of) {
      return List.copyOf(of).get(random.nextInt(of.size()));
    }

    boolean chance(int percent) {
      return random.nextInt(100) < percent;
    }

    void execute(String sql) {
      journal.add("sql: " + sql);
      query(sql);
    }

    void file(String name, String... lines) {
      journal.add("file " + name + ": " + String.join(" ", lines));
      try {
        Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A run that nobody disturbs. */
    int run(String dsn, List<String> words) {
      List<String> all = new ArrayList<>(words);
      all.add("--yes");
      return command(dsn, all, InputStream.nullInputStream());
    }

    /** A run whose plan is read by a person, who answers yes once something has happened. */
    int prompted(String dsn, List<String> words, Runnable meanwhile) {
      return command(
          dsn,
          words,
          new InputStream() {
            private int at = -1;

            @Override
            public int read() {
              if (at < 0) {
                meanwhile.run();
              }
              at++;
              return at == 0 ? 'y' : at == 1 ? '\n' : -1;
            }
          });
    }

    private int command(String dsn, List<String> words, InputStream input) {
      List<String> all = new ArrayList<>(List.of("migrate", "sql"));
      all.addAll(words);
      all.addAll(List.of("--path", folder.toString(), "--lock-timeout", "20s"));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
      int code = Cli.run(all.toArray(String[]::new), Map.of("DSN", dsn), input, print, print);
      output = out.toString(StandardCharsets.UTF_8);
      runs++;
      refused += code == 0 ? 0 : 1;
      journal.add(
          "run: "
              + String.join(" ", words)
              + " on "
              + dsn.replaceAll("//[^@]*@", "//...@")
              + " -> "
              + code
              + " "
              + output.lines().filter(line -> line.startsWith("slipway:")).findFirst().orElse(""));
      noFileTwice();
      return code;
    }

    void noFileTwice() {
      List<String> all = applications();
      assertEquals(
          all.stream().distinct().sorted().toList(),
          all.stream().sorted().toList(),
          "a file was applied twice");
    }

    /** A run that has to end in one way, and to change nothing if that is not 0. */
    void expect(int code, String dsn, List<String> words) {
      Object before = snapshot();
      int ended = run(dsn, words);
      assertEquals(code, ended, "exit code");
      if (code != 0) {
        assertEquals(before, snapshot(), "a refused run has changed something");
      }
    }
  }

  /** Schemas, logins, and the three places that set a search path. */
  private static final class PostgresWorld extends World {
    private static final String ADMIN = "slipway";
    private final String tenant;
    private final Set<String> names = new TreeSet<>(List.of("public", "app", "sales", "Mixed \"C"));

    PostgresWorld(TestDatabase database, Path folder, Random random) {
      super(database, folder, random);
      tenant = database.name() + "_t";
      names.add(ADMIN);
      names.add(tenant);
      database.execute(
          "CREATE ROLE " + tenant + " LOGIN PASSWORD '" + database.password().orElseThrow() + "'",
          "ALTER DATABASE " + database.name() + " OWNER TO " + tenant,
          "CREATE SCHEMA audit",
          "CREATE TABLE audit.log (version INT, schema OID)",
          "GRANT ALL ON SCHEMA audit TO PUBLIC",
          "GRANT ALL ON audit.log TO PUBLIC");
      release();
      release();
    }

    @Override
    void close() {
      super.close();
      database.execute(
          "ALTER DATABASE " + database.name() + " OWNER TO " + ADMIN,
          "REASSIGN OWNED BY " + tenant + " TO " + ADMIN,
          "DROP OWNED BY " + tenant + " CASCADE",
          "DROP ROLE " + tenant);
    }

    private static String quote(String name) {
      return '"' + name.replace("\"", "\"\"") + '"';
    }

    private Set<String> schemas() {
      return new TreeSet<>(
          query(
              "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE"
                  + " 'pg\\_%' AND nspname NOT IN ('information_schema', 'audit')"));
    }

    private String path() {
      List<String> path = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        path.add(chance(25) ? "\"$user\"" : quote(one(names)));
      }
      return String.join(", ", path);
    }

    /** One more migration, which may do what moves the current schema. */
    private void release() {
      version++;
      List<String> lines =
          new ArrayList<>(
              List.of(
                  "INSERT INTO audit.log SELECT "
                      + version
                      + ", oid FROM pg_namespace WHERE nspname = current_schema();",
                  "CREATE TABLE t" + version + " (id INT);"));
      if (chance(30)) {
        lines.add("SELECT pg_sleep(0.02);");
      }
      switch (random.nextInt(7)) {
        case 0 -> lines.add("SET search_path = " + path() + ";");
        case 1 ->
            lines.add("ALTER DATABASE " + database.name() + " SET search_path = " + path() + ";");
        case 2 ->
            lines.add(
                "ALTER ROLE CURRENT_USER IN DATABASE "
                    + database.name()
                    + " SET search_path = "
                    + path()
                    + ";");
        case 3 ->
            lines.add(
                "DO $$ BEGIN EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I',"
                    + " session_user); END $$;");
        default -> {}
      }
      file(
          version + "_t" + (chance(25) ? ".autocommit" : "") + ".up.sql",
          lines.toArray(String[]::new));
      file(
          version + "_t.down.sql",
          "DELETE FROM audit.log WHERE version = "
              + version
              + " AND schema = (SELECT oid FROM pg_namespace WHERE nspname = current_schema());",
          "DROP TABLE t" + version + ";");
    }

    private String dsn(String login, Optional<String> path) {
      String dsn = database.dsn().replace("//" + ADMIN + ":", "//" + login + ":");
      return path.map(
              value ->
                  dsn
                      + "&search_path="
                      + java.net.URLEncoder.encode(value, StandardCharsets.UTF_8)
                          .replace("+", "%20"))
          .orElse(dsn);
    }

    /** The current schema as the server itself determines it for a login; empty for none. */
    private Optional<String> current(String login, Optional<String> path) {
      String url = "jdbc:postgresql://" + database.dsn().replaceFirst(".*@", "");
      try (Connection connection =
              java.sql.DriverManager.getConnection(
                  path.map(
                          value ->
                              url
                                  + "&currentSchema="
                                  + java.net.URLEncoder.encode(value, StandardCharsets.UTF_8))
                      .orElse(url),
                  login,
                  database.password().orElseThrow());
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT current_schema()")) {
        row.next();
        return Optional.ofNullable(row.getString(1));
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private boolean hasHistory(String schema) {
      return schemas().contains(schema)
          && !query(
                  "SELECT 1 FROM pg_tables WHERE"
                      + " tablename = '"
                      + HISTORY
                      + "' AND schemaname = '"
                      + schema.replace("'", "''")
                      + "'")
              .isEmpty()
          && !query("SELECT 1 FROM " + quote(schema) + "." + HISTORY).isEmpty();
    }

    /** Whether a login may read a history; one that was never made can be made. */
    private boolean mayRead(String login, String schema) {
      return query(
                  "SELECT 1 FROM pg_tables WHERE tablename = '"
                      + HISTORY
                      + "' AND schemaname = '"
                      + schema.replace("'", "''")
                      + "'")
              .isEmpty()
          || query(
                  "SELECT has_table_privilege('"
                      + login
                      + "', '"
                      + (quote(schema) + "." + HISTORY).replace("'", "''")
                      + "', 'SELECT, INSERT, DELETE')")
              .getFirst()
              .equals("true");
    }

    private boolean mayUse(String login, String schema) {
      return query(
              "SELECT has_schema_privilege('"
                  + login
                  + "', '"
                  + schema.replace("'", "''")
                  + "', 'CREATE') AND has_schema_privilege('"
                  + login
                  + "', '"
                  + schema.replace("'", "''")
                  + "', 'USAGE')")
          .getFirst()
          .equals("true");
    }

    @Override
    List<String> applications() {
      return query("SELECT version, schema FROM audit.log");
    }

    @Override
    Object snapshot() {
      return List.of(
          query(
              "SELECT schemaname, tablename, tableowner FROM pg_tables WHERE schemaname"
                  + " NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"),
          query("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'" + " ORDER BY 1"),
          query(
              "SELECT setconfig::text FROM pg_db_role_setting s JOIN pg_database d ON"
                  + " d.oid = s.setdatabase WHERE d.datname = current_database() ORDER BY 1"),
          applications().stream().sorted().toList(),
          schemas().stream()
              .filter(this::hasHistory)
              .map(
                  schema ->
                      schema
                          + query("SELECT * FROM " + quote(schema) + "." + HISTORY + " ORDER BY 1"))
              .toList());
    }

    @Override
    void step() {
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        change(Optional.empty());
      }
      String login = chance(70) ? ADMIN : tenant;
      List<String> words = new ArrayList<>(List.of(chance(88) ? "up" : "down"));
      Optional<String> path = chance(45) ? Optional.of(path()) : Optional.empty();
      Optional<String> explicit =
          path.map(value -> value.split(", ")[0])
              .filter(name -> !name.equals("\"$user\""))
              .map(name -> name.substring(1, name.length() - 1).replace("\"\"", "\""));
      if (chance(25)) {
        explicit = Optional.of(one(names));
        words.addAll(List.of("--schema", explicit.get()));
      }
      Optional<String> target =
          explicit.isPresent() ? explicit.filter(schemas()::contains) : current(login, path);
      String dsn = dsn(login, path);
      journal.add(
          "-- "
              + (explicit.isPresent() ? "explicit " : "current ")
              + target.orElse("none")
              + " as "
              + login);
      if (target.isEmpty()) {
        expect(2, dsn, words);
      } else if (explicit.isPresent()
          && (!mayUse(login, target.get()) || !mayRead(login, target.get()))) {
        // The privileges are missing; nothing of it is promised but that nothing is changed.
        Object before = snapshot();
        assertTrue(run(dsn, words) != 0);
        assertEquals(before, snapshot());
      } else if (explicit.isEmpty() && !mayRead(login, target.get())) {
        expect(4, dsn, words);
      } else if (explicit.isEmpty()
          && !hasHistory(target.get())
          && schemas().stream()
              .anyMatch(
                  other ->
                      !other.equals(target.get()) && hasHistory(other) && readable(login, other))) {
        expect(4, dsn, words);
      } else {
        accepted(dsn, words, target.get(), explicit.isPresent(), login);
      }
    }

    private boolean readable(String login, String schema) {
      return query(
              "SELECT has_table_privilege('"
                  + login
                  + "', '"
                  + (quote(schema) + "." + HISTORY).replace("'", "''")
                  + "', 'SELECT')"
                  + " AND has_schema_privilege('"
                  + login
                  + "', '"
                  + schema.replace("'", "''")
                  + "', 'USAGE')")
          .getFirst()
          .equals("true");
    }

    private void accepted(
        String dsn, List<String> words, String target, boolean explicit, String login) {
      Set<String> before =
          schemas().stream()
              .filter(this::hasHistory)
              .collect(Collectors.toCollection(TreeSet::new));
      Optional<String> spared = Optional.of(target);
      switch (random.nextInt(4)) {
        case 0 -> assertEquals(0, prompted(dsn, words, () -> change(spared)), "exit code");
        case 1 -> {
          // What happens meanwhile may also be the end of the target itself.
          Object[] changed = new Object[1];
          int code =
              prompted(
                  dsn,
                  words,
                  () -> {
                    change(Optional.empty());
                    changed[0] = snapshot();
                  });
          if (code != 0 && changed[0] != null) {
            assertEquals(changed[0], snapshot(), "a refused run has changed something");
          }
          return;
        }
        case 2 -> {
          CompletableFuture<Void> meanwhile =
              CompletableFuture.runAsync(
                  () -> {
                    sleep(random.nextInt(60));
                    change(spared);
                  });
          List<String> earlier = applications();
          int code = run(dsn, words);
          meanwhile.join();
          // A file and the administrator have changed the same setting at the same moment.
          boolean collided = code != 0 && output.contains("tuple concurrently updated");
          if (!explicit) {
            // The change may have come before the run's first connection, and decided its schema.
            if (code != 0 && !collided) {
              assertEquals(earlier, applications(), "a refused run has applied something");
            }
            return;
          }
          assertEquals(0, collided ? run(dsn, words) : code, "exit code");
        }
        default -> assertEquals(0, run(dsn, words), "exit code");
      }
      before.add(target);
      schemas().stream()
          .filter(this::hasHistory)
          .forEach(
              schema ->
                  assertTrue(
                      before.contains(schema) || renamed.contains(schema),
                      "a history in " + schema));
      if (words.getFirst().equals("up")) {
        String oid =
            query(
                    "SELECT oid FROM pg_namespace WHERE nspname = '"
                        + target.replace("'", "''")
                        + "'")
                .getFirst();
        for (int one = 1; one <= version; one++) {
          assertTrue(applications().contains(one + "|" + oid), one + " is not in " + target);
        }
      }
    }

    private final Set<String> renamed = new TreeSet<>();

    private static void sleep(int millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Something that an administrator does, though not to one schema. */
    private synchronized void change(Optional<String> spared) {
      Set<String> there = schemas();
      Set<String> touchable = new TreeSet<>(there);
      spared.ifPresent(touchable::remove);
      switch (random.nextInt(8)) {
        case 0 -> execute("ALTER DATABASE " + database.name() + " SET search_path = " + path());
        case 1 -> execute("ALTER DATABASE " + database.name() + " RESET search_path");
        case 2 ->
            execute(
                "ALTER ROLE "
                    + (chance(50) ? ADMIN : tenant)
                    + " IN DATABASE "
                    + database.name()
                    + (chance(60) ? " SET search_path = " + path() : " RESET search_path"));
        case 3, 4 -> {
          String name = one(names);
          if (!there.contains(name)) {
            execute(
                "CREATE SCHEMA "
                    + quote(name)
                    + (name.equals(tenant) || chance(40) ? " AUTHORIZATION " + tenant : ""));
          }
        }
        case 5 -> {
          if (!touchable.isEmpty()) {
            String from = one(touchable);
            String to = one(names);
            if (!there.contains(to)) {
              execute("ALTER SCHEMA " + quote(from) + " RENAME TO " + quote(to));
              renamed.add(to);
            }
          }
        }
        case 6 -> {
          if (!touchable.isEmpty() && chance(40)) {
            execute("DROP SCHEMA " + quote(one(touchable)) + " CASCADE");
          }
        }
        default -> {
          if (spared.isEmpty()) {
            release();
          }
        }
      }
    }
  }

  /** Databases of one server, which are its schemas. */
  private static final class MysqlWorld extends World {
    private final List<String> names;
    private final String audit;
    private final String user;
    private final Map<String, Integer> generation = new TreeMap<>();

    MysqlWorld(TestDatabase database, Path folder, Random random) {
      super(database, folder, random);
      String name = database.name();
      names = List.of(name, name + "_b", name + "_c");
      audit = name + "_audit";
      user = "u" + name.substring(Math.max(0, name.length() - 20));
      database.execute(
          "CREATE DATABASE " + audit,
          "CREATE TABLE " + audit + ".log (version INT, name VARCHAR(64), generation INT)",
          "CREATE TABLE " + audit + ".generations (name VARCHAR(64) PRIMARY KEY, generation INT)",
          "CREATE DATABASE " + names.get(1),
          "CREATE USER " + user + " IDENTIFIED BY '" + database.password().orElseThrow() + "'");
      for (String one : List.of(name, names.get(1), names.get(2), audit)) {
        database.execute("GRANT ALL ON `" + one + "`.* TO " + user);
      }
      for (String one : names) {
        born(one);
      }
      release();
      release();
    }

    private void born(String name) {
      database.execute(
          "REPLACE INTO "
              + audit
              + ".generations VALUES ('"
              + name
              + "', "
              + generation.merge(name, 1, Integer::sum)
              + ")");
    }

    @Override
    void close() {
      super.close();
      database.execute(
          "SET GLOBAL init_connect = ''",
          "DROP USER " + user,
          "DROP DATABASE IF EXISTS " + names.get(1),
          "DROP DATABASE IF EXISTS " + names.get(2),
          "DROP DATABASE " + audit,
          "CREATE DATABASE IF NOT EXISTS " + names.get(0));
    }

    private void release() {
      version++;
      List<String> lines =
          new ArrayList<>(
              List.of(
                  "INSERT INTO "
                      + audit
                      + ".log SELECT "
                      + version
                      + ", name, generation FROM "
                      + audit
                      + ".generations WHERE name = DATABASE();",
                  "CREATE TABLE t" + version + " (id INT);"));
      if (chance(40)) {
        // The one that is always there.
        lines.add("USE " + audit + ";");
        lines.add("CREATE TABLE IF NOT EXISTS elsewhere" + version + " (id INT);");
      }
      file(version + "_t.up.sql", lines.toArray(String[]::new));
    }

    @Override
    List<String> applications() {
      return query("SELECT version, name, generation FROM " + audit + ".log");
    }

    private Set<String> schemas() {
      Set<String> there =
          new TreeSet<>(query("SELECT schema_name FROM information_schema.schemata"));
      there.retainAll(names);
      return there;
    }

    @Override
    Object snapshot() {
      return List.of(
          query(
              "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema"
                  + " LIKE '"
                  + database.name()
                  + "%' ORDER BY 1, 2"),
          applications().stream().sorted().toList());
    }

    @Override
    void step() {
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        change(Optional.empty());
      }
      boolean root = chance(40);
      String target = one(names);
      String named = target;
      List<String> words = new ArrayList<>(List.of("up"));
      if (chance(40)) {
        words.addAll(List.of("--schema", target));
        named = one(names);
      }
      String dsn = database.dsn().replaceFirst("/" + database.name() + "$", "/" + named);
      dsn = root ? dsn : dsn.replace("//root:", "//" + user + ":");
      if (!schemas().contains(target)) {
        expect(2, dsn, words);
        return;
      }
      int code =
          switch (random.nextInt(3)) {
            case 0 -> prompted(dsn, words, () -> change(Optional.of(target)));
            default -> run(dsn, words);
          };
      assertEquals(0, code, "exit code");
      for (int one = 1; one <= version; one++) {
        assertTrue(
            applications().contains(one + "|" + target + "|" + generation.get(target)),
            one + " is not in " + target);
      }
      query(
              "SELECT table_name FROM information_schema.tables WHERE table_schema = '"
                  + audit
                  + "' AND table_name = '"
                  + HISTORY
                  + "'")
          .forEach(_ -> assertTrue(false, "a history in the audit database"));
    }

    private void change(Optional<String> spared) {
      List<String> touchable = new ArrayList<>(names.subList(1, names.size()));
      spared.ifPresent(touchable::remove);
      switch (random.nextInt(4)) {
        case 0 ->
            execute(
                "SET GLOBAL init_connect = '"
                    + (chance(25) ? "" : "USE " + (chance(50) ? audit : one(schemas())))
                    + "'");
        case 1 -> {
          String name = one(touchable);
          if (schemas().contains(name)) {
            execute("DROP DATABASE " + name);
            // An init_connect that names it would end every connection.
            execute("SET GLOBAL init_connect = ''");
          } else {
            execute("CREATE DATABASE " + name);
            born(name);
          }
        }
        default -> {
          if (spared.isEmpty()) {
            release();
          }
        }
      }
    }
  }

  /** Files, which are databases, and files that migrations attach. */
  private static final class SqliteWorld extends World {
    private final Path place;
    private final List<Path> files;
    private int attached;

    SqliteWorld(TestDatabase database, Path folder, Random random) {
      super(database, folder, random);
      place = folder;
      files = List.of(folder.resolve("a.sqlite"), folder.resolve("b.sqlite"));
      version++;
      file("1_log.up.sql", "CREATE TABLE log (version INT);", "INSERT INTO log VALUES (1);");
      release();
    }

    private void release() {
      version++;
      List<String> lines =
          new ArrayList<>(
              List.of(
                  "INSERT INTO main.log VALUES (" + version + ");",
                  "CREATE TABLE t" + version + " (id INT);"));
      boolean attaches = chance(60);
      if (attaches) {
        attached++;
        lines.add(
            "ATTACH '"
                + (chance(30) ? one(files) : place.resolve("x" + attached + ".sqlite"))
                + "' AS other"
                + attached
                + ";");
        lines.add("SELECT count(*) FROM other" + attached + ".sqlite_master;");
        if (chance(50)) {
          lines.add("CREATE TEMP TABLE IF NOT EXISTS " + HISTORY + " (n INT);");
          lines.add("CREATE TEMP TABLE IF NOT EXISTS log (version INT);");
        }
      }
      file(
          version + "_t" + (attaches ? ".autocommit" : "") + ".up.sql",
          lines.toArray(String[]::new));
    }

    private static List<String> query(Path file, String sql) {
      List<String> rows = new ArrayList<>();
      if (!Files.exists(file)) {
        return rows;
      }
      try (Connection connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(sql)) {
        while (row.next()) {
          rows.add(row.getString(1));
        }
        return rows;
      } catch (SQLException e) {
        throw new IllegalStateException(e.getMessage() + " in " + sql, e);
      }
    }

    private static List<String> tables(Path file) {
      return query(file, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1");
    }

    private List<Path> databases() {
      try (var all = Files.list(place)) {
        return all.filter(path -> path.toString().endsWith(".sqlite")).sorted().toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    List<String> applications() {
      List<String> all = new ArrayList<>();
      for (Path file : databases()) {
        if (tables(file).contains("log")) {
          query(file, "SELECT version FROM log").forEach(one -> all.add(one + "|" + file));
        }
      }
      return all;
    }

    @Override
    Object snapshot() {
      return databases().stream().map(file -> file + " " + tables(file)).toList();
    }

    @Override
    void step() {
      if (chance(40)) {
        release();
      }
      Path target = one(files);
      if (chance(15) && Files.exists(target)) {
        try {
          journal.add("move " + target);
          Files.move(target, place.resolve("moved" + version + "-" + runs + ".sqlite"));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      String dsn = "sqlite://" + target;
      if (chance(20)) {
        expect(2, dsn, Arrays.asList("up", "--schema", one(List.of("main", "other1"))));
        return;
      }
      Object others =
          databases().stream()
              .filter(file -> !file.equals(target))
              .map(file -> file + " " + tables(file))
              .toList();
      int code =
          switch (random.nextInt(3)) {
            case 0 -> prompted(dsn, List.of("up"), () -> {});
            default -> run(dsn, List.of("up"));
          };
      assertEquals(0, code, "exit code");
      for (int one = 1; one <= version; one++) {
        assertTrue(applications().contains(one + "|" + target), one + " is not in " + target);
      }
      for (Path file : databases()) {
        if (!file.equals(target) && !String.valueOf(others).contains(file.toString())) {
          assertEquals(List.of(), tables(file), "an attached file has a history");
        }
      }
    }
  }
}
