package dev.slipway.http;

import dev.slipway.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * {@code /openapi.json}: the resource of that name with this build's version, cut down to the
 * routes of this server. The first request creates it.
 */
public final class OpenApi {
  private static final String PATH = "/openapi.json";

  private OpenApi() {}

  /**
   * The route.
   *
   * @param others every other route of the server
   */
  public static Route route(String version, List<Route> others) {
    var routes = new ArrayList<>(others);
    var made = new AtomicReference<Response>();
    Route own =
        Route.work(
            "GET",
            PATH,
            request -> {
              if (made.get() == null) {
                made.set(Response.json(200, Json.write(document(version, routes))));
              }
              return made.get();
            });
    routes.add(own);
    return own;
  }

  private static Map<String, Object> document(String version, List<Route> routes) {
    Map<String, Object> document = object(Json.read(resource(), PATH));
    object(document.get("info")).put("version", version);
    Map<String, Object> paths = object(document.get("paths"));
    var served = new TreeSet<String>();
    routes.forEach(route -> served.add(name(route.method(), route.pattern())));
    var undocumented = new TreeSet<>(served);
    paths.forEach(
        (pattern, item) -> {
          Set<String> keys = object(item).keySet();
          keys.forEach(key -> undocumented.remove(name(key, pattern)));
          keys.removeIf(key -> !key.equals("parameters") && !served.contains(name(key, pattern)));
        });
    paths.values().removeIf(item -> Set.of("parameters").containsAll(object(item).keySet()));
    if (!undocumented.isEmpty()) {
      throw new IllegalStateException("the OpenAPI document lacks " + undocumented);
    }
    return document;
  }

  private static String name(String method, String pattern) {
    return method.toUpperCase(Locale.ROOT) + " " + pattern;
  }

  @SuppressWarnings("unchecked") // the document is a resource of ours, whose objects are maps
  private static Map<String, Object> object(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }

  private static byte[] resource() {
    try (InputStream in = OpenApi.class.getResourceAsStream(PATH)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
