package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.config.Suggestions;
import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The identity schemas by id. Configured schemas are read at once: with an invalid one the server
 * does not start. The built-in schema is read on first use, since JSON and its schemas take a third
 * of the start time. Thread-safe.
 */
final class SchemaRegistry {
  /** For all schemas together. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final String defaultId;
  private volatile @Nullable SequencedMap<String, IdentitySchema> byId;

  private SchemaRegistry(String defaultId) {
    this.defaultId = defaultId;
  }

  /**
   * Reads the schemas of a configuration. Without any, the built-in schema describes persons with
   * an e-mail address and a name.
   *
   * @throws SlipwayException USAGE that names schema, location, and cause; RETRY if its server is
   *     unreachable
   */
  static SchemaRegistry load(Settings.Identity settings) {
    return load(settings, TIMEOUT);
  }

  static SchemaRegistry load(Settings.Identity settings, Duration timeout) {
    var registry = new SchemaRegistry(settings.defaultSchemaId());
    Instant deadline = Instant.now().plus(timeout);
    var configured = new LinkedHashMap<String, IdentitySchema>();
    settings
        .schemas()
        .forEach(
            (id, location) -> {
              var source = new SchemaSource(id, location, deadline);
              configured.put(id, schema(id, source.read(), source.description()));
            });
    if (!configured.isEmpty()) {
      registry.byId = configured;
    }
    return registry;
  }

  /** The id of the schema of identities that name none. */
  String defaultId() {
    return defaultId;
  }

  /** All schemas in the order of the configuration. */
  List<IdentitySchema> all() {
    return List.copyOf(byId().values());
  }

  /** Finds a schema by its id. */
  Optional<IdentitySchema> find(String id) {
    return Optional.ofNullable(byId().get(id));
  }

  /**
   * The schema of an identity.
   *
   * @throws Problem 400 if there is no schema of this id
   */
  IdentitySchema require(String id) {
    return find(id)
        .orElseThrow(
            () ->
                Problem.of(
                    400,
                    "/schema_id: there is no identity schema '"
                        + Excerpt.of(id)
                        + "'"
                        + Suggestions.didYouMean(id, byId().keySet())));
  }

  private SequencedMap<String, IdentitySchema> byId() {
    if (byId == null) {
      synchronized (this) {
        if (byId == null) {
          byId = builtIn(defaultId);
        }
      }
    }
    return byId;
  }

  private static SequencedMap<String, IdentitySchema> builtIn(String id) {
    try (InputStream in = SchemaRegistry.class.getResourceAsStream("/identity.schema.json")) {
      var schema = schema(id, in.readAllBytes(), "the identity schema of Slipway itself");
      return new LinkedHashMap<>(Map.of(id, schema));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static IdentitySchema schema(String id, byte[] document, String source) {
    return new IdentitySchema(id, Json.read(document, source), source);
  }
}
