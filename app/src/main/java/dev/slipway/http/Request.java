package dev.slipway.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One request, read to its end and within all limits. Immutable, except for the array of the body.
 */
public final class Request {
  private final org.eclipse.jetty.server.Request request;
  private final String route;
  private final Map<String, String> parameters;
  private final byte[] body;
  private final Map<String, List<String>> query;

  Request(
      org.eclipse.jetty.server.Request request,
      String route,
      Map<String, String> parameters,
      byte[] body) {
    this.request = request;
    this.route = route;
    this.parameters = parameters;
    this.body = body;
    this.query = parse(request.getHttpURI().getQuery());
  }

  /** The method as it was sent; HEAD stays HEAD, although GET's route answers it. */
  public String method() {
    return request.getMethod();
  }

  /** The path as it was sent, still percent-encoded. */
  public String path() {
    return request.getHttpURI().getPath();
  }

  /** The pattern of the route that was matched: of small number, unlike paths. */
  public String route() {
    return route;
  }

  /**
   * The decoded value of a path parameter.
   *
   * @throws IllegalArgumentException when the route's pattern has no such parameter
   */
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException(route() + " has no parameter " + name);
    }
    return value;
  }

  /** The first value of a query parameter. */
  public Optional<String> query(String name) {
    return queries(name).stream().findFirst();
  }

  /** Every value of a query parameter, in order. */
  public List<String> queries(String name) {
    return query.getOrDefault(name, List.of());
  }

  /** The names of all query parameters. */
  public Set<String> queryNames() {
    return Collections.unmodifiableSet(query.keySet());
  }

  /** The first value of a header, whose name is matched regardless of case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeaders().get(name));
  }

  /** The body; empty for a request without a body. */
  public byte[] body() {
    return body;
  }

  private static Map<String, List<String>> parse(String raw) {
    if (raw == null || raw.isEmpty()) {
      return Map.of();
    }
    var query = new LinkedHashMap<String, List<String>>();
    for (String pair : raw.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = PercentDecoder.decodeQuery(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : PercentDecoder.decodeQuery(pair.substring(equals + 1));
      query.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }
    return query;
  }
}
