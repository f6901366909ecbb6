package dev.slipway.driver.sqlite;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Suggestions;
import dev.slipway.driver.JdbcUrl;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.DsnBuilder;
import dev.slipway.dsn.DsnParameter;
import dev.slipway.dsn.ParameterHandler;
import dev.slipway.dsn.ParameterHandlers;
import dev.slipway.dsn.PercentDecoder;
import dev.slipway.dsn.PoolParameters;
import dev.slipway.error.SlipwayException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sqlite.SQLiteConfig;

/**
 * The DSN of SQLite, with the parameters of mattn/go-sqlite3 and of SQLite's own URIs.
 *
 * <p>{@code sqlite://<path>[?name=value&…]}: the literal path follows {@code sqlite://} up to the
 * {@code ?}, and is relative to the working directory unless it starts with {@code /}. After {@code
 * file:} it is decoded, as in SQLite. {@code memory}, {@code sqlite://:memory:}, and {@code
 * mode=memory} are a database in memory.
 */
public final class SqliteDsnParser {
  private static final String HINT =
      "see the settings reference for every parameter; others can be set by PRAGMA in a migration";

  /** SQLite's own URI parameters, which go into the file's URI. */
  private static final String URI = "slipway.uri.";

  /** The driver's own parameter; it reads the value as SQLite reads a pragma's. */
  private static final Pattern FOREIGN_KEYS_IN_JDBC =
      Pattern.compile("(?i)[?&]foreign_keys=(1|on|true|yes)(&|$)");

  private static final Pattern PRAGMA_CALL =
      Pattern.compile(
          "([A-Za-z_]{1,40})\\s*(?:\\(\\s*'?([A-Za-z0-9_-]+)'?\\s*\\)|=\\s*'?([A-Za-z0-9_-]+)'?)");

  /** Settings of a connection that have no parameter of their own. */
  private static final Set<String> OTHER_PRAGMAS =
      Set.of(
          "analysis_limit",
          "automatic_index",
          "cache_spill",
          "cell_size_check",
          "checkpoint_fullfsync",
          "fullfsync",
          "hard_heap_limit",
          "journal_size_limit",
          "max_page_count",
          "mmap_size",
          "page_size",
          "read_uncommitted",
          "reverse_unordered_selects",
          "soft_heap_limit",
          "temp_store",
          "threads",
          "trusted_schema",
          "wal_autocheckpoint");

  private static final Pattern OPAQUE = Pattern.compile("(?s)sqlite3?:(?!//)(.*)");

  private SqliteDsnParser() {}

  /**
   * The path and parameters of a DSN in another form than {@code sqlite://}: {@code sqlite:app.db}
   * (sqlx, dbmate), {@code file:app.db} (SQLite's own, Prisma), or {@code :memory:}.
   */
  static Optional<String> withoutScheme(String text) {
    if (text.startsWith("file:") || text.equals(":memory:") || text.startsWith(":memory:?")) {
      return Optional.of(text);
    }
    Matcher scheme = OPAQUE.matcher(text);
    return scheme.matches() ? Optional.of(scheme.group(1)) : Optional.empty();
  }

  /** Parses what follows {@code sqlite://}. */
  static Dsn parse(String driver, String rest) {
    int question = rest.indexOf('?');
    return question < 0
        ? build(driver, rest, List.of())
        : build(
            driver,
            rest.substring(0, question),
            DsnParameter.parseQuery(rest.substring(question + 1)));
  }

  /** Builds the DSN of settings in parts. */
  static Dsn parse(String driver, DatabaseConfig.Parts parts) {
    return build(driver, parts.requireName(), DsnParameter.parseQuery(parts.query()));
  }

