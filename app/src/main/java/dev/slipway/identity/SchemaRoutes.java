package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.error.Excerpt;
import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import dev.slipway.http.Response;
import dev.slipway.http.Route;
import dev.slipway.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code /schemas}, compatible with Ory Kratos, and {@code /admin/schemas}, which Kratos redirects.
 * Thread-safe.
 */
final class SchemaRoutes {

  private final SchemaRegistry schemas;
  private final int pageSizeMax;

  SchemaRoutes(SchemaRegistry schemas, Settings.Identity settings) {
    this.schemas = schemas;
    this.pageSizeMax = settings.pageSizeMax();
  }

  List<Route> routes() {
    return Stream.of("/schemas", "/admin/schemas")
        .flatMap(
            path ->
                Stream.of(
                    Route.work("GET", path, this::list),
                    Route.work("GET", path + "/{id}", this::get)))
        .toList();
  }

  private Response list(Request request) {
    var query = QueryParameters.of(request, "page_size, per_page, page_token, page");
    int size = query.pageSize(pageSizeMax);
    List<IdentitySchema> all = schemas.all();
    List<String> tokens = all.stream().map(schema -> encode(schema.id())).toList();
    Optional<String> token = query.pageToken();
    int from = token.map(tokens::indexOf).orElse(-1) + 1;
    if (from == 0 && token.isPresent()) {
      throw PageToken.invalid();
    }
    int to = Math.min(all.size(), from + size);
    JsonWriter json = new JsonWriter().array();
    for (IdentitySchema schema : all.subList(from, to)) {
      json.object().string("id", schema.id()).json("schema", schema.document()).endObject();
    }
    Optional<String> next = to == all.size() ? Optional.empty() : Optional.of(tokens.get(to - 1));
    return Response.json(200, json.endArray().end())
        .header("Link", query.links(request.route(), size, next));
  }

  private Response get(Request request) {
    QueryParameters.requireNone(request);
    String id = request.parameter("id");
    return schemas
        .find(id)
        .or(() -> decode(id).flatMap(schemas::find))
        .map(schema -> Response.json(200, schema.document()))
        .orElseThrow(() -> Problem.of(404, "there is no identity schema '" + Excerpt.of(id) + "'"));
  }

  /** A schema's id, which may contain any character, as a segment of a path. */
  static String encode(String id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(id.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> decode(String text) {
    try {
      return Optional.of(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
