package dev.slipway.http;

import dev.slipway.error.Excerpt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * From method and path to the route that answers. A path written out beats one with parameters;
 * HEAD is answered by GET's route. Immutable.
 */
public final class Routes {
  private final Map<String, Resource> literal = new LinkedHashMap<>();
  private final List<Resource> parametrized = new ArrayList<>();

  private Routes() {}

  /**
   * Routes for a server.
   *
   * @throws IllegalArgumentException when two routes have the same method and pattern
   */
  public static Routes of(List<Route> list) {
    var routes = new Routes();
    for (Route route : list) {
      routes.add(route);
    }
    return routes;
  }

  /** Every route, in no particular order: for documents and their tests. */
  public List<Route> all() {
    var all = new ArrayList<Route>();
    literal.values().forEach(resource -> all.addAll(resource.byMethod.values()));
    parametrized.forEach(resource -> all.addAll(resource.byMethod.values()));
    return Collections.unmodifiableList(all);
  }

  /**
   * The route for a request, with the values of its path parameters.
   *
   * @param rawPath the path as it was sent, still percent-encoded
   * @throws Problem 404 when no route has the path, 405 when none of them has the method, 400 when
   *     the path is not valid percent-encoded UTF-8
   */
  Match find(String method, String rawPath) {
    Resource resource = literal.get(rawPath);
    if (resource != null) {
      return new Match(resource.route(method), Map.of());
    }
    String[] segments = rawPath.split("/", -1);
    for (Resource candidate : parametrized) {
      Optional<Map<String, String>> parameters = candidate.match(segments);
      if (parameters.isPresent()) {
        return new Match(candidate.route(method), parameters.get());
      }
    }
    throw Problem.of(404, "no route has this path");
  }

  private void add(Route route) {
    Resource resource;
    if (route.pattern().contains("{")) {
      resource =
          parametrized.stream()
              .filter(known -> known.pattern.equals(route.pattern()))
              .findFirst()
              .orElseGet(
                  () -> {
                    var fresh = new Resource(route.pattern());
                    parametrized.add(fresh);
                    return fresh;
                  });
    } else {
      resource = literal.computeIfAbsent(route.pattern(), Resource::new);
    }
    if (resource.byMethod.putIfAbsent(route.method(), route) != null) {
      throw new IllegalArgumentException(
          "two routes for " + route.method() + " " + route.pattern());
    }
  }

  /** A route and the decoded values of its path parameters. */
  record Match(Route route, Map<String, String> parameters) {}

  /** One path pattern with its methods. */
  private static final class Resource {
    private final String pattern;
    private final String[] segments;
    private final Map<String, Route> byMethod = new HashMap<>();

    Resource(String pattern) {
      this.pattern = pattern;
      this.segments = pattern.split("/", -1);
    }

    Route route(String method) {
      Route route = byMethod.get(method.equals("HEAD") ? "GET" : method);
      if (route == null) {
        throw Problem.of(405, Excerpt.of(method) + " does not work here")
            .header("Allow", allowed());
      }
      return route;
    }

    Optional<Map<String, String>> match(String[] raw) {
      if (!fits(raw)) {
        return Optional.empty();
      }
      var parameters = new HashMap<String, String>();
      for (int i = 0; i < raw.length; i++) {
        if (isParameter(i)) {
          String name = segments[i].substring(1, segments[i].length() - 1);
          parameters.put(name, Percent.decodePath(raw[i]));
        }
      }
      return Optional.of(parameters);
    }

    private boolean fits(String[] raw) {
      if (raw.length != segments.length) {
        return false;
      }
      for (int i = 0; i < raw.length; i++) {
        if (isParameter(i) ? raw[i].isEmpty() : !segments[i].equals(raw[i])) {
          return false;
        }
      }
      return true;
    }

    private boolean isParameter(int segment) {
      return segments[segment].startsWith("{");
    }

    private String allowed() {
      var methods = new TreeSet<>(byMethod.keySet());
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      return String.join(", ", methods);
    }
  }
}
