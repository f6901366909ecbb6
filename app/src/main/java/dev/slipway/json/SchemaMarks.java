package dev.slipway.json;

import com.networknt.schema.Schema;
import dev.slipway.fault.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A keyword of somebody's own in a schema, and the parts of a value that it is said of. Only
 * schemas that hold for a part count: of the branches of {@code anyOf}, {@code oneOf} and {@code
 * if}, those that the part is valid by. Immutable and thread-safe.
 *
 * @param <T> what the keyword means
 */
public final class SchemaMarks<T> {
  private final JsonSchema schema;
  private final Map<Object, T> meanings = new IdentityHashMap<>();
  private final Map<Object, Schema> branches = new IdentityHashMap<>();
  private final Map<String, BoundedRegex> expressions = new HashMap<>();

  /** What a keyword means in a schema that has it. */
  public interface Reader<T> {
    /**
     * Reads the keyword.
     *
     * @param schema the schema with the keyword in it
     * @param pointer where the keyword is in the document
     * @throws Fault (usage) when it is not as it should be
     */
    T read(Map<?, ?> schema, String pointer);
  }

  /**
   * A part of a value that the keyword is said of.
   *
   * @param pointer where the part is in the value
   * @param value the part; may be null, as JSON has it
   */
  public record Marked<T>(String pointer, Object value, T meaning) {}

  /**
   * Finds the keyword in a schema.
   *
   * @throws Fault (usage) from the reader, and where the keyword would have no effect
   */
  public SchemaMarks(JsonSchema schema, String keyword, String what, Reader<T> reader) {
    this.schema = schema;
    for (SchemaDocument.Place place : schema.document().places()) {
      if (place.schema().containsKey(keyword)) {
        String pointer = JsonPointer.append(place.pointer(), keyword);
        if (!place.applied()) {
          throw Fault.usage(what + ": " + pointer + " has no effect here");
        }
        meanings.put(place.schema(), reader.read(place.schema(), pointer));
      }
    }
    for (SchemaDocument.Place place : schema.document().places()) {
      prepare(place);
    }
  }

  /** The marked parts of a value, which has to be valid, in the order of the schema. */
  public List<Marked<T>> find(Object value) {
    var found = new ArrayList<Marked<T>>();
    find(schema.document().root(), value, "", found);
    return found;
  }

  private void prepare(SchemaDocument.Place place) {
    Map<?, ?> at = place.schema();
    for (String keyword : List.of("anyOf", "oneOf")) {
      if (at.get(keyword) instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          branches.put(list.get(i), schema.at(place.pointer() + "/" + keyword + "/" + i));
        }
      }
    }
    if (at.containsKey("if")) {
      branches.put(at.get("if"), schema.at(place.pointer() + "/if"));
    }
    object(at.get("patternProperties"))
        .keySet()
        .forEach(name -> expressions.put((String) name, new BoundedRegex((String) name)));
  }

  private void find(Object at, Object value, String pointer, List<Marked<T>> found) {
    if (!(at instanceof Map<?, ?> schema)) {
      return;
    }
    SchemaDocument document = this.schema.document();
    if (schema.get("$ref") instanceof String reference) {
      find(document.resolve(reference), value, pointer, found);
      if (document.dialect() == SchemaDocument.Dialect.DRAFT_07) {
        // There, everything beside a reference is ignored.
        return;
      }
    }
    T meaning = meanings.get(schema);
    if (meaning != null) {
      found.add(new Marked<>(pointer, value, meaning));
    }
    if (schema.get("$dynamicRef") instanceof String reference) {
      find(document.resolve(reference), value, pointer, found);
    }
    switch (value) {
      case Map<?, ?> map -> inObject(schema, map, pointer, found);
      case List<?> list -> inArray(schema, list, pointer, found);
      case null, default -> {}
    }
    inBranches(schema, value, pointer, found);
  }

  private void inBranches(Map<?, ?> schema, Object value, String pointer, List<Marked<T>> found) {
    array(schema.get("allOf")).forEach(each -> find(each, value, pointer, found));
    for (String keyword : List.of("anyOf", "oneOf")) {
      for (Object branch : array(schema.get(keyword))) {
        if (valid(branch, value)) {
          find(branch, value, pointer, found);
        }
      }
    }
    if (schema.containsKey("if")) {
      boolean holds = valid(schema.get("if"), value);
      if (holds) {
        find(schema.get("if"), value, pointer, found);
      }
      find(schema.get(holds ? "then" : "else"), value, pointer, found);
    }
  }

  private void inObject(Map<?, ?> schema, Map<?, ?> value, String pointer, List<Marked<T>> found) {
    Map<?, ?> properties = object(schema.get("properties"));
    Map<?, ?> patterns = object(schema.get("patternProperties"));
    properties.forEach(
        (name, each) -> {
          if (value.containsKey(name)) {
            find(each, value.get(name), JsonPointer.append(pointer, (String) name), found);
          }
        });
    Object rest = schema.get("additionalProperties");
    if (!patterns.isEmpty() || rest instanceof Map) {
      value.forEach(
          (key, each) -> {
            String name = (String) key;
            String at = JsonPointer.append(pointer, name);
            boolean known = properties.containsKey(name);
            for (var pattern : patterns.entrySet()) {
              if (expressions.get(pattern.getKey()).matches(name)) {
                known = true;
                find(pattern.getValue(), each, at, found);
              }
            }
            if (!known) {
              find(rest, each, at, found);
            }
          });
    }
    object(schema.get("dependentSchemas"))
        .forEach(
            (name, each) -> {
              if (value.containsKey(name)) {
                find(each, value, pointer, found);
              }
            });
  }

  private void inArray(Map<?, ?> schema, List<?> value, String pointer, List<Marked<T>> found) {
    boolean tuple = schema.get("items") instanceof List;
    List<?> first = array(schema.get(tuple ? "items" : "prefixItems"));
    Object rest = schema.get(tuple ? "additionalItems" : "items");
    if (first.isEmpty() && !(rest instanceof Map)) {
      return;
    }
    for (int i = 0; i < value.size(); i++) {
      find(i < first.size() ? first.get(i) : rest, value.get(i), pointer + "/" + i, found);
    }
  }

  private boolean valid(Object branch, Object value) {
    return branch instanceof Boolean truth ? truth : schema.valid(branches.get(branch), value);
  }

  private static List<?> array(Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static Map<?, ?> object(Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
