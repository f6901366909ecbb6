package dev.slipway.db;

import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * SQLite: schemes, parameters (those of mattn/go-sqlite3 and of SQLite's own URIs), driver
 * properties, errors.
 *
 * <p>{@code sqlite://<path>[?name=value&…]}: what follows {@code sqlite://} up to the {@code ?} is
 * the path as it is, relative to the working directory unless it starts with {@code /}. After
 * {@code file:} it is decoded, as SQLite has it. {@code memory}, {@code sqlite://:memory:} and
 * {@code mode=memory} are a database in memory.
 */
public final class Sqlite implements Dialect {
  /** Logs stack traces about what {@link #loadLibrary} says in words. */
  static final String LOADER = "org.sqlite.SQLiteJDBCLoader";

  static final Sqlite DIALECT = new Sqlite();

  private static final String HINT =
      "see the settings reference for every parameter; others can be set by PRAGMA in a migration";

  /** SQLite's own URI parameters, which go into the file's URI. */
  private static final String URI = "slipway.uri.";

  private static final Pattern COLUMNS = Pattern.compile("constraint failed: ([^)]+)");

  /** As our tables keep times: of one length, so that their order as text is that in time. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Sqlite() {}

  @Override
  public Kind kind() {
    return Kind.SQLITE;
  }

  @Override
  public String name() {
    return "sqlite3";
  }

  @Override
  public List<String> synonyms() {
    return List.of("sqlite");
  }

  @Override
  public boolean transactionalDdl() {
    return true;
  }

  @Override
  public ExitCode exitCode(SQLException e) {
    return Failures.exitCode(e, Sqlite::judge);
  }

  @Override
  public OptionalInt position(SQLException e, String sql) {
    return OptionalInt.empty();
  }

  @Override
  public boolean pipelines() {
    return false;
  }

  @Override
  public String rowLock() {
    return "";
  }

  @Override
  public boolean rolledBack(SQLException e) {
    return (e.getErrorCode() & 0xff) == 5;
  }

  /** The columns are named at the end of the message: {@code … failed: table.column, …}. */
  @Override
  public Optional<String> duplicateKey(SQLException e) {
    // The error's own code is the primary one, which all constraints share.
    boolean unique =
        e instanceof SQLiteException sqlite
            && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE
                || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY);
    if (!unique) {
      return Optional.empty();
    }
    Matcher columns = COLUMNS.matcher(String.valueOf(e.getMessage()));
    return Optional.of(columns.find() ? columns.group(1) : "");
  }

  @Override
  public Object bound(Object value) {
    return switch (value) {
      case UUID id -> id.toString();
      case Instant time -> TIME.format(time);
      case JsonValue json -> json.text();
      default -> value;
    };
  }

  @Override
  public Optional<Instant> time(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getString(column)).map(Instant::parse);
  }

  @Override
  public String toString() {
    return name();
  }

  /** Reads {@code memory} with what follows it. */
  static Dsn memory(String query) {
    return parse(":memory:" + query);
  }

  static Dsn parse(String rest) {
    Draft draft = new Draft(DIALECT);
    int question = rest.indexOf('?');
    String path = question < 0 ? rest : rest.substring(0, question);
    List<Parameter> parameters =
        question < 0 ? List.of() : Draft.parameters(rest.substring(question + 1));
    if (path.startsWith("file:")) {
      path = Draft.decode(path.substring("file:".length()), "the file's path");
      path = path.startsWith("///") ? path.substring(2) : path;
    }
    draft.memory = path.equals(":memory:") || parameters.contains(new Parameter("mode", "memory"));
    if (path.isEmpty() && !draft.memory) {
      throw Fault.usage("the DSN names no file")
          .hint("write it as in sqlite:///var/lib/app/app.db, or use the DSN memory");
    }
    if (path.indexOf('\0') >= 0) {
      throw Fault.usage("the file in the DSN holds a NUL character");
    }
    draft.apply(parameters, rules(), HINT);
    if (draft.memory) {
      finishMemory(draft);
    } else {
      draft.file = path;
      draft.url = "jdbc:sqlite:" + uri(draft, path);
      draft.target = "sqlite3 file " + path;
    }
    draft.redacted =
        draft.memory && parameters.isEmpty()
            ? "memory"
            : "sqlite://" + (draft.memory ? ":memory:" : path) + Dsn.query(parameters);
    return Dsn.of(draft);
  }

  private static void finishMemory(Draft draft) {
    PoolParameters pool = draft.pool;
    boolean one = pool.maxConns().isEmpty() || pool.maxConns().getAsInt() == 1;
    boolean oneIdle = pool.maxIdleConns().isEmpty() || pool.maxIdleConns().getAsInt() == 1;
    boolean limits =
        pool.lifetime().filter(each -> !each.isZero()).isPresent()
            || pool.idleTime().filter(each -> !each.isZero()).isPresent();
    if (!one || !oneIdle || limits) {
      throw Fault.usage("a database in memory is one connection that lives as long as the process")
          .hint(
              "leave max_conns, max_idle_conns, max_conn_lifetime and max_conn_idle_time out of"
                  + " the DSN");
    }
    draft.url = "jdbc:sqlite::memory:";
    draft.target = "sqlite3 in memory";
  }

  /** A URI keeps a ? or a % in the file's name apart from parameters. */
  private static String uri(Draft draft, String path) {
    StringBuilder uri = new StringBuilder("file:");
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || "/._-~:@+,=".indexOf(c) >= 0)) {
        uri.append(c);
      } else {
        uri.append(String.format(Locale.ROOT, "%%%02X", each & 0xff));
      }
    }
    String query =
        draft.properties.entrySet().stream()
            .filter(each -> each.getKey().startsWith(URI))
            .map(each -> each.getKey().substring(URI.length()) + "=" + each.getValue())
            .collect(Collectors.joining("&"));
    draft.properties.keySet().removeIf(each -> each.startsWith(URI));
    return query.isEmpty() ? uri.toString() : uri + "?" + query;
  }

  /** Every parameter of mattn/go-sqlite3, SQLite's URIs, and modernc's {@code _pragma}. */
  static Map<String, Rule> rules() {
    Map<String, Rule> rules = PoolParameters.rules();
    pragma(rules, "foreign_keys", List.of("_foreign_keys", "_fk"), Sqlite::truth);
    pragma(rules, "defer_foreign_keys", List.of("_defer_foreign_keys", "_defer_fk"), Sqlite::truth);
    pragma(
        rules,
        "busy_timeout",
        List.of("_busy_timeout", "_timeout"),
        p -> String.valueOf(p.number(0, 86_400_000)));
    pragma(
        rules,
        "journal_mode",
        List.of("_journal_mode", "_journal"),
        p -> word(p, "DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL", "OFF"));
    pragma(
        rules,
        "synchronous",
        List.of("_synchronous", "_sync"),
        p -> word(p, "0", "OFF", "1", "NORMAL", "2", "FULL", "3", "EXTRA"));
    pragma(
        rules,
        "locking_mode",
        List.of("_locking_mode", "_locking"),
        p -> word(p, "NORMAL", "EXCLUSIVE"));
    pragma(rules, "case_sensitive_like", List.of("_case_sensitive_like", "_cslike"), Sqlite::truth);
    pragma(rules, "recursive_triggers", List.of("_recursive_triggers", "_rt"), Sqlite::truth);
    pragma(
        rules,
        "secure_delete",
        List.of("_secure_delete"),
        p ->
            p.value().equalsIgnoreCase("FAST") || p.value().equalsIgnoreCase("DEFAULT")
                ? p.value().toUpperCase(Locale.ROOT)
                : truth(p));
    pragma(
        rules,
        "cache_size",
        List.of("_cache_size"),
        p -> String.valueOf(p.number(-999_999_999, 999_999_999)));
    pragma(
        rules,
        "auto_vacuum",
        List.of("_auto_vacuum", "_vacuum"),
        p -> word(p, "0", "NONE", "1", "FULL", "2", "INCREMENTAL"));
    pragma(rules, "ignore_check_constraints", List.of("_ignore_check_constraints"), Sqlite::truth);
    pragma(rules, "query_only", List.of("_query_only"), Sqlite::truth);
    pragma(
        rules,
        "writable_schema",
        List.of("_writable_schema"),
        p -> p.value().equalsIgnoreCase("RESET") ? "RESET" : truth(p));
    rules.put(
        "_txlock",
        (p, d) ->
            d.property(
                "transaction_mode",
                switch (p.value()) {
                  case "deferred" -> "DEFERRED";
                  case "immediate" -> "IMMEDIATE";
                  case "exclusive" -> "EXCLUSIVE";
                  default -> throw p.mustBe("one of deferred, immediate, exclusive");
                }));
    rules.put("_pragma", Sqlite::pragmaCall);

    rules.put(
        "mode",
        (p, d) -> {
          if (!p.value().equals("memory")) {
            Rule.property(URI + "mode", "ro", "rw", "rwc").apply(p, d);
          }
        });
    rules.put(
        "cache",
        (p, d) -> {
          // The one connection to a database in memory shares its cache with all who use it.
          if (!d.memory && !p.value().equals("private")) {
            throw p.refused(
                "in a shared cache a busy table fails at once, whatever the busy timeout;"
                    + " leave it out");
          }
        });
    rules.put("immutable", (p, d) -> d.property(URI + "immutable", p.truth() ? "1" : "0"));
    rules.put("nolock", (p, d) -> d.property(URI + "nolock", p.truth() ? "1" : "0"));
    rules.put("psow", (p, d) -> d.property(URI + "psow", p.truth() ? "1" : "0"));
    rules.put("vfs", Rule.property(URI + "vfs", "unix", "unix-dotfile", "unix-excl", "unix-none"));
    rules.put(
        "_mutex",
        Rule.only(
            List.of("full"), "a connection is always safe for several threads; leave it out"));
    rules.put("_loc", Rule.only(List.of("UTC"), "times are stored as UTC; leave it out"));
    Rule auth =
        Rule.refuse(
            "SQLite gave its user authentication up; protect the file by its" + " permissions");
    for (String name : List.of("_auth", "_auth_user", "_auth_pass", "_auth_crypt", "_auth_salt")) {
      rules.put(name, auth);
    }
    Rule key = Rule.refuse("encrypted files need another build of SQLite; use an encrypted volume");
    rules.put("_key", key);
    rules.put("_crypto_key", key);
    rules.put("_stmt_cache_size", Rule.refuse("statements are cached by themselves; leave it out"));
    rules.put("_time_format", Rule.refuse("it belongs to another driver of Go; leave it out"));
    rules.put("_time_integer_format", rules.get("_time_format"));
    rules.put("_texttotime", rules.get("_time_format"));
    rules.put("_inttotime", rules.get("_time_format"));
    rules.put("migration_table_name", Rule.refuse("use migrate.table (MIGRATE_TABLE, --table)"));
    return rules;
  }

  private interface Reading {
    String of(Parameter parameter);
  }

  private static void pragma(
      Map<String, Rule> rules, String pragma, List<String> names, Reading reading) {
    for (String name : names) {
      rules.put(
          name,
          (p, d) -> {
            String value = reading.of(p);
            String before = d.settings.put(pragma, value);
            if (before != null && !before.equals(value)) {
              throw Fault.usage("the DSN sets " + pragma + " twice")
                  .hint("keep one of " + String.join(", ", names));
            }
          });
    }
  }

  /** {@code _pragma=busy_timeout(5000)}, which may come several times. */
  private static void pragmaCall(Parameter parameter, Draft draft) {
    String value = parameter.value();
    String name = value.replaceAll("[(=].*", "");
    Rule rule = rules().get("_" + name);
    if (rule == null || !value.matches("[a-z_]+(\\([A-Za-z0-9_-]+\\)|=[A-Za-z0-9_-]+)")) {
      throw parameter.mustBe(
          "name(value) with one of the pragmas that have a parameter of their"
              + " own, such as busy_timeout(5000)");
    }
    String argument = value.substring(name.length() + 1).replace(")", "");
    rule.apply(new Parameter("_" + name, argument), draft);
  }

  private static String truth(Parameter parameter) {
    return parameter.truth() ? "ON" : "OFF";
  }

  private static String word(Parameter parameter, String... words) {
    String value = parameter.value().toUpperCase(Locale.ROOT);
    if (!List.of(words).contains(value)) {
      throw parameter.mustBe("one of " + String.join(", ", words));
    }
    return value;
  }

  /** The migrator's connection. */
  static Connection migrator(Dsn dsn, Database.Session session) throws SQLException {
    Map<String, String> pragmas = pragmas(dsn, Math.max(0, session.ddlLockTimeout().toMillis()));
    // Rebuilding a table, as SQLite asks for in most changes, would cascade into other tables; and
    // real histories fail with them on (a foreign key to a column without a unique index).
    pragmas.put("foreign_keys", "OFF");
    return open(dsn, pragmas, "IMMEDIATE");
  }

  /** A connection of the server's pool. */
  static Connection pooled(Dsn dsn) throws SQLException {
    Map<String, String> pragmas = pragmas(dsn, 5000);
    pragmas.putIfAbsent("foreign_keys", "ON");
    return open(dsn, pragmas, dsn.properties().getOrDefault("transaction_mode", "IMMEDIATE"));
  }

  private static Map<String, String> pragmas(Dsn dsn, long busyMillis) {
    Map<String, String> pragmas = new LinkedHashMap<>(dsn.settings());
    pragmas.putIfAbsent("busy_timeout", String.valueOf(busyMillis));
    return pragmas;
  }

  private static Connection open(Dsn dsn, Map<String, String> pragmas, String transactionMode)
      throws SQLException {
    Properties properties = new Properties();
    // A transaction that starts reading and then writes fails at once when another one wrote in
    // between, whatever the busy timeout; one that takes the lock at its start waits.
    properties.setProperty("transaction_mode", transactionMode);
    // Before the first statement, which may wait already.
    properties.setProperty("busy_timeout", pragmas.get("busy_timeout"));
    properties.setProperty(
        "open_mode",
        String.valueOf(
            SQLiteOpenMode.READWRITE.flag
                | SQLiteOpenMode.CREATE.flag
                | SQLiteOpenMode.OPEN_URI.flag
                | SQLiteOpenMode.FULLMUTEX.flag));
    if (!dsn.jdbc()) {
      dsn.sqliteFile().ifPresent(Sqlite::checkFolder);
    }
    String file = dsn.url().substring("jdbc:sqlite:".length());
    loadLibrary();
    Connection connection = new JDBC4Connection(dsn.url(), file, properties);
    try (Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> pragma : pragmas.entrySet()) {
        statement.execute("PRAGMA " + pragma.getKey() + " = " + pragma.getValue());
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** The driver would do it at its first connection, and leave the second one a broken class. */
  private static void loadLibrary() {
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception e) {
      System.getLogger("dev.slipway.db").log(System.Logger.Level.DEBUG, "SQLite's library", e);
      // It unpacks the library, unless a folder that holds it is named.
      throw Fault.usage(
              "SQLite's native library cannot be loaded from the temporary folder "
                  + System.getProperty("java.io.tmpdir"))
          .hint(
              "make that folder writable and let it hold programs, or name another one in"
                  + " SLIPWAY_JAVA_OPTS=-Dorg.sqlite.tmpdir=...");
    }
  }

  /** SQLite says "unable to open database file" to all of this. */
  private static void checkFolder(Path file) {
    Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
    if (Files.isDirectory(file)) {
      throw Fault.usage("the SQLite file " + file + " is a folder");
    }
    if (!Files.isDirectory(folder.toAbsolutePath())) {
      throw Fault.usage("the folder of the SQLite file " + file + " does not exist")
          .hint(
              "create it, or correct the path in the DSN; sqlite:///a/b is absolute, sqlite://a/b"
                  + " is relative to the working directory");
    }
  }

  private static Optional<ExitCode> judge(SQLException e) {
    // The lowest byte is the primary code.
    int primary = e.getErrorCode() & 0xff;
    return switch (primary) {
      case 5 -> Optional.of(ExitCode.RETRY);
      // cannot open, no database file
      case 14, 26 -> Optional.of(ExitCode.USAGE);
      default -> Optional.empty();
    };
  }

  /** What to do about a file that does not open. */
  static String hint(Dsn dsn, SQLException e) {
    return switch (e.getErrorCode() & 0xff) {
      case 5 -> "another process is writing; try again";
      case 8, 14 ->
          "check that the user who runs slipway may write the file and its folder"
              + dsn.sqliteFile().map(file -> ": " + file.toAbsolutePath()).orElse("");
      case 26 -> "the file is no SQLite database, or it is encrypted";
      default -> "check the file";
    };
  }
}
