package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The settings of one run: for each the strongest of flag, environment, file and default. An empty
 * environment variable counts as not set, as compose files leave such behind; only one for the
 * token is refused. Immutable.
 */
public final class Settings {
  private final Map<Setting, Value> values;
  private final Optional<DsnSource> dsn;
  private final List<String> warnings;

  private record Value(String text, SettingSource source) {
    boolean given() {
      return !(source instanceof SettingSource.Default);
    }
  }

  private Settings(Map<Setting, Value> values, Optional<DsnSource> dsn, List<String> warnings) {
    this.values = values;
    this.dsn = dsn;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Puts together what was given.
   *
   * @param flags what the command line says; several paths or placeholders are lines of one text
   * @param environment all environment variables; those that no setting has are not looked at
   * @param file the configuration file; without one no YAML reader is loaded
   * @throws SlipwayException (usage) on an unknown key in the file, naming the nearest known one,
   *     on a value out of range, naming the range and where the value comes from, and on values
   *     that do not go together
   */
  public static Settings load(
      Map<Setting, String> flags, Map<String, String> environment, Optional<Path> file) {
    return load(flags, environment, file, Optional.empty());
  }

  /**
   * The same, with a file that names the database where nothing else does.
   *
   * @param envFile the file; it is read only where it counts
   */
  public static Settings load(
      Map<Setting, String> flags,
      Map<String, String> environment,
      Optional<Path> file,
      Optional<EnvFile> envFile) {
    List<String> warnings = new ArrayList<>();
    Map<Setting, String> variables = EnvironmentVariables.read(environment, warnings);
    Map<Setting, String> keys = file.map(ConfigFile::read).orElse(Map.of());
    String name = file.map(Path::toString).orElse("");
    Map<Setting, Value> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      Value value;
      if (flags.containsKey(setting)) {
        value = new Value(flags.get(setting), new SettingSource.Flag(setting));
      } else if (variables.containsKey(setting)) {
        value = new Value(variables.get(setting), new SettingSource.EnvironmentVariable(setting));
      } else if (keys.containsKey(setting)) {
        value = new Value(keys.get(setting), new SettingSource.FileKey(name, setting));
      } else {
        value = new Value(setting.defaultText(), new SettingSource.Default());
      }
      check(setting, value);
      values.put(setting, value);
    }
    Optional<DsnSource> dsn =
        DsnSource.find(
                flags, new SettingSource.Flag(Setting.DATABASE_TYPE), "the command line", warnings)
            .or(
                () ->
                    DsnSource.find(
                        variables,
                        new SettingSource.EnvironmentVariable(Setting.DATABASE_TYPE),
                        "the environment",
                        warnings))
            .or(
                () ->
                    DsnSource.find(
                        keys,
                        new SettingSource.FileKey(name, Setting.DATABASE_TYPE),
                        name,
                        warnings))
            .or(() -> DsnSource.ofPlatform(environment));
    if (dsn.isEmpty()) {
      dsn = envFile.flatMap(each -> fromFile(each, variables, warnings));
    } else if (envFile.filter(EnvFile::given).isPresent()) {
      warnings.add(
          "--env-file "
              + envFile.get().path()
              + " is ignored: the database is the one of "
              + dsn.get().describe());
    }
    Settings settings = new Settings(values, dsn, warnings);
    settings.checkTogether();
    return settings;
  }

  private static Optional<DsnSource> fromFile(
      EnvFile file, Map<Setting, String> variables, List<String> warnings) {
    Optional<EnvFile.Content> content = file.read();
    if (content.isEmpty()) {
      return Optional.empty();
    }
    content
        .get()
        .settings()
        .forEach(
            (setting, text) ->
                check(
                    setting,
                    new Value(
                        text,
                        new SettingSource.EnvFileLine(content.get().place(file.path(), setting)))));
    Optional<DsnSource> source = DsnSource.ofFile(content.get(), file.path(), warnings);
    source.ifPresent(
        each ->
            DsnSource.PARTS.stream()
                .filter(variables::containsKey)
                .forEach(
                    part ->
                        warnings.add(
                            "the environment variable "
                                + part.variable()
                                + " is ignored: the database is the one of "
                                + each.describe())));
    return source;
  }

