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

/**
 * An object of a request's body, read field by field. Null counts as absent, as many clients send
 * what they have not set. Everything that is not as it should be is a {@link Problem} 400 that
 * names the place.
 */
final class JsonObjectReader {
  private final Map<?, ?> object;
  private final String path;
  private final Set<String> read = new HashSet<>();

  private JsonObjectReader(Map<?, ?> object, String path) {
    this.object = object;
    this.path = path;
  }

  /** The object that a body is. */
  static JsonObjectReader of(byte[] body) {
    return of(document(body), "");
  }

  /** A body of any kind. */
  static Object document(byte[] body) {
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
  static JsonObjectReader of(Object value, String path) {
    if (value instanceof Map<?, ?> map) {
      return new JsonObjectReader(map, path);
    }
    throw mustBe(path, "an object");
  }

  /** Where a field of it is, as a JSON pointer. */
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

  /** A text. */
  Optional<String> string(String name, int charactersMax) {
    return value(name)
        .map(
            value -> {
              if (value instanceof String text
                  && text.codePointCount(0, text.length()) <= charactersMax) {
                return text;
              }
              throw mustBe(at(name), "a text of at most " + charactersMax + " characters");
            });
  }

  /** A UUID. */
  Optional<UUID> uuid(String name) {
    return string(name, 36)
        .map(text -> Uuids.parse(text).orElseThrow(() -> mustBe(at(name), "a UUID")));
  }

  /** A truth. */
  Optional<Boolean> bool(String name) {
    return value(name)
        .map(
            value -> {
              if (value instanceof Boolean flag) {
                return flag;
              }
              throw mustBe(at(name), "true or false");
            });
  }

  /** An object. */
  Optional<JsonObjectReader> object(String name) {
    return value(name).map(value -> of(value, at(name)));
  }

  /** Objects; none where there is no such field. */
  List<JsonObjectReader> objects(String name) {
    Optional<Object> value = value(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof List<?> list)) {
      throw mustBe(at(name), "an array");
    }
    List<JsonObjectReader> objects = new ArrayList<>();
    for (Object each : list) {
      objects.add(of(each, at(name) + "/" + objects.size()));
    }
    return objects;
  }

  /** Refuses fields that nobody has asked for: a field with a typo must not be lost silently. */
  void end() {
    for (Object name : object.keySet()) {
      if (!read.contains(name)) {
        throw Problem.of(400, Excerpt.of(at(String.valueOf(name))) + " is not a field here");
      }
    }
  }

  static Problem mustBe(String path, String expected) {
    return Problem.of(
        400, (path.isEmpty() ? "the body" : Excerpt.of(path)) + " must be " + expected);
  }
}
