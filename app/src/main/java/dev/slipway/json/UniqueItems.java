package dev.slipway.json;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/**
 * Items in the form in which the keyword {@code uniqueItems} compares them cheaply. The library
 * compares each item with each other one if their hash codes collide; strings can be sorted.
 */
final class UniqueItems {
  private UniqueItems() {}

  /** Replaces the items of an array by numbers, the same for equal items; returns others as is. */
  static JsonNode enumerate(JsonNode value) {
    if (!value.isArray()) {
      return value;
    }
    Map<String, Integer> numbers = new HashMap<>();
    ArrayNode enumerated = JsonNodeFactory.instance.arrayNode(value.size());
    for (JsonNode item : value) {
      var text = new StringBuilder();
      write(item, text);
      numbers.putIfAbsent(text.toString(), numbers.size());
      enumerated.add(numbers.get(text.toString()));
    }
    return enumerated;
  }

  /** Writes values that JSON Schema treats as equal alike: 1 and 1.0, {a, b} and {b, a}. */
  private static void write(JsonNode value, StringBuilder text) {
    if (value.isNumber()) {
      text.append(value.decimalValue().stripTrailingZeros());
    } else if (value.isArray()) {
      text.append('[');
      for (JsonNode item : value) {
        write(item, text);
        text.append(',');
      }
      text.append(']');
    } else if (value.isObject()) {
      text.append('{');
      for (String name : new TreeSet<>(value.propertyNames())) {
        text.append(StringNode.valueOf(name)).append(':');
        write(value.get(name), text);
        text.append(',');
      }
      text.append('}');
    } else {
      text.append(value);
    }
  }
}