  /**
   * The one value of a setting that the command line gives in several ways, such as a DSN as a flag
   * and as an argument; empty when it gives none.
   *
   * @throws SlipwayException (usage) when they differ
   */
  public static Optional<String> single(Setting setting, List<String> given) {
    List<String> different = given.stream().distinct().toList();
    if (different.size() > 1) {
      throw SlipwayException.usageError(
              "the command line gives "
                  + different.size()
                  + " different values for "
                  + setting.key())
          .hint("keep one of them");
    }
    return different.stream().findFirst();
  }

  /**
   * The database, read from the DSN's file where it is in one.
   *
   * @throws SlipwayException (usage) when no DSN is set, or its file cannot be read or is empty
   */
  public DatabaseConfig database() {
    return dsn.orElseThrow(this::noDatabase).read();
  }

  /** The type of the {@code database.*} settings; empty where it is not set. */
  public Optional<String> databaseType() {
    return Optional.of(text(Setting.DATABASE_TYPE)).filter(type -> !type.isEmpty());
  }

  /** Whether a setting says which database. */
  public boolean namesDatabase() {
    return dsn.isPresent() && fallback().isEmpty();
  }

  /** What names the database where no setting does, such as {@code DATABASE_URL in .env}. */
  public Optional<String> fallback() {
    return dsn.filter(DsnSource.Fallback.class::isInstance).map(DsnSource::describe);
  }

  private SlipwayException noDatabase() {
    Optional<Setting> part = DsnSource.PARTS.stream().filter(this::isGiven).findFirst();
    return part.map(
            each ->
                SlipwayException.usageError(
                        value(each).source().describe()
                            + " is set, but "
                            + Setting.DATABASE_TYPE.variable()
                            + " is missing, so no database is"
                            + " named")
                    .hint(DsnSource.TYPE_HINT))
        .orElseGet(
            () ->
                SlipwayException.usageError("no database is named")
                    .hint(
                        "set DSN, as in DSN=postgres://user:password@host:5432/database, or"
                            + " DSN_FILE, DATABASE_URL, or dsn: in the configuration file; commands"
                            + " also read .env and --env-file FILE"));
  }

  /** A description of the source of the DSN; empty when no DSN is set. */
  public Optional<String> dsnOrigin() {
    return dsn.map(DsnSource::describe);
  }

  /** Warnings to log once logging is set up. */
  public List<String> warnings() {
    return warnings;
  }

  /** A description of the source of the setting's value, such as "the flag --timeout". */
  public String origin(Setting setting) {
    return value(setting).source().describe();
  }

  /** Every setting with its value and where that comes from, in the order of the documentation. */
  public List<Entry> entries() {
    return values.entrySet().stream().map(each -> entry(each.getKey(), each.getValue())).toList();
  }

  private Entry entry(Setting setting, Value value) {
    if (value.text().isEmpty()) {
      return new Entry(setting, Optional.empty(), "not set", false);
    }
    boolean database =
        setting == Setting.DSN || setting == Setting.DSN_FILE || DsnSource.PARTS.contains(setting);
    boolean token =
        setting == Setting.SERVE_ADMIN_TOKEN || setting == Setting.SERVE_ADMIN_TOKEN_FILE;
    boolean used =
        (database && dsn.filter(each -> each.uses(setting, value.source())).isPresent())
            || (token && token(setting).isPresent())
            || (!database && !token);
    Object shown =
        setting.secret() ? Secret.of(value.text()).toString() : setting.kind().value(value.text());
    return new Entry(setting, Optional.of(shown), value.source().describe(), used);
  }

