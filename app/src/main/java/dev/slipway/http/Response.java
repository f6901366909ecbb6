package dev.slipway.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** One response: status, headers, body. Immutable, except for the array of the body. */
public final class Response {
  private static final String JSON = "application/json; charset=utf-8";

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;

  private Response(int status, Map<String, String> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = Objects.requireNonNull(body);
  }

  /** Creates a response from JSON text. */
  public static Response json(int status, String json) {
    return json(status, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Creates a response from JSON in UTF-8. */
  public static Response json(int status, byte[] json) {
    return of(status, JSON, json);
  }

  /** Creates a response of any content type. */
  public static Response of(int status, String contentType, byte[] body) {
    return new Response(status, Map.of("Content-Type", contentType), body);
  }

  /** Creates a response without a body. */
  public static Response empty(int status) {
    return new Response(status, Map.of(), new byte[0]);
  }

  /** Returns a copy with one more header, which replaces a header of the same name. */
  public Response header(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Response(status, Collections.unmodifiableMap(more), body);
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The headers, by name. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The body; empty for a response without a body. */
  public byte[] body() {
    return body;
  }
}