  private static Dsn build(String driver, String file, List<DsnParameter> parameters) {
    DsnBuilder draft = new DsnBuilder(driver);
    String path = file;
    if (path.startsWith("file:")) {
      path = PercentDecoder.decode(path.substring("file:".length()), "the file's path");
      path = path.startsWith("///") ? path.substring(2) : path;
    }
    draft.inMemory =
        path.equals(":memory:") || parameters.contains(new DsnParameter("mode", "memory"));
    if (path.isEmpty() && !draft.inMemory) {
      throw SlipwayException.usageError("the DSN names no file")
          .hint("write it as in sqlite:///var/lib/app/app.db, or use the DSN memory");
    }
    if (path.indexOf('\0') >= 0) {
      throw SlipwayException.usageError("the file in the DSN holds a NUL character");
    }
    draft.front = "sqlite://" + (draft.inMemory ? ":memory:" : path);
    ParameterHandlers.applyAll(parameters, handlers(), draft, HINT);
    if (draft.inMemory) {
      finishMemory(draft);
    } else {
      draft.file = path;
      draft.url = "jdbc:sqlite:" + uri(draft, path);
      draft.target = "sqlite3 file " + path;
    }
    draft.redacted =
        draft.inMemory && parameters.isEmpty()
            ? "memory"
            : "sqlite://"
                + (draft.inMemory ? ":memory:" : path)
                + DsnBuilder.redactedQuery(parameters);
    return draft.build();
  }

  private static void finishMemory(DsnBuilder draft) {
    PoolParameters pool = draft.pool;
    boolean one = pool.maxConns().isEmpty() || pool.maxConns().getAsInt() == 1;
    boolean oneIdle = pool.maxIdleConns().isEmpty() || pool.maxIdleConns().getAsInt() == 1;
    boolean limits =
        pool.lifetime().filter(each -> !each.isZero()).isPresent()
            || pool.idleTime().filter(each -> !each.isZero()).isPresent();
    if (!one || !oneIdle || limits) {
      throw SlipwayException.usageError(
              "a database in memory is one connection that lives as long as the process")
          .hint(
              "leave max_conns, max_idle_conns, max_conn_lifetime and max_conn_idle_time out of"
                  + " the DSN");
    }
    draft.url = "jdbc:sqlite::memory:";
    draft.target = "sqlite3 in memory";
  }

