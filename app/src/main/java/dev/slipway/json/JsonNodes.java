package dev.slipway.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  static JsonNode fromPlain(Object value) {
    return switch (value) {
      case null -> FACTORY.nullNode();
      case String text -> FACTORY.stringNode(text);
      case Map<?, ?> map -> {
        ObjectNode node = FACTORY.objectNode();
        map.forEach((name, each) -> node.set((String) name, fromPlain(each)));
        yield node;
      }
      case List<?> list -> {
        ArrayNode node = FACTORY.arrayNode(list.size());
        list.forEach(each -> node.add(fromPlain(each)));
        yield node;
      }
      case Boolean bool -> FACTORY.booleanNode(bool);
      case Integer number -> FACTORY.numberNode(number.intValue());
      case Long number -> FACTORY.numberNode(number.longValue());
      case BigInteger number -> FACTORY.numberNode(number);
      case BigDecimal number -> FACTORY.numberNode(number);
      default -> throw new IllegalArgumentException("not a plain value: " + value.getClass());
    };
  }

  /** The inverse conversion. */
  static Object toPlain(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        var map = LinkedHashMap.<String, Object>newLinkedHashMap(object.size());
        object.properties().forEach(each -> map.put(each.getKey(), toPlain(each.getValue())));
        yield map;
      }
      case ArrayNode array -> {
        var list = new ArrayList<Object>(array.size());
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
