package dev.slipway.identity;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object of a request's body field by field. Null counts as absent, since many clients
 * send fields that are not set. An invalid field causes a {@link Problem} 400 that names its
 * location.
 */
final class JsonObjectReader {
  private static final int CONSTANT_MAX = 16;

  private final Map<?, ?> object;
  private final String path;
  private final Set<String> read = new HashSet<>();

  private JsonObjectReader(Map<?, ?> object, String path) {
    this.object = object;
    this.path = path;
  }

  /** The object in a body. */
  static JsonObjectReader of(byte[] body) {
    return of(document(body), "");
  }

  /** The document in a body. */
  static @Nullable Object document(byte[] body) {
    if (body.length == 0) {
      throw Problem.of(400, "the request needs a JSON body");
    }
    try {
      return Json.readPortable(body, "the body");
    } catch (SlipwayException e) {
      throw Problem.of(400, e.getMessage());
    }
  }

  /** A value that has to be an object. */
  static JsonObjectReader of(@Nullable Object value, String path) {
    if (value instanceof Map<?, ?> map) {
      return new JsonObjectReader(map, path);
    }
    throw mustBeAt(path, "an object");
  }

  /** The location of a field, as a JSON pointer. */
  String at(String name) {
    return path + "/" + name;
  }

  /** Any value. */
  Optional<Object> value(String name) {
    read.add(name);
    return Optional.ofNullable(object.get(name));
  }

  /** Any value, as JSON text. */
  Optional<String> json(String name) {
    return value(name).map(Json::write);
  }

  /** A string. */
  Optional<String> string(String name, int charactersMax) {
    return value(
        name,
        String.class,
        text -> text.codePointCount(0, text.length()) <= charactersMax,
        "a text of at most " + charactersMax + " characters");
  }

  /** A string that is neither absent nor empty. */
  String requiredString(String name, int charactersMax) {
    return string(name, charactersMax)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> mustBe(name, "a text"));
  }

  /** A UUID. */
  Optional<UUID> uuid(String name) {
    return string(name, 36)
        .map(text -> Uuids.parse(text).orElseThrow(() -> mustBe(name, "a UUID")));
  }

  /** A boolean. */
  Optional<Boolean> bool(String name) {
    return value(name, Boolean.class, _ -> true, "true or false");
  }

  /** The name of a constant; as in Kratos, an empty string counts as absent. */
  <E extends ApiValue> Optional<E> constant(String name, Class<E> type, String expected) {
    return string(name, CONSTANT_MAX)
        .filter(text -> !text.isEmpty())
        .map(text -> ApiValue.parse(type, text).orElseThrow(() -> mustBe(name, expected)));
  }

  private <T> Optional<T> value(String name, Class<T> type, Predicate<T> valid, String expected) {
    Optional<Object> value = value(name);
    Optional<T> result = value.filter(type::isInstance).map(type::cast).filter(valid);
    if (value.isPresent() && result.isEmpty()) {
      throw mustBe(name, expected);
    }
    return result;
  }

  /** Accepts fields without reading them. */
  void ignore(String... names) {
    read.addAll(List.of(names));
  }

  /** An object. */
  Optional<JsonObjectReader> object(String name) {
    return value(name).map(value -> of(value, at(name)));
  }

  /** An object that is not absent. */
  JsonObjectReader requiredObject(String name) {
    return object(name).orElseThrow(() -> mustBe(name, "an object"));
  }

  /** An array of objects; empty if the field is absent. */
  List<JsonObjectReader> objects(String name) {
    List<JsonObjectReader> objects = new ArrayList<>();
    for (Object each : value(name, List.class, _ -> true, "an array").orElse(List.of())) {
      objects.add(of(each, at(name) + "/" + objects.size()));
    }
    return objects;
  }

  /** An array of strings; empty if the field is absent. */
  List<String> strings(String name) {
    List<String> strings = new ArrayList<>();
    for (Object each : value(name, List.class, _ -> true, "an array").orElse(List.of())) {
      if (!(each instanceof String text)) {
        throw mustBe(name + "/" + strings.size(), "a text");
      }
      strings.add(text);
    }
    return strings;
  }

  /** Rejects fields that were not read: a misspelled field must not be lost silently. */
  void end() {
    for (Object name : object.keySet()) {
      if (!read.contains(name)) {
        throw Problem.of(400, Excerpt.of(at(String.valueOf(name))) + " is not a field here");
      }
    }
  }

  /** The problem of a field with a wrong value. */
  Problem mustBe(String name, String expected) {
    return mustBeAt(at(name), expected);
  }

  private static Problem mustBeAt(String path, String expected) {
    return Problem.of(
        400, (path.isEmpty() ? "the body" : Excerpt.of(path)) + " must be " + expected);
  }
}
