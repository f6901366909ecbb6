package dev.slipway.json;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;

/**
 * Writes a document piece by piece, without values in between, for answers that are asked for
 * thousands of times a second. Pieces that are JSON already go in as they are. Of one thread.
 */
public final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final ByteArrayBuilder bytes = new ByteArrayBuilder();
  private final JsonGenerator generator =
      FACTORY.createGenerator(ObjectWriteContext.empty(), bytes);

  // What is written together was mostly stored together: most times repeat the one before.
  private Instant lastTime = Instant.EPOCH;
  private String lastTimeText = Instant.EPOCH.toString();

  /** An empty document. */
  public JsonWriter() {}

  /** Begins an object. */
  public JsonWriter object() {
    generator.writeStartObject();
    return this;
  }

  /** Begins an object as the value of a name. */
  public JsonWriter object(String name) {
    generator.writeName(name);
    generator.writeStartObject();
    return this;
  }

  /** Begins an array. */
  public JsonWriter array() {
    generator.writeStartArray();
    return this;
  }

  /** Begins an array as the value of a name. */
  public JsonWriter array(String name) {
    generator.writeName(name);
    generator.writeStartArray();
    return this;
  }

  /** Ends the object that was begun last. */
  public JsonWriter endObject() {
    generator.writeEndObject();
    return this;
  }

  /** Ends the array that was begun last. */
  public JsonWriter endArray() {
    generator.writeEndArray();
    return this;
  }

  /** A name, whose value comes next. */
  public JsonWriter name(String name) {
    generator.writeName(name);
    return this;
  }

  /** A name with a text. */
  public JsonWriter string(String name, String value) {
    generator.writeStringProperty(name, value);
    return this;
  }

  /** A name with a text, or with null. */
  public JsonWriter string(String name, Optional<String> value) {
    generator.writeName(name);
    if (value.isPresent()) {
      generator.writeString(value.get());
    } else {
      generator.writeNull();
    }
    return this;
  }

  /** A name with texts. */
  public JsonWriter strings(String name, Collection<String> values) {
    array(name);
    values.forEach(generator::writeString);
    return endArray();
  }

  /** A name with a whole number. */
  public JsonWriter number(String name, int value) {
    generator.writeNumberProperty(name, value);
    return this;
  }

  /** A name with a truth. */
  public JsonWriter bool(String name, boolean value) {
    generator.writeBooleanProperty(name, value);
    return this;
  }

  /** A name with a time, as RFC 3339 has it in UTC. */
  public JsonWriter time(String name, Instant value) {
    if (!value.equals(lastTime)) {
      lastTime = value;
      lastTimeText = value.toString();
    }
    return string(name, lastTimeText);
  }

  /** A name with a time, left out where there is none. */
  public JsonWriter time(String name, Optional<Instant> value) {
    value.ifPresent(time -> time(name, time));
    return this;
  }

  /** A name with a document that is JSON already. */
  public JsonWriter json(String name, String document) {
    generator.writeName(name);
    generator.writeRawValue(document);
    return this;
  }

  /** A name with a document that is JSON already, or with null. */
  public JsonWriter json(String name, Optional<String> document) {
    return json(name, document.orElse("null"));
  }

  /** How many bytes there are, but for what is still in the writer's buffer. */
  public int size() {
    generator.flush();
    return bytes.size();
  }

  /** The whole document as UTF-8; nothing can be written any more. */
  public byte[] end() {
    generator.close();
    return bytes.toByteArray();
  }
}
