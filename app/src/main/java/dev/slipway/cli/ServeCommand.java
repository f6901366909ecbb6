package dev.slipway.cli;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.Carriers;
import dev.slipway.http.Health;
import dev.slipway.http.Metrics;
import dev.slipway.http.Probe;
import dev.slipway.http.Route;
import dev.slipway.identity.IdentityApi;
import dev.slipway.pool.ConnectionPool;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code slipway serve}: the pool, the probes and the server, from the start to the signal. */
final class ServeCommand extends BaseCommand {
  private static final System.Logger LOG = System.getLogger(ServeCommand.class.getName());

  private static final String PRINT_CONFIG = "--print-config";

  ServeCommand(CommandContext context) {
    super(
        context,
        "serve",
        "Serves HTTP until SIGTERM or SIGINT; a second signal ends it at once.",
        "Starts while the database is down, and turns ready when it comes. Never migrates, unless "
            + "--migrate is given or the DSN is `memory`.");
    flag("Apply what is pending before turning ready.", "--migrate");
    flag(
        "Print the settings, each with where it comes from, and end; secrets are masked.",
        PRINT_CONFIG);
    option(
        "yaml|json", "How to print them (default: yaml, which --config reads again).", "--format");
    settings(
        Setting.DSN,
        Setting.DSN_FILE,
        Setting.SERVE_ADMIN_HOST,
        Setting.SERVE_ADMIN_PORT,
        Setting.SERVE_DRAIN_DELAY,
        Setting.SERVE_SHUTDOWN_TIMEOUT,
        Setting.SERVE_REQUEST_TIMEOUT,
        Setting.LOG_LEVEL,
        Setting.LOG_FORMAT,
        Setting.MIGRATE_PATH,
        Setting.MIGRATE_EXCLUDE,
        Setting.MIGRATE_FILE_FORMAT,
        Setting.MIGRATE_RECURSIVE,
        Setting.MIGRATE_TABLE,
        Setting.MIGRATE_SCHEMA);
    examples(
        "DSN=postgres://user:secret@db/app slipway serve",
        "slipway serve --migrate --dsn sqlite://slipway.sqlite --port 8080",
        "slipway serve --config slipway.yaml --print-config");
  }

  @Override
  ExitCode run() {
    Settings settings = settings(Optional.empty());
    announceSource(settings);
    if (has(PRINT_CONFIG)) {
      context.terminal().out().print(printed(settings, value("--format").orElse("yaml")));
      return ExitCode.DONE;
    }
    if (value("--format").isPresent()) {
      throw usageError("--format says how " + PRINT_CONFIG + " prints, which is not given");
    }
    Logging.configure(settings.log());
    Carriers.configure();
    ShutdownSignals signals = context.signals().get();
    // The start may take seconds on a busy machine, and leaves nothing that has to be ended.
    signals.then(() -> signals.haltAfter(Duration.ZERO, ExitCode.DONE));
    var metrics = new Metrics();
    try (ConnectionPool database =
        ConnectionPool.open(
            settings::database,
            settings.schema(),
            settings.pool(),
            "slipway serve",
            PoolMetrics.acquired(metrics))) {
      PoolMetrics.register(metrics, database);
      var connections = HealthProbeConnections.of(database);
      List<Probe> probes =
          List.of(
              new DatabaseProbe(connections, database),
              new SchemaReadinessProbe(connections, database, settings.migrate(), metrics));
      // Asked while the rest is made ready: they wait for the database, the rest does not.
      try (Health health = Health.start(probes)) {
        if (settings.migrate().paths().isEmpty()) {
          try (var identities = IdentityApi.open(database, settings.identity())) {
            serve(settings, database, identities.routes(), health, signals, metrics);
          }
        } else {
          // The tables belong to another service and contain no identities.
          serve(settings, database, List.of(), health, signals, metrics);
        }
      }
    }
    return ExitCode.DONE;
  }

  private void serve(
      Settings settings,
      ConnectionPool database,
      List<Route> routes,
      Health health,
      ShutdownSignals signals,
      Metrics metrics) {
    var serving = new ServerLifecycle(settings.http(), VersionCommand.text(), health, routes);
    Consumer<URI> listening =
        address -> {
          signals.then(() -> {});
          LOG.log(Level.INFO, "listening on " + address);
        };
    if (has("--migrate") || database.dsn().inMemory()) {
      try (var atStart = new StartupMigration(database, settings.migrate(), signals)) {
        serving.run(signals, metrics, listening.andThen(_ -> atStart.begin()));
        Optional<SlipwayException> failure = atStart.failure();
        if (failure.isPresent()) {
          throw failure.get();
        }
      }
    } else {
      serving.run(signals, metrics, listening);
    }
  }

  /** Prints the settings even if the DSN is invalid, because they help to find the reason. */
  private String printed(Settings settings, String format) {
    Optional<Dsn> dsn = Optional.empty();
    try {
      dsn = Optional.of(Drivers.parse(settings.database()));
    } catch (SlipwayException e) {
      context.terminal().log("warning: " + e.getMessage());
    }
    var print = new SettingsReport(settings, dsn);
    return switch (format) {
      case "yaml" -> print.yaml();
      case "json" -> print.json();
      case String other -> throw usageError("no format `" + other + "`: take yaml or json");
    };
  }
}
