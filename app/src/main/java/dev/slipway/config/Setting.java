package dev.slipway.config;

import dev.slipway.config.SettingType.TimeSpan.Zero;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting: its key in the configuration file, its environment variable (the key in upper case
 * with {@code _} for {@code .}, where no other is named), its flag, its default, what values it
 * takes, and one sentence. Help texts, the JSON Schema and the documentation are made from these
 * constants.
 */
public enum Setting {
  DSN(
      "dsn",
      "--dsn",
      "",
      new SettingType.FreeText(),
      Audience.SECRET,
      "The database: postgres://, mysql://, cockroach://, sqlite:// or memory."),
  DSN_FILE(
      "dsn_file",
      "--dsn-file",
      "",
      new SettingType.FilePath(),
      Audience.OPEN,
      "A file that holds the DSN, such as a mounted secret; read again when it changes."),
  DATABASE_TYPE(
      "database.type",
      "",
      "",
      new SettingType.FreeText(),
      Audience.OPEN,
      "The kind of database that the other database.* settings describe: postgres, mysql, "
          + "cockroach, sqlite, or memory."),
  DATABASE_HOST(
      "database.host",
      "",
      "localhost",
      new SettingType.FreeText(),
      Audience.OPEN,
      "The database server's name or address."),
  DATABASE_PORT(
      "database.port",
      "",
      "",
      new SettingType.IntegerRange(1, 65535),
      Audience.OPEN,
      "The database server's port; by default that of its kind."),
  DATABASE_USERNAME(
      "database.username",
      "",
      "",
      new SettingType.FreeText(),
      Audience.OPEN,
      "The database user; taken as it is, nothing is escaped."),
  DATABASE_PASSWORD(
      "database.password",
      "",
      "",
      new SettingType.FreeText(),
      Audience.SECRET,
      "The database user's password; taken as it is, nothing is escaped."),
  DATABASE_NAME(
      "database.name",
      "",
      "",
      new SettingType.FreeText(),
      Audience.OPEN,
      "The database's name, or SQLite's file."),
  DATABASE_PARAMETERS(
      "database.parameters",
      "",
      "",
      new SettingType.FreeText(),
      Audience.SECRET,
      "More DSN parameters, as in sslmode=verify-full&connect_timeout=5."),

  POOL_MAX_CONNS(
      "pool.max_conns",
      "",
      "",
      new SettingType.IntegerRange(1, 10_000),
      Audience.OPEN,
      "Open connections at most; by default twice the CPUs, for a database server at least 8. "
          + "max_conns in the DSN beats it."),
  POOL_MAX_IDLE_CONNS(
      "pool.max_idle_conns",
      "",
      "",
      new SettingType.IntegerRange(0, 10_000),
      Audience.OPEN,
      "Idle connections that are kept; by default one for each CPU. max_idle_conns in the DSN "
          + "beats it."),
  POOL_MAX_CONN_LIFETIME(
      "pool.max_conn_lifetime",
      "",
      "0",
      new SettingType.TimeSpan(Duration.ofSeconds(30), Duration.ofDays(30), Zero.OFF),
      Audience.OPEN,
      "How long a connection is used before it is replaced. max_conn_lifetime in the DSN beats "
          + "it."),
  POOL_MAX_CONN_IDLE_TIME(
      "pool.max_conn_idle_time",
      "",
      "1m",
      new SettingType.TimeSpan(Duration.ofSeconds(10), Duration.ofDays(30), Zero.OFF),
      Audience.OPEN,
      "How long a connection beyond max_idle_conns stays open unused. max_conn_idle_time in the "
          + "DSN beats it."),
  POOL_ACQUIRE_TIMEOUT(
      "pool.acquire_timeout",
      "",
      "5s",
      new SettingType.TimeSpan(Duration.ofMillis(250), Duration.ofMinutes(5), Zero.REFUSED),
      Audience.OPEN,
      "How long work waits for a connection before it fails."),