  /** What the migrator needs. */
  public Migrate migrate() {
    return new Migrate(
        lines(Setting.MIGRATE_PATH).stream().map(Path::of).toList(),
        lines(Setting.MIGRATE_EXCLUDE).stream().map(Glob::of).flatMap(Optional::stream).toList(),
        text(Setting.MIGRATE_FILE_FORMAT),
        Boolean.parseBoolean(text(Setting.MIGRATE_RECURSIVE)),
        text(Setting.MIGRATE_TABLE),
        SettingType.KeyValuePairs.pairs(String.join("\n", lines(Setting.MIGRATE_PLACEHOLDERS))),
        new Flyway(
            Boolean.parseBoolean(text(Setting.MIGRATE_PLACEHOLDER_REPLACEMENT)),
            text(Setting.MIGRATE_PLACEHOLDER_PREFIX),
            text(Setting.MIGRATE_PLACEHOLDER_SUFFIX),
            text(Setting.MIGRATE_PLACEHOLDER_SEPARATOR),
            text(Setting.MIGRATE_FLYWAY_SQL_MIGRATION_PREFIX),
            text(Setting.MIGRATE_FLYWAY_UNDO_SQL_MIGRATION_PREFIX),
            text(Setting.MIGRATE_FLYWAY_REPEATABLE_SQL_MIGRATION_PREFIX),
            text(Setting.MIGRATE_FLYWAY_BASELINE_MIGRATION_PREFIX),
            text(Setting.MIGRATE_FLYWAY_SQL_MIGRATION_SEPARATOR),
            lines(Setting.MIGRATE_FLYWAY_SQL_MIGRATION_SUFFIXES)),
        Migrate.OutOfOrder.valueOf(text(Setting.MIGRATE_OUT_OF_ORDER).toUpperCase(Locale.ROOT)),
        duration(Setting.MIGRATE_TIMEOUT),
        duration(Setting.MIGRATE_LOCK_TIMEOUT),
        duration(Setting.MIGRATE_DDL_LOCK_TIMEOUT),
        duration(Setting.MIGRATE_STATEMENT_TIMEOUT),
        duration(Setting.MIGRATE_WAIT));
  }

  /** The schema of the history, where a setting names it. */
  public Optional<String> schema() {
    return Optional.of(text(Setting.MIGRATE_SCHEMA)).filter(name -> !name.isEmpty());
  }

  /** What the HTTP server needs. */
  public Http http() {
    return new Http(
        text(Setting.SERVE_ADMIN_HOST),
        number(Setting.SERVE_ADMIN_PORT).orElseThrow(),
        duration(Setting.SERVE_DRAIN_DELAY),
        duration(Setting.SERVE_SHUTDOWN_TIMEOUT),
        duration(Setting.SERVE_REQUEST_TIMEOUT),
        duration(Setting.SERVE_READ_TIMEOUT),
        number(Setting.SERVE_LIMITS_CONCURRENT_REQUESTS).orElseThrow(),
        number(Setting.SERVE_LIMITS_CONNECTIONS).orElseThrow(),
        number(Setting.SERVE_LIMITS_BODY_BYTES).orElseThrow(),
        number(Setting.SERVE_LIMITS_HEADER_BYTES).orElseThrow(),
        number(Setting.SERVE_LIMITS_HEADERS).orElseThrow(),
        number(Setting.SERVE_LIMITS_ADDRESS_BYTES).orElseThrow(),
        token(Setting.SERVE_ADMIN_TOKEN).map(Secret::of),
        token(Setting.SERVE_ADMIN_TOKEN_FILE).map(Path::of));
  }

  /** What the identity API needs. */
  public Identity identity() {
    return new Identity(
        text(Setting.IDENTITY_DEFAULT_SCHEMA_ID),
        SettingType.KeyValuePairs.pairs(text(Setting.IDENTITY_SCHEMAS)),
        number(Setting.HASHERS_BCRYPT_COST).orElseThrow(),
        number(Setting.SERVE_LIMITS_PAGE_SIZE).orElseThrow(),
        number(Setting.SERVE_LIMITS_IDENTITY_BYTES).orElseThrow(),
        text(Setting.SERVE_ADMIN_BASE_URL).replaceFirst("/+$", ""));
  }

  /** What the connection pool needs. */
  public Pool pool() {
    return new Pool(
        number(Setting.POOL_MAX_CONNS),
        number(Setting.POOL_MAX_IDLE_CONNS),
        given(Setting.POOL_MAX_CONN_LIFETIME),
        given(Setting.POOL_MAX_CONN_IDLE_TIME),
        duration(Setting.POOL_ACQUIRE_TIMEOUT));
  }

  /** What logging needs. */
  public Log log() {
    return new Log(
        Log.Level.valueOf(text(Setting.LOG_LEVEL).toUpperCase(Locale.ROOT)),
        Log.Format.valueOf(text(Setting.LOG_FORMAT).toUpperCase(Locale.ROOT)));
  }

  /**
   * One setting as it may be printed.
   *
   * @param value a text, number, list or map as in the file, a secret masked; empty when not set
   * @param source a description of where it comes from
   * @param used whether it has its effect, or another setting that says the same is stronger
   */
  public record Entry(Setting setting, Optional<Object> value, String source, boolean used) {}

