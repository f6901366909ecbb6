package dev.slipway.json;

import dev.slipway.error.SlipwayException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.PatternSyntaxException;

/**
 * A schema's document: every schema in it, checked, and what its references lead to. It stands for
 * itself alone: a reference to anything outside is refused, so nothing is ever fetched. Immutable.
 */
final class SchemaDocument {
  private static final int SCHEMAS_MAX = 10_000;

  private final String source;
  private final Map<?, ?> root;
  private final Dialect dialect;
  private final Map<String, Subschema> subschemas = new LinkedHashMap<>();
  private final Map<String, Object> anchors = new HashMap<>();

  /** The versions of JSON Schema that there are. */
  enum Dialect {
    DRAFT_07,
    DRAFT_2020_12
  }

  /**
   * A schema in the document.
   *
   * @param applied whether what is said of a value here holds for the value, and not only for some
   *     question about it
   */
  private record Subschema(String pointer, Map<?, ?> schema, boolean applied) {}

  /**
   * Reads and checks a document.
   *
   * @throws SlipwayException (usage) that names the place by its JSON pointer
   */
  SchemaDocument(Object document, String source) {
    this.source = source;
    if (!(document instanceof Map<?, ?> map)) {
      throw SlipwayException.usageError(source + " is no JSON Schema: it has to be an object");
    }
    this.root = map;
    this.dialect = dialect(map.get("$schema"));
    visit("", map, true);
    // Looking at a reference may lead to schemas in places where nobody looked.
    var seen = new ArrayList<Subschema>();
    while (seen.size() < subschemas.size()) {
      List<Subschema> fresh =
          new ArrayList<>(subschemas.values()).subList(seen.size(), subschemas.size());
      seen.addAll(fresh);
      fresh.forEach(this::checkReferences);
    }
    Optional<SchemaRecursion.Violation> recursion =
        new SchemaRecursion(root, this::resolve).find(JsonSchema.DEPTH_MAX);
    if (recursion.isPresent()) {
      throw invalid(pointerOf(recursion.get().schema()), recursion.get().message());
    }
  }

  private String pointerOf(Map<?, ?> schema) {
    return subschemas.values().stream()
        .filter(subschema -> subschema.schema() == schema)
        .map(Subschema::pointer)
        .filter(pointer -> !pointer.isEmpty())
        .findFirst()
        .orElse("the whole schema");
  }

  Dialect dialect() {
    return dialect;
  }

  /** The places of a keyword. */
  List<JsonSchema.KeywordLocation> locations(String keyword) {
    return subschemas.values().stream()
        .filter(subschema -> subschema.schema().containsKey(keyword))
        .map(
            subschema ->
                new JsonSchema.KeywordLocation(
                    JsonPointers.append(subschema.pointer(), keyword), subschema.schema()))
        .toList();
  }

  /**
   * Refuses an annotation keyword where its schema only asks something about the value.
   *
   * @throws SlipwayException (usage) that names the place
   */
  void requireEffect(String keyword) {
    for (Subschema subschema : subschemas.values()) {
      if (subschema.schema().containsKey(keyword) && !subschema.applied()) {
        throw invalid(JsonPointers.append(subschema.pointer(), keyword), "has no effect here");
      }
    }
  }

  /** Whether a schema's result for a value is the same wherever the schema is applied from. */
  boolean independentOfPath() {
    return subschemas.values().stream()
        .map(Subschema::schema)
        .noneMatch(
            schema ->
                schema.containsKey("$dynamicRef")
                    || schema.containsKey("unevaluatedProperties")
                    || schema.containsKey("unevaluatedItems"));
  }

  /** What a reference that was checked leads to: an object or a truth. */
  private Object resolve(String reference) {
    String fragment = fragment(reference);
    return fragment.isEmpty() || fragment.charAt(0) == '/' ? at(fragment) : anchors.get(fragment);
  }

  private Object at(String pointer) {
    Object at = root;
    for (var rest = JsonPointers.parse(pointer); !rest.matches(); rest = rest.tail()) {
      at =
          switch (at) {
            case Map<?, ?> map -> map.get(rest.getMatchingProperty());
            case List<?> list -> item(list, rest.getMatchingIndex());
            case null, default -> null;
          };
    }
    return at;
  }

  private static Object item(List<?> list, int index) {
    return index >= 0 && index < list.size() ? list.get(index) : null;
  }

  private void visit(String pointer, Map<?, ?> schema, boolean applied) {
    if (subschemas.size() == SCHEMAS_MAX) {
      throw SlipwayException.usageError(
          source + " has more than " + SCHEMAS_MAX + " schemas in it");
    }
    subschemas.put(pointer, new Subschema(pointer, schema, applied));
    for (var entry : schema.entrySet()) {
      String at = JsonPointers.append(pointer, (String) entry.getKey());
      SchemaKeyword.fromValue((String) entry.getKey())
          .ifPresent(keyword -> check(keyword, entry.getValue(), at));
    }
    children(
        schema,
        (keyword, suffix, child) ->
            visit(
                pointer + suffix,
                child,
                applied && keyword.applies() && keyword.existsIn(dialect)));
  }

