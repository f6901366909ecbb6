package dev.slipway.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Plain values as the schema library takes them: it is asked too often for the mapper's way. */
final class Nodes {
  private static final JsonNodeFactory FACTORY = JsonNodeFactory.instance;

  private Nodes() {}

  static JsonNode of(Object value) {
    return switch (value) {
      case null -> FACTORY.nullNode();
      case String text -> FACTORY.stringNode(text);
      case Boolean truth -> FACTORY.booleanNode(truth);
      case Integer number -> FACTORY.numberNode(number.intValue());
      case Long number -> FACTORY.numberNode(number.longValue());
      case BigInteger number -> FACTORY.numberNode(number);
      case BigDecimal number -> FACTORY.numberNode(number);
      case Map<?, ?> map -> {
        ObjectNode node = FACTORY.objectNode();
        map.forEach((name, each) -> node.set((String) name, of(each)));
        yield node;
      }
      case List<?> list -> {
        ArrayNode node = FACTORY.arrayNode(list.size());
        list.forEach(each -> node.add(of(each)));
        yield node;
      }
      default -> throw new IllegalArgumentException("no plain value: " + value.getClass());
    };
  }
}
