package dev.slipway.identity;

import dev.slipway.config.Nearest;
import dev.slipway.config.Settings;
import dev.slipway.fault.Fault;
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

/** The schemas that identities can have, by their ids. Immutable and thread-safe. */
final class Schemas {
  /** All schemas together. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final SequencedMap<String, IdentitySchema> byId = new LinkedHashMap<>();
  private final String defaultId;

  private Schemas(String defaultId) {
    this.defaultId = defaultId;
  }

  /**
   * Reads the schemas of a configuration; one that names none has a schema of people with an e-mail
   * address and a name.
   *
   * @throws Fault USAGE that names schema, place and what is wrong; RETRY when the server that has
   *     it is not reached
   */
  static Schemas load(Settings.Identity settings) {
    return load(settings, TIMEOUT);
  }

  static Schemas load(Settings.Identity settings, Duration timeout) {
    var schemas = new Schemas(settings.defaultSchemaId());
    Instant deadline = Instant.now().plus(timeout);
    for (Map.Entry<String, String> each : settings.schemas().entrySet()) {
      var source = new SchemaSource(each.getKey(), each.getValue(), deadline);
      schemas.add(each.getKey(), source.read(), source.what());
    }
    if (schemas.byId.isEmpty()) {
      schemas.add(schemas.defaultId, builtIn(), "the identity schema of Slipway itself");
    }
    return schemas;
  }

  /** The id of the schema of an identity that names none. */
  String defaultId() {
    return defaultId;
  }

  /** All of them, in the order of the configuration. */
  List<IdentitySchema> all() {
    return List.copyOf(byId.values());
  }

  /** The schema of an id, if there is one. */
  Optional<IdentitySchema> find(String id) {
    return Optional.ofNullable(byId.get(id));
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
                    "/schema_id: there is no identity schema '" + id + "'"
                        + Nearest.question(id, byId.keySet())));
  }

  private void add(String id, byte[] document, String what) {
    byId.put(id, new IdentitySchema(id, Json.read(document, what), what));
  }

  private static byte[] builtIn() {
    try (InputStream in = Schemas.class.getResourceAsStream("/identity.schema.json")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
