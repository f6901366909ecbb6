package dev.slipway.cli;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.db.Database;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.http.Metrics;
import dev.slipway.http.Probe;
import dev.slipway.http.Route;
import dev.slipway.identity.IdentityRoutes;
import dev.slipway.identity.Schemas;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code slipway serve}: the pool, the probes and the server, from the start to the signal. */
final class ServeCommand extends Verb {
  private static final System.Logger LOG = System.getLogger(ServeCommand.class.getName());

  ServeCommand(Context context) {
    super(context, "serve", "Serves HTTP until SIGTERM or SIGINT; a second signal ends it at once.",
        "Starts while the database is down, and turns ready when it comes. Never migrates, unless "
            + "--migrate is given or the DSN is `memory`.");
    flag("Apply what is pending before turning ready.", "--migrate");
    settings(Setting.DSN, Setting.DSN_FILE, Setting.SERVE_ADMIN_HOST, Setting.SERVE_ADMIN_PORT,
        Setting.SERVE_DRAIN_DELAY, Setting.SERVE_SHUTDOWN_TIMEOUT, Setting.SERVE_REQUEST_TIMEOUT,
        Setting.LOG_LEVEL, Setting.LOG_FORMAT, Setting.MIGRATE_PATH, Setting.MIGRATE_TABLE);
    examples("DSN=postgres://user:secret@db/app slipway serve",
        "slipway serve --migrate --dsn sqlite://slipway.sqlite --port 8080");
  }

  @Override
  ExitCode run() {
    Settings settings = settings(Optional.empty());
    Logs.configure(settings.log());
    Signals signals = context.signals().get();
    var metrics = new Metrics();
    try (Database database =
        Database.open(settings::dsnText, settings.pool(), "slipway serve")) {
      PoolMetrics.register(metrics, database);
      var connections = ProbeConnections.of(database);
      List<Probe> probes =
          List.of(
              new DatabaseProbe(connections),
              new SchemaProbe(connections, database, settings.migrate(), metrics));
      if (settings.migrate().paths().isEmpty()) {
        Schemas schemas = Schemas.load(settings.identity());
        try (var identities = new IdentityRoutes(database, schemas, settings.identity())) {
          serve(settings, database, identities.routes(), probes, signals, metrics);
        }
      } else {
        // Somebody else's tables: there are no identities in them.
        serve(settings, database, List.of(), probes, signals, metrics);
      }
    }
    return ExitCode.DONE;
  }

  private void serve(
      Settings settings,
      Database database,
      List<Route> routes,
      List<Probe> probes,
      Signals signals,
      Metrics metrics) {
    var serving = new Serving(settings.http(), VersionCommand.text(), probes, routes);
    Consumer<URI> listening = address -> LOG.log(Level.INFO, "listening on " + address);
    if (has("--migrate") || database.dsn().memory()) {
      try (var atStart = MigrateAtStart.begin(database, settings.migrate(), signals)) {
        serving.run(signals, metrics, listening);
        Optional<Fault> failure = atStart.failure();
        if (failure.isPresent()) {
          throw failure.get();
        }
      }
    } else {
      serving.run(signals, metrics, listening);
    }
  }
}
