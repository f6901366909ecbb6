package dev.slipway.http;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One request, read to its end and within all limits. Immutable, as long as nobody writes into the
 * body.
 */
public final class Request {
  private final String method;
  private final URI uri;
  private final String route;
  private final Map<String, String> parameters;
  private final Headers headers;
  private final byte[] body;
  private final Map<String, List<String>> query;

  Request(
      String method,
      URI uri,
      String route,
      Map<String, String> parameters,
      Headers headers,
      byte[] body) {
    this.method = method;
    this.uri = uri;
    this.route = route;
    this.parameters = parameters;
    this.headers = headers;
    this.body = body;
    this.query = parse(uri.getRawQuery());
  }

  /** The method as it was sent; HEAD stays HEAD, although GET's route answers it. */
  public String method() {
    return method;
  }

  /** The path as it was sent, still percent-encoded. */
  public String path() {
    return uri.getRawPath();
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
    return Optional.ofNullable(headers.getFirst(name));
  }

  /** The body; empty when there is none. */
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
      String name = Percent.decodeQuery(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : Percent.decodeQuery(pair.substring(equals + 1));
      query.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }
    return query;
  }
}