  private void check(SchemaKeyword keyword, Object value, String at) {
    if (!keyword.kind().fits(value)) {
      throw invalid(at, "has to be " + keyword.kind().expected());
    }
    String text = value instanceof String string ? string : "";
    boolean inside = at.indexOf('/', 1) > 0;
    switch (keyword) {
      case PATTERN -> expression(text, at);
      case PATTERN_PROPERTIES ->
          ((Map<?, ?>) value).keySet().forEach(name -> expression((String) name, at));
      case ANCHOR, DYNAMIC_ANCHOR -> anchors.put(text, parent(at));
      case ID -> {
        if (text.startsWith("#")) {
          anchors.put(text.substring(1), parent(at));
        } else if (inside) {
          throw invalid(at, "begins another document inside this one: leave it out");
        }
      }
      case SCHEMA -> {
        if (inside && dialect(text) != dialect) {
          throw invalid(at, "is another version of JSON Schema than the document's");
        }
      }
      case ITEMS -> {
        if (value instanceof List && dialect == Dialect.DRAFT_2020_12) {
          throw invalid(
              at, "has to be one schema in 2020-12: an array is called prefixItems there");
        }
      }
      // The kind of its value says it all.
      default -> {}
    }
  }

  private Object parent(String pointer) {
    return at(pointer.substring(0, pointer.lastIndexOf('/')));
  }

  private void expression(String expression, String at) {
    try {
      new BoundedRegex(expression);
    } catch (PatternSyntaxException e) {
      throw invalid(at, "is no regular expression: " + e.getDescription());
    }
  }

  private void checkReferences(Subschema subschema) {
    for (String name : List.of("$ref", "$dynamicRef")) {
      if (subschema.schema().get(name) instanceof String reference) {
        String at = JsonPointers.append(subschema.pointer(), name);
        String fragment = checkedFragment(reference, at);
        if (reference.indexOf('#') != 0
            && !reference.equals(id() + "#" + fragment)
            && !reference.equals(id())) {
          throw invalid(
              at,
              "leads out of the document, to '"
                  + reference
                  + "': nothing is fetched; put what it needs into the document and write #/…");
        }
        Object target = resolve(reference);
        if (!SchemaKeyword.Kind.SCHEMA.fits(target)) {
          throw invalid(at, "leads to '" + reference + "', where there is no schema");
        }
        if (target instanceof Map<?, ?> map && fragment.startsWith("/")) {
          if (!subschemas.containsKey(fragment)) {
            visit(fragment, map, true);
          }
        }
      }
    }
  }

  /** The root's identifier without a fragment; empty when there is none. */
  private String id() {
    return root.get("$id") instanceof String id ? id.replaceFirst("#.*", "") : "";
  }

  private String checkedFragment(String reference, String at) {
    try {
      return fragment(reference);
    } catch (IllegalArgumentException e) {
      throw invalid(at, "is no reference: '" + reference + "'");
    }
  }

  private static String fragment(String reference) {
    int hash = reference.indexOf('#');
    return hash < 0
        ? ""
        : URLDecoder.decode(
            reference.substring(hash + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private Dialect dialect(Object schema) {
    String text = schema instanceof String uri ? uri : "";
    if (schema == null || text.matches("https?://json-schema\\.org/draft/2020-12/schema#?")) {
      return Dialect.DRAFT_2020_12;
    }
    if (text.matches("https?://json-schema\\.org/draft-07/schema#?")) {
      return Dialect.DRAFT_07;
    }
    throw SlipwayException.usageError(
        source
            + ": /$schema is "
            + Json.write(schema)
            + ": take http://json-schema.org/draft-07/schema# or"
            + " https://json-schema.org/draft/2020-12/schema");
  }

  private SlipwayException invalid(String pointer, String message) {
    return SlipwayException.usageError(source + ": " + pointer + " " + message);
  }

  /** Receives a schema within a schema. */
  interface Child {
    void at(SchemaKeyword keyword, String suffix, Map<?, ?> schema);
  }

  /** Visits the schemas directly within a schema. */
  static void children(Map<?, ?> schema, Child child) {
    for (var entry : schema.entrySet()) {
      String name = (String) entry.getKey();
      SchemaKeyword.fromValue(name)
          .ifPresent(
              keyword -> {
                String suffix = JsonPointers.append("", name);
                BiConsumer<String, Object> visitor =
                    (more, value) -> {
                      if (value instanceof Map<?, ?> map) {
                        child.at(keyword, suffix + more, map);
                      }
                    };
                switch (keyword.kind()) {
                  case SCHEMA -> visitor.accept("", entry.getValue());
                  case SCHEMAS, SCHEMA_OR_SCHEMAS -> {
                    if (entry.getValue() instanceof List<?> list) {
                      for (int i = 0; i < list.size(); i++) {
                        visitor.accept("/" + i, list.get(i));
                      }
                    } else {
                      visitor.accept("", entry.getValue());
                    }
                  }
                  case SCHEMAS_BY_NAME, OBJECT ->
                      ((Map<?, ?>) entry.getValue())
                          .forEach(
                              (key, value) ->
                                  visitor.accept(JsonPointers.append("", (String) key), value));
                  case TEXT, FLAG, NUMBER, POSITIVE, COUNT, ARRAY, TEXTS, TEXTS_BY_NAME, TYPE -> {}
                }
              });
    }
  }
}