  /**
   * The migrator's slice. {@link Duration#ZERO} is "off" everywhere.
   *
   * @param paths the user's folders in the order given; empty for Slipway's own schema
   * @param exclude the files in them to leave out
   * @param fileFormat the name of the format of all folders, or {@code auto}
   * @param recursive whether subfolders are read in formats that have none
   * @param table the history table, without its schema
   * @param placeholders values for files with Flyway's names
   * @param flyway how files in Flyway's format are named, and what a placeholder in them is
   * @param outOfOrder what becomes of a pending migration below the newest applied version
   * @param timeout deadline of the whole run
   * @param lockTimeout how long to wait for another migrator
   * @param ddlLockTimeout how long one statement waits for a table's lock
   * @param statementTimeout how long one statement runs
   * @param waitForDatabase how long to wait for the database to come up
   */
  public record Migrate(
      List<Path> paths,
      List<Glob> exclude,
      String fileFormat,
      boolean recursive,
      String table,
      Map<String, String> placeholders,
      Flyway flyway,
      OutOfOrder outOfOrder,
      Duration timeout,
      Duration lockTimeout,
      Duration ddlLockTimeout,
      Duration statementTimeout,
      Duration waitForDatabase) {
    /** What becomes of a pending migration below the newest applied version. */
    public enum OutOfOrder {
      APPLY,
      REFUSE
    }

    public Migrate {
      paths = List.copyOf(paths);
      exclude = List.copyOf(exclude);
      placeholders = Map.copyOf(placeholders);
    }

    /** The same settings for the migrations of other folders. */
    public Migrate withFolders(List<Path> folders, List<Glob> excluded) {
      return new Migrate(
          folders,
          excluded,
          fileFormat,
          recursive,
          table,
          placeholders,
          flyway,
          outOfOrder,
          timeout,
          lockTimeout,
          ddlLockTimeout,
          statementTimeout,
          waitForDatabase);
    }
  }

  /**
   * Flyway's format, where it is configurable.
   *
   * @param placeholderReplacement whether placeholders are replaced
   * @param placeholderSeparator what separates {@code flyway} from the rest of a name
   * @param suffixes the ends of names, in any case
   */
  public record Flyway(
      boolean placeholderReplacement,
      String placeholderPrefix,
      String placeholderSuffix,
      String placeholderSeparator,
      String versionedPrefix,
      String undoPrefix,
      String repeatablePrefix,
      String baselinePrefix,
      String separator,
      List<String> suffixes) {
    public Flyway {
      suffixes = List.copyOf(suffixes);
    }
  }

  /**
   * The HTTP server's slice; each limit is described at its {@link Setting}.
   *
   * @param drainDelay how long it accepts requests after SIGTERM
   * @param shutdownTimeout how long requests in work may take to finish afterwards
   * @param token what requests have to bear; at most one of it and its file is there
   * @param tokenFile the file that holds it, to be read again when it changes
   */
  public record Http(
      String host,
      int port,
      Duration drainDelay,
      Duration shutdownTimeout,
      Duration requestTimeout,
      Duration readTimeout,
      int concurrentRequests,
      int connections,
      int bodyBytesMax,
      int headerBytesMax,
      int headersMax,
      int addressBytesMax,
      Optional<Secret> token,
      Optional<Path> tokenFile) {}

  /**
   * The identity API's slice.
   *
   * @param defaultSchemaId the schema of an identity that names none; one of the schemas, if any
   * @param schemas where each schema is read from, by its id, in the order given; may be empty
   * @param bcryptCost the cost of hashing a password that comes in clear
   * @param pageSizeMax the entries of a page at most
   * @param identityBytesMax the traits, metadata and credentials of an identity at most
   * @param baseUrl the address that clients know the server by, without a slash at its end; may be
   *     empty
   */
  public record Identity(
      String defaultSchemaId,
      Map<String, String> schemas,
      int bcryptCost,
      int pageSizeMax,
      int identityBytesMax,
      String baseUrl) {
    /** Nothing set. */
    public static final Identity DEFAULT = load(Map.of(), Map.of(), Optional.empty()).identity();

    public Identity {
      schemas = Collections.unmodifiableMap(new LinkedHashMap<>(schemas));
    }
  }

  /**
   * The pool's slice; the DSN's parameters of the same names beat it. What is empty was not set.
   *
   * @param acquireTimeout how long work waits for a connection
   */
  public record Pool(
      OptionalInt maxConns,
      OptionalInt maxIdleConns,
      Optional<Duration> maxConnLifetime,
      Optional<Duration> maxConnIdleTime,
      Duration acquireTimeout) {
    /** Nothing set, and the default for how long work waits. */
    public static final Pool DEFAULT =
        new Pool(
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            Durations.parse(Setting.POOL_ACQUIRE_TIMEOUT.defaultText()));
  }