  SERVE_ADMIN_HOST(
      "serve.admin.host",
      "--host",
      "0.0.0.0",
      new SettingType.FreeText(),
      Audience.OPEN,
      "The address to listen on; :: is every address of both families."),
  SERVE_ADMIN_PORT(
      "serve.admin.port",
      "--port",
      "4434",
      new SettingType.IntegerRange(0, 65535),
      Audience.OPEN,
      "The port to listen on; 0 takes a free one."),
  SERVE_ADMIN_BASE_URL(
      "serve.admin.base_url",
      "",
      "",
      new SettingType.Url(),
      Audience.OPEN,
      "The address that clients know this server by; an identity's schema_url begins with it."),
  SERVE_ADMIN_TOKEN(
      "serve.admin.token",
      "SLIPWAY_ADMIN_TOKEN",
      "",
      "",
      new SettingType.Token(),
      Audience.SECRET,
      "The token that each request but health checks has to bear; none when "
          + "neither it nor its file is given."),
  SERVE_ADMIN_TOKEN_FILE(
      "serve.admin.token_file",
      "SLIPWAY_ADMIN_TOKEN_FILE",
      "",
      "",
      new SettingType.FilePath(),
      Audience.OPEN,
      "A file that holds that token, such as a mounted secret; read again when it changes."),
  SERVE_DRAIN_DELAY(
      "serve.drain_delay",
      "--drain-delay",
      "5s",
      new SettingType.TimeSpan(Duration.ZERO, Duration.ofMinutes(10), Zero.OFF),
      Audience.OPEN,
      "How long it still accepts requests after SIGTERM, while load balancers learn that it goes."),
  SERVE_SHUTDOWN_TIMEOUT(
      "serve.shutdown_timeout",
      "--shutdown-timeout",
      "20s",
      new SettingType.TimeSpan(Duration.ZERO, Duration.ofMinutes(10), Zero.OFF),
      Audience.OPEN,
      "How long requests in work may take to finish once it accepts no more."),
  SERVE_REQUEST_TIMEOUT(
      "serve.request_timeout",
      "--request-timeout",
      "30s",
      new SettingType.TimeSpan(Duration.ofMillis(100), Duration.ofHours(1), Zero.REFUSED),
      Audience.OPEN,
      "From a request's last byte to its answer; 503 beyond."),
  SERVE_READ_TIMEOUT(
      "serve.read_timeout",
      "",
      "10s",
      new SettingType.TimeSpan(Duration.ofSeconds(1), Duration.ofHours(1), Zero.REFUSED),
      Audience.OPEN,
      "From a request's first byte to its last; the connection is closed beyond."),
  SERVE_LIMITS_CONCURRENT_REQUESTS(
      "serve.limits.concurrent_requests",
      "",
      "256",
      new SettingType.IntegerRange(1, 100_000),
      Audience.OPEN,
      "Requests in work at once; 503 beyond."),
  SERVE_LIMITS_CONNECTIONS(
      "serve.limits.connections",
      "",
      "1024",
      new SettingType.IntegerRange(1, 1_000_000),
      Audience.OPEN,
      "Open client connections; one more is closed at once."),
  SERVE_LIMITS_BODY_BYTES(
      "serve.limits.body_bytes",
      "",
      "1048576",
      new SettingType.IntegerRange(1024, 1024 * 1024 * 1024),
      Audience.OPEN,
      "A request's body; 413 beyond."),
  SERVE_LIMITS_HEADER_BYTES(
      "serve.limits.header_bytes",
      "",
      "16384",
      new SettingType.IntegerRange(1024, 1024 * 1024),
      Audience.OPEN,
      "A request's header fields, names and values together; 431 beyond."),
  SERVE_LIMITS_HEADERS(
      "serve.limits.headers",
      "",
      "100",
      new SettingType.IntegerRange(10, 10_000),
      Audience.OPEN,
      "The number of a request's header fields; 431 beyond."),
  SERVE_LIMITS_ADDRESS_BYTES(
      "serve.limits.address_bytes",
      "",
      "32768",
      new SettingType.IntegerRange(256, 1024 * 1024),
      Audience.OPEN,
      "A request's path and query; 414 beyond."),
  SERVE_LIMITS_PAGE_SIZE(
      "serve.limits.page_size",
      "",
      "1000",
      new SettingType.IntegerRange(1, 10_000),
      Audience.OPEN,
      "What a page of a list holds at most, whatever page_size asks for."),
  SERVE_LIMITS_IDENTITY_BYTES(
      "serve.limits.identity_bytes",
      "",
      "16384",
      new SettingType.IntegerRange(1024, 1024 * 1024),
      Audience.OPEN,
      "An identity's traits, metadata and imported credentials together; 413 beyond."),

  IDENTITY_DEFAULT_SCHEMA_ID(
      "identity.default_schema_id",
      "",
      "default",
      new SettingType.FreeText(),
      Audience.OPEN,
      "The schema of an identity that names none."),
  IDENTITY_SCHEMAS(
      "identity.schemas",
      "",
      "",
      new SettingType.IdentitySchemas(),
      Audience.OPEN,
      "The schemas that traits have to fit, each with its id and the file or URL it is read from; "
          + "by default one that asks for an email address."),
  HASHERS_BCRYPT_COST(
      "hashers.bcrypt.cost",
      "",
      "12",
      new SettingType.IntegerRange(4, 16),
      Audience.OPEN,
      "The cost of hashing a password that comes in clear; each step doubles the time."),

