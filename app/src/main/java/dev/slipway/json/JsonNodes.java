package dev.slipway.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Conversions between plain values and Jackson's tree, faster than Jackson's mapper. */
final class JsonNodes {
  private static final JsonNodeFactory FACTORY = JsonNodeFactory.instance;

  private JsonNodes() {}

  static JsonNode fromPlain(@Nullable Object value) {
    if (value == null) {
      return FACTORY.nullNode();
    } else if (value instanceof String text) {
      return FACTORY.stringNode(text);
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode node = FACTORY.objectNode();
      map.forEach((name, each) -> node.set((String) name, fromPlain(each)));
      return node;
    } else if (value instanceof List<?> list) {
      ArrayNode node = FACTORY.arrayNode(list.size());
      list.forEach(each -> node.add(fromPlain(each)));
      return node;
    } else if (value instanceof Boolean bool) {
      return FACTORY.booleanNode(bool);
    } else if (value instanceof Integer number) {
      return FACTORY.numberNode(number.intValue());
    } else if (value instanceof Long number) {
      return FACTORY.numberNode(number.longValue());
    } else if (value instanceof BigInteger number) {
      return FACTORY.numberNode(number);
    } else if (value instanceof BigDecimal number) {
      return FACTORY.numberNode(number);
    }
    throw new IllegalArgumentException("not a plain value: " + value.getClass());
  }

  /** The inverse conversion. */
  static @Nullable Object toPlain(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        var map = LinkedHashMap.<String, @Nullable Object>newLinkedHashMap(object.size());
        object.properties().forEach(each -> map.put(each.getKey(), toPlain(each.getValue())));
        yield map;
      }
      case ArrayNode array -> {
        var list = new ArrayList<@Nullable Object>(array.size());
        array.forEach(each -> list.add(toPlain(each)));
        yield list;
      }
      case StringNode text -> text.stringValue();
      case NumericNode number -> number.numberValue();
      case BooleanNode bool -> bool.booleanValue();
      default -> null;
    };
  }
}