  /** The slice of logging. */
  public record Log(Level level, Format format) {
    /** How much is logged. */
    public enum Level {
      TRACE,
      DEBUG,
      INFO,
      WARNING,
      ERROR
    }

    /** What a log line looks like. */
    public enum Format {
      TEXT,
      JSON
    }
  }

  private static void check(Setting setting, Value value) {
    if (value.given() && !setting.kind().accepts(value.text())) {
      String shown = setting.secret() ? "" : "'" + value.text() + "' ";
      throw SlipwayException.usageError(
              shown
                  + "from "
                  + value.source().describe()
                  + " does not fit "
                  + setting.key()
                  + ": it must be "
                  + setting.range())
          .hint(setting.description());
    }
  }

  private void checkTogether() {
    Value token = value(Setting.SERVE_ADMIN_TOKEN);
    Value tokenFile = value(Setting.SERVE_ADMIN_TOKEN_FILE);
    if (token.given() && token.source().rank() == tokenFile.source().rank()) {
      throw SlipwayException.usageError(
              "the token is given twice: by "
                  + token.source().describe()
                  + " and by "
                  + tokenFile.source().describe())
          .hint("keep one of them");
    }
    rejectEqualPrefixes();
    Identity identity = identity();
    if (!identity.schemas().isEmpty()
        && !identity.schemas().containsKey(identity.defaultSchemaId())) {
      throw SlipwayException.usageError(
              "'"
                  + identity.defaultSchemaId()
                  + "' from "
                  + origin(Setting.IDENTITY_DEFAULT_SCHEMA_ID)
                  + " is not among the schemas of "
                  + origin(Setting.IDENTITY_SCHEMAS)
                  + Suggestions.didYouMean(identity.defaultSchemaId(), identity.schemas().keySet()))
          .hint(
              "set "
                  + Setting.IDENTITY_DEFAULT_SCHEMA_ID.key()
                  + " to one of "
                  + String.join(", ", identity.schemas().keySet()));
    }
  }

  /** A name that starts with two prefixes could be either. */
  private void rejectEqualPrefixes() {
    Map<String, Setting> seen = new LinkedHashMap<>();
    for (Setting setting :
        List.of(
            Setting.MIGRATE_FLYWAY_SQL_MIGRATION_PREFIX,
            Setting.MIGRATE_FLYWAY_UNDO_SQL_MIGRATION_PREFIX,
            Setting.MIGRATE_FLYWAY_REPEATABLE_SQL_MIGRATION_PREFIX,
            Setting.MIGRATE_FLYWAY_BASELINE_MIGRATION_PREFIX)) {
      Setting other = seen.putIfAbsent(text(setting), setting);
      if (other != null) {
        throw SlipwayException.usageError(
                other.key() + " and " + setting.key() + " are both '" + text(setting) + "'")
            .hint("give each kind of migration a prefix of its own");
      }
    }
  }

  /** Every setting has a value, which may be its default. */
  private Value value(Setting setting) {
    return Objects.requireNonNull(values.get(setting));
  }

  private boolean isGiven(Setting setting) {
    return value(setting).given();
  }

  /** The token or its file: the one from the stronger place. */
  private Optional<String> token(Setting setting) {
    Setting rival =
        setting == Setting.SERVE_ADMIN_TOKEN
            ? Setting.SERVE_ADMIN_TOKEN_FILE
            : Setting.SERVE_ADMIN_TOKEN;
    return value(setting).source().rank() < value(rival).source().rank()
        ? Optional.of(text(setting))
        : Optional.empty();
  }

  private String text(Setting setting) {
    return value(setting).text();
  }

  private List<String> lines(Setting setting) {
    return SettingType.lines(text(setting));
  }

  private Duration duration(Setting setting) {
    return Durations.parse(text(setting));
  }

  /** The default said aloud is no more than the default. */
  private Optional<Duration> given(Setting setting) {
    return isGiven(setting) && !text(setting).equals(setting.defaultText())
        ? Optional.of(duration(setting))
        : Optional.empty();
  }

  private OptionalInt number(Setting setting) {
    String text = text(setting);
    return text.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
  }
}