  /** A URI keeps a ? or a % in the file's name apart from parameters. */
  private static String uri(DsnBuilder draft, String path) {
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
  public static Map<String, ParameterHandler> handlers() {
    Map<String, ParameterHandler> handlers = ParameterHandlers.pool();
    pragma(handlers, "foreign_keys", List.of("_foreign_keys", "_fk"), SqliteDsnParser::onOff);
    pragma(
        handlers,
        "defer_foreign_keys",
        List.of("_defer_foreign_keys", "_defer_fk"),
        SqliteDsnParser::onOff);
    pragma(
        handlers,
        "busy_timeout",
        List.of("_busy_timeout", "_timeout"),
        p -> String.valueOf(p.integer(0, 86_400_000)));
    pragma(
        handlers,
        "journal_mode",
        List.of("_journal_mode", "_journal"),
        p -> keyword(p, "DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL", "OFF"));
    pragma(
        handlers,
        "synchronous",
        List.of("_synchronous", "_sync"),
        p -> keyword(p, "0", "OFF", "1", "NORMAL", "2", "FULL", "3", "EXTRA"));
    pragma(
        handlers,
        "locking_mode",
        List.of("_locking_mode", "_locking"),
        p -> keyword(p, "NORMAL", "EXCLUSIVE"));
    pragma(
        handlers,
        "case_sensitive_like",
        List.of("_case_sensitive_like", "_cslike"),
        SqliteDsnParser::onOff);
    pragma(
        handlers,
        "recursive_triggers",
        List.of("_recursive_triggers", "_rt"),
        SqliteDsnParser::onOff);
    pragma(
        handlers,
        "secure_delete",
        List.of("_secure_delete"),
        p ->
            p.value().equalsIgnoreCase("FAST") || p.value().equalsIgnoreCase("DEFAULT")
                ? p.value().toUpperCase(Locale.ROOT)
                : onOff(p));
    pragma(
        handlers,
        "cache_size",
        List.of("_cache_size"),
        p -> String.valueOf(p.integer(-999_999_999, 999_999_999)));
    pragma(
        handlers,
        "auto_vacuum",
        List.of("_auto_vacuum", "_vacuum"),
        p -> keyword(p, "0", "NONE", "1", "FULL", "2", "INCREMENTAL"));
    pragma(
        handlers,
        "ignore_check_constraints",
        List.of("_ignore_check_constraints"),
        SqliteDsnParser::onOff);
    pragma(handlers, "query_only", List.of("_query_only"), SqliteDsnParser::onOff);
    pragma(
        handlers,
        "writable_schema",
        List.of("_writable_schema"),
        p -> p.value().equalsIgnoreCase("RESET") ? "RESET" : onOff(p));
    handlers.put(
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
    handlers.put("_pragma", SqliteDsnParser::pragmaCall);

    handlers.put(
        "mode",
        (p, d) -> {
          if (!p.value().equals("memory")) {
            ParameterHandler.property(URI + "mode", "ro", "rw", "rwc").apply(p, d);
          }
        });
    handlers.put(
        "cache",
        (p, d) -> {
          // The one connection to a database in memory shares its cache with all who use it.
          if (!d.inMemory && !p.value().equals("private")) {
            throw p.rejection(
                "in a shared cache a busy table fails at once, whatever the busy timeout;"
                    + " leave it out");
          }
        });
    handlers.put("immutable", (p, d) -> d.property(URI + "immutable", p.bool() ? "1" : "0"));
    handlers.put("nolock", (p, d) -> d.property(URI + "nolock", p.bool() ? "1" : "0"));
    handlers.put("psow", (p, d) -> d.property(URI + "psow", p.bool() ? "1" : "0"));
    handlers.put(
        "vfs",
        ParameterHandler.property(URI + "vfs", "unix", "unix-dotfile", "unix-excl", "unix-none"));
    handlers.put(
        "_mutex",
        ParameterHandler.only(
            List.of("full"), "a connection is always safe for several threads; leave it out"));
    handlers.put(
        "_loc", ParameterHandler.only(List.of("UTC"), "times are stored as UTC; leave it out"));
    ParameterHandler auth =
        ParameterHandler.reject(
            "SQLite gave its user authentication up; protect the file by its" + " permissions");
    for (String name : List.of("_auth", "_auth_user", "_auth_pass", "_auth_crypt", "_auth_salt")) {
      handlers.put(name, auth);
    }
    ParameterHandler key =
        ParameterHandler.reject(
            "encrypted files need another build of SQLite; use an encrypted volume");
    handlers.put("_key", key);
    handlers.put("_crypto_key", key);
    handlers.put(
        "_stmt_cache_size",
        ParameterHandler.reject("statements are cached by themselves; leave it out"));
    // How modernc converts Go's times: the SQL of migrations does not contain any, and Slipway's
    // own
    // times are in the form that SQLite's functions read.
    handlers.put(
        "_time_format",
        ParameterHandler.only(
            List.of("sqlite", "datetime"), "times are stored as SQLite reads them; leave it out"));
    handlers.put(
        "_time_integer_format",
        ParameterHandler.only(
            List.of("unix", "unix_milli", "unix_micro", "unix_nano"),
            "times are stored as text; leave it out"));
    handlers.put("_texttotime", (p, d) -> p.bool());
    handlers.put("_inttotime", (p, d) -> p.bool());
    // Prisma's; a statement waits for other writers by the busy timeout.
    handlers.put(
        "socket_timeout",
        ParameterHandler.replaced(
            "use _busy_timeout, in milliseconds",
            p -> p.value().matches("\\d{1,5}") ? "_busy_timeout=" + p.value() + "000" : ""));
    handlers.put(
        "migration_table_name",
        ParameterHandler.reject("use migrate.table (MIGRATE_TABLE, --table)"));
    return handlers;
  }

  private interface PragmaValue {
    String of(DsnParameter parameter);
  }

  private static void pragma(
      Map<String, ParameterHandler> handlers,
      String pragma,
      List<String> names,
      PragmaValue reading) {
    for (String name : names) {
      handlers.put(
          name,
          (p, d) -> {
            String value = reading.of(p);
            String before = d.settings.put(pragma, value);
            if (before != null && !before.equals(value)) {
              throw SlipwayException.usageError("the DSN sets " + pragma + " twice")
                  .hint("keep one of " + String.join(", ", names));
            }
          });
    }
  }

  /** {@code _pragma=busy_timeout(5000)} or {@code =busy_timeout=5000}, several times. */
  private static void pragmaCall(DsnParameter parameter, DsnBuilder draft) {
    Matcher call = PRAGMA_CALL.matcher(parameter.value().strip());
    if (!call.matches()) {
      throw parameter.mustBe("name(value), as in busy_timeout(5000)");
    }
    String name = call.group(1).toLowerCase(Locale.ROOT);
    String argument = call.group(2) == null ? call.group(3) : call.group(2);
    ParameterHandler own = handlers().get("_" + name);
    if (own != null) {
      own.apply(new DsnParameter("_" + name, argument), draft);
    } else if (OTHER_PRAGMAS.contains(name)) {
      draft.setting(name, argument);
    } else {
      throw parameter
          .rejection("the pragma " + name + " is no setting of a connection")
          .hint("run PRAGMA " + name + " in a migration, and leave it out of the DSN");
    }
  }

  private static String onOff(DsnParameter parameter) {
    return parameter.bool() ? "ON" : "OFF";
  }

  private static String keyword(DsnParameter parameter, String... words) {
    String value = parameter.value().toUpperCase(Locale.ROOT);
    if (!List.of(words).contains(value)) {
      throw parameter.mustBe("one of " + String.join(", ", words));
    }
    return value;
  }

  /** Parses a JDBC URL. */
  static Dsn parseJdbc(String driver, String text) {
    JdbcUrl url = JdbcUrl.of(text);
    DsnBuilder builder = url.builder(driver);
    checkJdbcParameters(url);
    builder.file = url.base().substring("jdbc:sqlite:".length());
    builder.inMemory =
        builder.file.isEmpty() || text.contains(":memory:") || text.contains("mode=memory");
    return builder.build();
  }

  /** The JDBC driver takes an unknown parameter for a part of the file's name. */
  private static void checkJdbcParameters(JdbcUrl url) {
    if (url.base().startsWith("jdbc:sqlite:file:")) {
      return;
    }
    List<String> known =
        Arrays.stream(SQLiteConfig.Pragma.values())
            .map(each -> each.pragmaName.toLowerCase(Locale.ROOT))
            .toList();
    Optional<String> unknown =
        Arrays.stream(url.query().split("&"))
            .filter(each -> !each.isEmpty())
            .map(each -> each.replaceAll("=.*", ""))
            .filter(each -> !known.contains(each.toLowerCase(Locale.ROOT)))
            .findFirst();
    if (unknown.isPresent()) {
      throw SlipwayException.usageError(
          "unknown parameter "
              + unknown.get()
              + " in the jdbc:sqlite: URL"
              + Suggestions.didYouMean(unknown.get(), known));
    }
  }

  /** Whether connections of the pool enforce foreign keys. */
  static boolean enforcesForeignKeys(Dsn dsn) {
    if (dsn.isJdbc()) {
      return FOREIGN_KEYS_IN_JDBC.matcher(dsn.url()).find();
    }
    return dsn.settings().getOrDefault("foreign_keys", dsn.inMemory() ? "ON" : "OFF").equals("ON");
  }
}
