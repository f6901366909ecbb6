package dev.slipway.json;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Patch (RFC 6902) on Jackson's tree. As in Ory Kratos, {@code add} creates missing parents,
 * and {@code replace} of a missing member adds it. A patch applies as a whole or not at all. Its
 * cost is limited while it is applied: the number of its operations, the depth of their locations,
 * and the size of everything that they add, since copies of copies double it.
 */
public final class JsonPatch {
  private static final int OPERATIONS_MAX = 1000;

  /**
   * Characters, and a constant for each value. One body with its 200,000 tokens stays below the
   * limit; copies that double a third of a million small values reach it.
   */
  private static final int ADDED_MAX = 1024 * 1024 + 3 * 200_000;

  private static final int VALUE_COST = 5;

  /** 1 and 1.0 are equal; the order of an object's members does not count. */
  private static final Comparator<JsonNode> BY_VALUE =
      (one, other) -> {
        boolean equal =
            (one.isNumber() && other.isNumber())
                ? one.decimalValue().compareTo(other.decimalValue()) == 0
                : one.equals(other);
        return equal ? 0 : 1;
      };

  private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();

  private JsonNode document;
  private int added;

  private JsonPatch(JsonNode document) {
    this.document = document;
  }

  /**
   * The patched document; neither argument is changed.
   *
   * @throws SlipwayException (usage) that names the operation, when the patch is not valid, does
   *     not fit the document, contains a test that fails, or exceeds a limit
   */
  public static @Nullable Object apply(@Nullable Object patch, @Nullable Object document) {
    if (!(JsonNodes.fromPlain(patch) instanceof ArrayNode operations)) {
      throw SlipwayException.usageError("a JSON patch is an array of operations");
    }
    if (operations.size() > OPERATIONS_MAX) {
      throw SlipwayException.usageError(
          "the patch has more than " + OPERATIONS_MAX + " operations");
    }
    var patching = new JsonPatch(JsonNodes.fromPlain(document));
    for (int i = 0; i < operations.size(); i++) {
      try {
        patching.run(operations.get(i));
      } catch (SlipwayException e) {
        throw SlipwayException.usageError("operation /" + i + " of the patch: " + e.getMessage());
      }
    }
    return JsonNodes.toPlain(patching.document);
  }

  private void run(JsonNode operation) {
    if (!operation.isObject()) {
      throw SlipwayException.usageError("it has to be an object");
    }
    JsonPointer path = pointer(operation, "path");
    String op = text(operation, "op");
    switch (op) {
      case "add" -> add(path, value(operation));
      case "remove" -> remove(path);
      case "replace" -> replace(path, value(operation));
      case "move" -> move(pointer(operation, "from"), path);
      case "copy" -> add(path, find(pointer(operation, "from")));
      case "test" -> test(path, value(operation));
      default ->
          throw SlipwayException.usageError(
              "'%s' is not an operation: use add, remove, replace, move, copy, or test"
                  .formatted(Excerpt.of(op)));
    }
  }

  private void add(JsonPointer path, JsonNode value) {
    JsonNode copy = copy(value, path);
    if (path.matches()) {
      document = copy;
      return;
    }
    String name = path.last().getMatchingProperty();
    int index = path.last().getMatchingIndex();
    switch (parent(path)) {
      case ObjectNode object -> object.set(name, copy);
      case ArrayNode array when name.equals("-") -> array.add(copy);
      // Jackson takes no index such as 01.
      case ArrayNode array when index >= 0 && index <= array.size() -> array.insert(index, copy);
      default -> throw notFound(path);
    }
  }

  /** The parent of a location; it is created if it is missing or null. */
  private JsonNode parent(JsonPointer path) {
    JsonPointer head = path.head();
    JsonNode found = document.at(head);
    if (!found.isMissingNode() && !found.isNull()) {
      return found;
    }
    add(head, isElement(path) ? JsonNodeFactory.instance.arrayNode() : EMPTY);
    return find(head);
  }

  private static boolean isElement(JsonPointer path) {
    return path.last().getMatchingIndex() >= 0 || path.last().getMatchingProperty().equals("-");
  }

  private void replace(JsonPointer path, JsonNode value) {
    if (!path.matches() && isElement(path)) {
      find(path);
      if (find(path.head()).isArray()) {
        remove(path);
      }
    }
    add(path, value);
  }

  private void move(JsonPointer from, JsonPointer path) {
    if (path.toString().startsWith(from + "/")) {
      throw SlipwayException.usageError(quoted(from) + " cannot be moved into itself");
    }
    JsonNode value = find(from);
    if (!from.equals(path)) {
      remove(from);
      add(path, value);
    }
  }

  private void remove(JsonPointer path) {
    if (path.matches()) {
      throw SlipwayException.usageError("the whole document cannot be removed");
    }
    find(path);
    if (find(path.head()) instanceof ObjectNode object) {
      object.remove(path.last().getMatchingProperty());
    } else {
      ((ArrayNode) find(path.head())).remove(path.last().getMatchingIndex());
    }
  }

  private void test(JsonPointer path, JsonNode value) {
    if (!find(path).equals(BY_VALUE, value)) {
      throw SlipwayException.usageError(
          "the value at " + quoted(path) + " does not equal the test's");
    }
  }

  private JsonNode find(JsonPointer path) {
    JsonNode found = document.at(path);
    if (found.isMissingNode()) {
      throw notFound(path);
    }
    return found;
  }

  private static SlipwayException notFound(JsonPointer path) {
    return SlipwayException.usageError("the document has nothing at " + quoted(path));
  }

  private static String quoted(JsonPointer pointer) {
    return "'" + Excerpt.of(pointer.toString()) + "'";
  }

  /** Copies a value for a location in the document, after checking the limits. */
  private JsonNode copy(JsonNode value, JsonPointer path) {
    count(value, JsonPointers.segments(path));
    return value.deepCopy();
  }

  private void count(JsonNode value, int depth) {
    if (value.isContainer() && depth >= JsonLimits.STORED_DEPTH) {
      throw SlipwayException.usageError(
          "it nests deeper than " + JsonLimits.STORED_DEPTH + " levels");
    }
    charge(value.isString() ? 3 + value.stringValue().length() : VALUE_COST);
    for (var member : value.properties()) {
      charge(member.getKey().length());
      count(member.getValue(), depth + 1);
    }
    if (value instanceof ArrayNode array) {
      array.forEach(item -> count(item, depth + 1));
    }
  }

  private void charge(int more) {
    added += more;
    if (added > ADDED_MAX) {
      throw SlipwayException.usageError("the patch adds too much to the document");
    }
  }

  private static JsonNode value(JsonNode operation) {
    JsonNode value = operation.get("value");
    if (value == null) {
      throw SlipwayException.usageError("it needs a `value`");
    }
    return value;
  }

  private static JsonPointer pointer(JsonNode operation, String name) {
    return JsonPointers.parse(text(operation, name));
  }

  private static String text(JsonNode operation, String name) {
    JsonNode text = operation.get(name);
    if (text == null || !text.isString()) {
      throw SlipwayException.usageError("it needs `" + name + "`, a string");
    }
    return text.stringValue();
  }
}