  LOG_LEVEL(
      "log.level",
      "--log-level",
      "info",
      new SettingType.Choice(List.of("trace", "debug", "info", "warning", "error")),
      Audience.OPEN,
      "How much is logged."),
  LOG_FORMAT(
      "log.format",
      "--log-format",
      "text",
      new SettingType.Choice(List.of("text", "json")),
      Audience.OPEN,
      "Lines for people, or one JSON object a line."),

  MIGRATE_PATH(
      "migrate.path",
      "--path",
      "",
      new SettingType.FilePaths(),
      Audience.OPEN,
      "Folders of migrations; by default Slipway's own schema."),
  MIGRATE_EXCLUDE(
      "migrate.exclude",
      "--exclude",
      "",
      new SettingType.Globs(),
      Audience.OPEN,
      "Files in these folders to leave out: patterns for names, or for paths if they hold a /."),
  MIGRATE_FILE_FORMAT(
      "migrate.file_format",
      "--file-format",
      "auto",
      new SettingType.Choice(
          List.of("auto", "pairs", "flyway", "goose", "dbmate", "plain", "prisma", "diesel")),
      Audience.OPEN,
      "How the files in these folders are named and marked; auto recognizes it for each folder."),
  MIGRATE_RECURSIVE(
      "migrate.recursive",
      "--recursive",
      "false",
      new SettingType.Toggle(),
      Audience.OPEN,
      "Read migrations in subfolders too, where the format has none: all formats but Flyway's."),
  MIGRATE_TABLE(
      "migrate.table",
      "--table",
      "flyway_schema_history",
      new SettingType.Identifier(),
      Audience.OPEN,
      "The table that records what was applied."),
  MIGRATE_SCHEMA(
      "migrate.schema",
      "--schema",
      "",
      new SettingType.TableName(),
      Audience.OPEN,
      "The schema of the history, first in the search path; on MySQL the database. By default, the "
          + "DSN and the server determine it. SQLite has no schemas."),
  MIGRATE_PLACEHOLDERS(
      "migrate.placeholders",
      "--placeholder",
      "",
      new SettingType.KeyValuePairs(),
      Audience.OPEN,
      "Values for ${…} in files with Flyway's names."),
  MIGRATE_PLACEHOLDER_REPLACEMENT(
      "migrate.placeholder_replacement",
      "",
      "true",
      new SettingType.Toggle(),
      Audience.OPEN,
      "Whether ${…} is replaced in files with Flyway's names."),
  MIGRATE_PLACEHOLDER_PREFIX(
      "migrate.placeholder_prefix",
      "",
      "${",
      new SettingType.Affix(),
      Audience.OPEN,
      "The start of a placeholder."),
  MIGRATE_PLACEHOLDER_SUFFIX(
      "migrate.placeholder_suffix",
      "",
      "}",
      new SettingType.Affix(),
      Audience.OPEN,
      "The end of a placeholder."),
  MIGRATE_PLACEHOLDER_SEPARATOR(
      "migrate.placeholder_separator",
      "",
      ":",
      new SettingType.Affix(),
      Audience.OPEN,
      "What separates the two parts in the name of a placeholder that has a value by itself, such as "
          + "${flyway:table}."),
  MIGRATE_FLYWAY_SQL_MIGRATION_PREFIX(
      "migrate.flyway.sql_migration_prefix",
      "",
      "V",
      new SettingType.Affix(),
      Audience.OPEN,
      "The start of the name of a versioned migration in Flyway's format."),
  MIGRATE_FLYWAY_UNDO_SQL_MIGRATION_PREFIX(
      "migrate.flyway.undo_sql_migration_prefix",
      "",
      "U",
      new SettingType.Affix(),
      Audience.OPEN,
      "The same for a migration that reverts one."),
  MIGRATE_FLYWAY_REPEATABLE_SQL_MIGRATION_PREFIX(
      "migrate.flyway.repeatable_sql_migration_prefix",
      "",
      "R",
      new SettingType.Affix(),
      Audience.OPEN,
      "The same for a repeatable migration."),
  MIGRATE_FLYWAY_BASELINE_MIGRATION_PREFIX(
      "migrate.flyway.baseline_migration_prefix",
      "",
      "B",
      new SettingType.Affix(),
      Audience.OPEN,
      "The same for a baseline migration."),
  MIGRATE_FLYWAY_SQL_MIGRATION_SEPARATOR(
      "migrate.flyway.sql_migration_separator",
      "",
      "__",
      new SettingType.Affix(),
      Audience.OPEN,
      "What separates the version and the description in these names."),
  MIGRATE_FLYWAY_SQL_MIGRATION_SUFFIXES(
      "migrate.flyway.sql_migration_suffixes",
      "",
      ".sql",
      new SettingType.Affixes(),
      Audience.OPEN,
      "The ends of these names, such as .sql and .pgsql; upper and lower case are the same."),
  MIGRATE_OUT_OF_ORDER(
      "migrate.out_of_order",
      "",
      "apply",
      new SettingType.Choice(List.of("apply", "refuse")),
      Audience.OPEN,
      "What `up` does with a pending migration below the newest applied version: apply it with a "
          + "warning, or refuse it with exit 4 before anything runs."),
  MIGRATE_TIMEOUT(
      "migrate.timeout",
      "--timeout",
      "0",
      new SettingType.TimeSpan(Duration.ofMillis(1), Duration.ofDays(30), Zero.OFF),
      Audience.OPEN,
      "The deadline of the whole run."),
  MIGRATE_LOCK_TIMEOUT(
      "migrate.lock_timeout",
      "--lock-timeout",
      "5m",
      new SettingType.TimeSpan(Duration.ofMillis(1), Duration.ofDays(30), Zero.OFF),
      Audience.OPEN,
      "How long to wait for another migrator to finish."),
  MIGRATE_DDL_LOCK_TIMEOUT(
      "migrate.ddl_lock_timeout",
      "--ddl-lock-timeout",
      "5s",
      new SettingType.TimeSpan(Duration.ofMillis(1), Duration.ofHours(24), Zero.OFF),
      Audience.OPEN,
      "How long a statement waits for a table's lock, with all traffic behind it, before it steps "
          + "back and tries again."),
  MIGRATE_STATEMENT_TIMEOUT(
      "migrate.statement_timeout",
      "--statement-timeout",
      "0",
      new SettingType.TimeSpan(Duration.ofMillis(1), Duration.ofHours(24), Zero.OFF),
      Audience.OPEN,
      "How long one statement may run."),
  MIGRATE_WAIT(
      "migrate.wait",
      "--wait",
      "0",
      new SettingType.TimeSpan(Duration.ZERO, Duration.ofDays(1), Zero.OFF),
      Audience.OPEN,
      "How long to wait for the database to come up.");

