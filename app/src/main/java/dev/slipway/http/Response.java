package dev.slipway.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** One answer: status, headers, body. Immutable, as long as nobody writes into the body. */
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

  /** An answer of JSON that is already text. */
  public static Response json(int status, String json) {
    return json(status, json.getBytes(StandardCharsets.UTF_8));
  }

  /** An answer of JSON that is already encoded as UTF-8. */
  public static Response json(int status, byte[] json) {
    return of(status, JSON, json);
  }

  /** An answer of any other kind. */
  public static Response of(int status, String contentType, byte[] body) {
    return new Response(status, Map.of("Content-Type", contentType), body);
  }

  /** An answer without a body. */
  public static Response empty(int status) {
    return new Response(status, Map.of(), new byte[0]);
  }

  /** The same answer with one more header; a header of that name is replaced. */
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

  /** The body; empty when there is none. */
  public byte[] body() {
    return body;
  }
}
