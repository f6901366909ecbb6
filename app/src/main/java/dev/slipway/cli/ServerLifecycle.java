package dev.slipway.cli;

import dev.slipway.config.Settings;
import dev.slipway.http.Health;
import dev.slipway.http.ManagementEndpoints;
import dev.slipway.http.Metrics;
import dev.slipway.http.OpenApi;
import dev.slipway.http.Route;
import dev.slipway.http.Routes;
import dev.slipway.http.Server;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The lifecycle of the server: listens, logs when it becomes ready or unready, and shuts down
 * without failing requests. After the signal it reports unready but serves requests for the drain
 * delay, because load balancers need time to react.
 */
record ServerLifecycle(Settings.Http http, String version, Health health, List<Route> routes) {
  private static final System.Logger LOG = System.getLogger(ServerLifecycle.class.getName());

  private static final String OPEN =
      "the API has no token: every client that can reach %s may read, change, and delete all"
          + " identities (set SLIPWAY_ADMIN_TOKEN_FILE, or listen on 127.0.0.1)";

  /**
   * Serves until the signal and through the drain.
   *
   * @param listening told once, of the address it listens on
   * @throws dev.slipway.error.SlipwayException USAGE when it cannot listen there
   */
  void run(ShutdownSignals signals, Metrics metrics, Consumer<URI> listening) {
    var everReady = new AtomicBoolean();
    var all = new ArrayList<>(ManagementEndpoints.routes(version, health, metrics));
    all.addAll(routes);
    all.add(OpenApi.route(version, all));
    try (Server server = Server.start(http, Routes.of(all), metrics)) {
      listening.accept(server.address());
      if (server.isOpen() && !routes.isEmpty()) {
        LOG.log(Level.WARNING, OPEN.formatted(server.address()));
      }
      health.subscribe(report -> log(report, everReady));
      signals.await();
      health.shutDown("shutting down");
      server.drain();
      if (everReady.get()) {
        String left = seconds(http.drainDelay());
        LOG.log(Level.INFO, "asked to end: not ready from now on, answering for another " + left);
        pause(http.drainDelay());
      } else {
        LOG.log(Level.INFO, "asked to end: it was never ready, so nobody sends requests here");
      }
      if (server.stop(http.shutdownTimeout())) {
        LOG.log(Level.INFO, "ended, every request was answered");
      } else {
        LOG.log(Level.WARNING, "ended, although requests were still in work");
      }
    }
  }

  private static void log(Health.Report report, AtomicBoolean everReady) {
    if (report.ready()) {
      everReady.set(true);
    }
    if (!report.ready()) {
      LOG.log(Level.WARNING, "not ready: " + report.describe());
    } else if (report.describe().isEmpty()) {
      LOG.log(Level.INFO, "ready");
    } else {
      LOG.log(Level.WARNING, "ready, but " + report.describe());
    }
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      // An interrupt skips the rest of the delay.
      Thread.currentThread().interrupt();
    }
  }
}
