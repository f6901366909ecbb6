package dev.slipway.json;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;

/**
 * Writes a document as a stream, without intermediate values, for responses to thousands of
 * requests per second. Not thread-safe.
 */
public final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final ByteArrayBuilder bytes = new ByteArrayBuilder();
  private final JsonGenerator generator =
      FACTORY.createGenerator(ObjectWriteContext.empty(), bytes);

  // Most times repeat the one before, since rows of a response were mostly stored together.
  private Instant lastTime = Instant.EPOCH;
  private String lastTimeText = Instant.EPOCH.toString();

  /** An empty document. */
  public JsonWriter() {}

  /** Starts an object. */
  public JsonWriter object() {
    generator.writeStartObject();
    return this;
  }

  /** Writes a name and starts its object. */
  public JsonWriter object(String name) {
    return name(name).object();
  }

  /** Starts an array. */
  public JsonWriter array() {
    generator.writeStartArray();
    return this;
  }

  /** Writes a name and starts its array. */
  public JsonWriter array(String name) {
    return name(name).array();
  }

  /** Ends the innermost object. */
  public JsonWriter endObject() {
    generator.writeEndObject();
    return this;
  }

  /** Ends the innermost array. */
  public JsonWriter endArray() {
    generator.writeEndArray();
    return this;
  }

  /** Writes a name; its value is next. */
  public JsonWriter name(String name) {
    generator.writeName(name);
    return this;
  }

  /** Writes a name with a string. */
  public JsonWriter string(String name, String value) {
    generator.writeStringProperty(name, value);
    return this;
  }

  /** Writes a name with a string or null. */
  public JsonWriter string(String name, Optional<String> value) {
    generator.writeName(name);
    if (value.isPresent()) {
      generator.writeString(value.get());
    } else {
      generator.writeNull();
    }
    return this;
  }

  /** Writes a name with an array. */
  public <T> JsonWriter array(String name, Collection<T> items, Consumer<T> write) {
    generator.writeName(name);
    generator.writeStartArray();
    items.forEach(write);
    return endArray();
  }

  /** Writes a name with an array of strings. */
  public JsonWriter strings(String name, Collection<String> values) {
    return array(name, values, generator::writeString);
  }

  /** Writes a name with an integer. */
  public JsonWriter number(String name, int value) {
    generator.writeNumberProperty(name, value);
    return this;
  }

  /** Writes a name with a boolean. */
  public JsonWriter bool(String name, boolean value) {
    generator.writeBooleanProperty(name, value);
    return this;
  }

  /** Writes a name with a time (RFC 3339, UTC). */
  public JsonWriter time(String name, Instant value) {
    if (!value.equals(lastTime)) {
      lastTime = value;
      lastTimeText = value.toString();
    }
    return string(name, lastTimeText);
  }

  /** Writes a name with a time, if there is one. */
  public JsonWriter time(String name, Optional<Instant> value) {
    value.ifPresent(time -> time(name, time));
    return this;
  }

  /** Writes a name with a value that is JSON text already. */
  public JsonWriter json(String name, String document) {
    generator.writeName(name);
    generator.writeRawValue(document);
    return this;
  }

  /** Writes a name with a value that is JSON text already, or with null. */
  public JsonWriter json(String name, Optional<String> document) {
    return json(name, document.orElse("null"));
  }

  /** The number of bytes written so far. */
  public int size() {
    generator.flush();
    return bytes.size();
  }

  /** Ends the document, and returns it as UTF-8. */
  public byte[] end() {
    generator.close();
    return bytes.toByteArray();
  }
}