  /** Who may read a setting's value in messages and logs. */
  enum Audience {
    OPEN,
    SECRET
  }

  private final String key;
  private final String variable;
  private final String flag;
  private final String defaultText;
  private final SettingType kind;
  private final Audience audience;
  private final String sentence;

  Setting(
      String key,
      String flag,
      String defaultText,
      SettingType kind,
      Audience audience,
      String sentence) {
    this(key, variableOf(key), flag, defaultText, kind, audience, sentence);
  }

  /** For a variable whose name the key does not give. */
  Setting(
      String key,
      String variable,
      String flag,
      String defaultText,
      SettingType kind,
      Audience audience,
      String sentence) {
    this.key = key;
    this.variable = variable;
    this.flag = flag;
    this.defaultText = defaultText;
    this.kind = kind;
    this.audience = audience;
    this.sentence = sentence;
  }

  /** The setting with this key, if there is one. */
  public static Optional<Setting> withKey(String key) {
    return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
  }

  /** Its name in the configuration file, such as {@code migrate.lock_timeout}. */
  public String key() {
    return key;
  }

  /** Its environment variable, such as {@code MIGRATE_LOCK_TIMEOUT}. */
  public String variable() {
    return variable;
  }

  /** What the key's own variable would be, where {@link #variable} has another name. */
  Optional<String> commonMisspelling() {
    String own = variableOf(key);
    return own.equals(variable) ? Optional.empty() : Optional.of(own);
  }

  private static String variableOf(String key) {
    return key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** Its flag with the dashes, such as {@code --lock-timeout}, where it has one. */
  public Optional<String> flag() {
    return flag.isEmpty() ? Optional.empty() : Optional.of(flag);
  }

  /** The default value; empty if the setting has no default. */
  public String defaultText() {
    return defaultText;
  }

  /** What values it takes, as the end of the sentence "it must be …". */
  public String range() {
    return kind.range();
  }

  /** What it is for, and what becomes of it. */
  public String description() {
    return sentence;
  }

  /** Whether it is on or off, so that its flag takes no value. */
  public boolean isToggle() {
    return kind instanceof SettingType.Toggle;
  }

  /** Whether its value must not be printed. */
  public boolean secret() {
    return audience == Audience.SECRET;
  }

  SettingType kind() {
    return kind;
  }
}
