package dev.slipway.http;

import dev.slipway.error.Excerpt;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the route for a method and a path. A literal path takes precedence over one with
 * parameters; GET's route also answers HEAD. Immutable.
 */
public final class Routes {
  private final Map<String, Resource> literal = new LinkedHashMap<>();
  private final Map<String, Resource> parametrized = new LinkedHashMap<>();

  private Routes() {}

  /**
   * Creates the routes of a server.
   *
   * @throws IllegalArgumentException when two routes have the same method and pattern
   */
  public static Routes of(List<Route> list) {
    var routes = new Routes();
    for (Route route : list) {
      var group = route.pattern().contains("{") ? routes.parametrized : routes.literal;
      var resource = group.computeIfAbsent(route.pattern(), Resource::of);
      if (resource.byMethod.putIfAbsent(route.method(), route) != null) {
        throw new IllegalArgumentException(
            "two routes for " + route.method() + " " + route.pattern());
      }
    }
    return routes;
  }

  /** Returns every route, in no particular order, for documents and their tests. */
  public List<Route> all() {
    return Stream.of(literal, parametrized)
        .flatMap(group -> group.values().stream())
        .flatMap(resource -> resource.byMethod.values().stream())
        .toList();
  }

  /**
   * Finds the route for a request, with the values of its path parameters.
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
    String[] raw = rawPath.split("/", -1);
    for (Resource candidate : parametrized.values()) {
      if (candidate.matches(raw)) {
        Map<String, String> parameters = candidate.parameters(raw);
        return new Match(candidate.route(method), parameters);
      }
    }
    throw Problem.of(404, "no route has this path");
  }

  /** A route and the decoded values of its path parameters. */
  record Match(Route route, Map<String, String> parameters) {}

  /** One path pattern with its methods. */
  private record Resource(List<String> segments, Map<String, Route> byMethod) {
    static Resource of(String pattern) {
      return new Resource(List.of(pattern.split("/", -1)), new TreeMap<>());
    }

    Route route(String method) {
      return Optional.ofNullable(byMethod.get(method.equals("HEAD") ? "GET" : method))
          .orElseThrow(
              () ->
                  Problem.of(405, Excerpt.of(method) + " does not work here")
                      .header("Allow", allowed()));
    }

    boolean matches(String[] raw) {
      boolean matches = raw.length == segments.size();
      for (int i = 0; matches && i < raw.length; i++) {
        matches = isParameter(i) ? !raw[i].isEmpty() : segments.get(i).equals(raw[i]);
      }
      return matches;
    }

    Map<String, String> parameters(String[] raw) {
      var parameters = new HashMap<String, String>();
      for (int i = 0; i < raw.length; i++) {
        if (isParameter(i)) {
          String name = segments.get(i).substring(1, segments.get(i).length() - 1);
          parameters.put(name, PercentDecoder.decodePath(raw[i]));
        }
      }
      return parameters;
    }

    private boolean isParameter(int segment) {
      return segments.get(segment).startsWith("{");
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
