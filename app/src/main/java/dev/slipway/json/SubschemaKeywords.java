package dev.slipway.json;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The keywords of JSON Schema whose values contain subschemas. */
final class SubschemaKeywords {
  private static final Set<String> WITH_SUBSCHEMAS_BY_NAME =
      names("$defs definitions properties patternProperties dependentSchemas dependencies");

  private static final Set<String> WITH_SUBSCHEMAS =
      names(
          "additionalProperties unevaluatedProperties propertyNames contains not if then else"
              + " items additionalItems unevaluatedItems prefixItems allOf anyOf oneOf");

  /** Keywords whose subschemas only test the value: annotations below them do not count. */
  static final Set<String> TESTS =
      names("not contains propertyNames unevaluatedProperties unevaluatedItems dependencies");

  /** Keywords whose subschemas always apply to the value itself, not to a part of it. */
  static final Set<String> SAME_VALUE = names("allOf anyOf oneOf not if");

  /** Keywords whose subschemas are only defined there. */
  static final Set<String> DEFINITIONS = names("$defs definitions");

  private SubschemaKeywords() {}

  private static Set<String> names(String names) {
    return Set.of(names.split(" "));
  }

  /** Receives a subschema and its location relative to the schema. */
  interface Visitor {
    void visit(String keyword, String pointer, JsonNode subschema);
  }

  /** Visits the direct subschemas; skips values of a wrong type. */
  static void forEach(JsonNode schema, Visitor visitor) {
    for (var member : schema.properties()) {
      String keyword = member.getKey();
      JsonNode value = member.getValue();
      String pointer = JsonPointers.append("", keyword);
      if (WITH_SUBSCHEMAS_BY_NAME.contains(keyword)) {
        for (var byName : value.properties()) {
          visit(keyword, JsonPointers.append(pointer, byName.getKey()), byName.getValue(), visitor);
        }
      } else if (WITH_SUBSCHEMAS.contains(keyword)) {
        visit(keyword, pointer, value, visitor);
        for (int i = 0; value.isArray() && i < value.size(); i++) {
          visit(keyword, pointer + "/" + i, value.get(i), visitor);
        }
      }
    }
  }

  private static void visit(String keyword, String pointer, JsonNode value, Visitor visitor) {
    if (value.isObject()) {
      visitor.visit(keyword, pointer, value);
    }
  }
}
