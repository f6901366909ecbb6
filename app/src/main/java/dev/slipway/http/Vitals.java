package dev.slipway.http;

import java.util.ArrayList;
import java.util.List;

/** What every server answers, whatever it serves: alive, ready, version, metrics. */
public final class Vitals {
  private Vitals() {}

  /** The routes, and the process' own numbers among the metrics. */
  public static List<Route> routes(String version, Health health, Metrics metrics) {
    ProcessMetrics.register(metrics, version);
    health.register(metrics);
    var routes = new ArrayList<>(health.routes());
    String body = "{\"version\":" + JsonText.quote(version) + "}\n";
    routes.add(Route.vital("/version", request -> Response.json(200, body)));
    routes.add(metrics.route());
    return routes;
  }
}
