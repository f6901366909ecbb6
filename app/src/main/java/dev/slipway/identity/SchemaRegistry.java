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

/**
 * The schemas that identities can have, by their ids. Those of a configuration are read at once:
 * with a wrong one no server starts. The built-in one, which is not wrong, is read when it is first
 * asked for: JSON and its schemas are a third of a start. Thread-safe.
 */
final class SchemaRegistry {
  /** All schemas together. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final String defaultId;
  private volatile SequencedMap<String, IdentitySchema> byId;

  private SchemaRegistry(String defaultId) {
    this.defaultId = defaultId;
  }

  /**
   * Reads the schemas of a configuration; one that names none has a schema of people with an e-mail
   * address and a name.
   *
   * @throws SlipwayException USAGE that names schema, place and what is wrong; RETRY when the
   *     server that has it is not reached
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

  /** The id of the schema of an identity that names none. */
  String defaultId() {
    return defaultId;
  }

  /** All of them, in the order of the configuration. */
  List<IdentitySchema> all() {
    return List.copyOf(byId().values());
  }

  /** The schema of an id, if there is one. */
  Optional<IdentitySchema> find(String id) {
    return Optional.ofNullable(byId().get(id));
  }

  /**
   * The schema of an identity.
   *
   * @throws Problem 400 when there is none of that id
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
