package dev.slipway.http;

import java.util.ArrayList;
import java.util.List;

/** The endpoints of every server, whatever API it serves: health, version, and metrics. */
public final class ManagementEndpoints {
  private ManagementEndpoints() {}

  /** Returns the routes, and registers the metrics of the process. */
  public static List<Route> routes(String version, Health health, Metrics metrics) {
    ProcessMetrics.register(metrics, version);
    health.register(metrics);
    var routes = new ArrayList<>(health.routes());
    String body = "{\"version\":" + JsonEscaper.quote(version) + "}\n";
    for (String path : List.of("/version", "/admin/version")) {
      routes.add(Route.management(path, request -> Response.json(200, body)));
    }
    routes.add(metrics.route());
    return routes;
  }
}
