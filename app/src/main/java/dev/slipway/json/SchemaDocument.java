package dev.slipway.json;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import dev.slipway.error.SlipwayException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/**
 * The document of a schema, checked: its subschemas, anchors, and references. References to other
 * documents are rejected, so nothing is ever fetched. Immutable.
 */
final class SchemaDocument {
  private static final int SCHEMAS_MAX = 10_000;

  /** Keywords that limit a length or a size. */
  private static final Pattern COUNT = Pattern.compile("(min|max)[A-Z].*");

  /** Compiled when the first document of their version is checked. */
  private static final Map<Dialect, Schema> METASCHEMAS = new ConcurrentHashMap<>();

  private final String source;
  private final Map<?, ?> root;
  private final JsonNode node;
  private final Dialect dialect;
  private final Map<String, Subschema> subschemas = new LinkedHashMap<>();

  /** Pointers to schemas that only a reference leads to: no keyword contains them. */
  private final List<String> referenced = new ArrayList<>();

  private final Queue<Subschema> unresolved = new ArrayDeque<>();
  private final Map<String, Map<?, ?>> anchors = new HashMap<>();

  /**
   * A subschema of the document.
   *
   * @param applied whether its annotations count for the value
   */
  private record Subschema(String pointer, Map<?, ?> schema, boolean applied) {}

  /**
   * Checks a document.
   *
   * @param node the same document
   * @throws SlipwayException (usage) that names the location by its JSON pointer
   */
  SchemaDocument(Object document, JsonNode node, String source) {
    this.source = source;
    this.node = node;
    if (!(document instanceof Map<?, ?> map)) {
      throw SlipwayException.usageError(source + " is no JSON Schema: it has to be an object");
    }
    this.root = map;
    this.dialect = dialect(map.get("$schema"));
    visit("", map, true);
    while (!unresolved.isEmpty()) {
      checkReferences(unresolved.remove());
    }
    checkMetaschema("");
    referenced.forEach(this::checkMetaschema);
    new SchemaRecursion(root, this::resolve)
        .find(JsonSchema.DEPTH_MAX)
        .ifPresent(
            violation -> {
              throw invalid(pointerOf(violation.schema()), violation.message());
            });
  }

  private String pointerOf(Map<?, ?> schema) {
    return subschemas.values().stream()
        .filter(each -> each.schema() == schema)
        .map(Subschema::pointer)
        .filter(pointer -> !pointer.isEmpty())
        .findFirst()
        .orElse("the whole schema");
  }

  Dialect dialect() {
    return dialect;
  }

  /** The locations of a keyword. */
  List<JsonSchema.KeywordLocation> locations(String keyword) {
    return subschemas.values().stream()
        .filter(each -> each.schema().containsKey(keyword))
        .map(
            each ->
                new JsonSchema.KeywordLocation(
                    JsonPointers.append(each.pointer(), keyword), each.schema()))
        .toList();
  }

  /**
   * Rejects an annotation keyword whose annotations never count.
   *
   * @throws SlipwayException (usage) that names the location
   */
  void requireEffect(String keyword) {
    for (Subschema each : subschemas.values()) {
      if (each.schema().containsKey(keyword) && !each.applied()) {
        throw invalid(JsonPointers.append(each.pointer(), keyword), "has no effect here");
      }
    }
  }

  /** Whether a schema's result for a value is the same wherever the schema is applied from. */
  boolean independentOfPath() {
    Set<String> dependent = Set.of("$dynamicRef", "unevaluatedProperties", "unevaluatedItems");
    return subschemas.values().stream()
        .allMatch(each -> dependent.stream().noneMatch(each.schema()::containsKey));
  }

  /** The target of a reference: an object or a boolean, if the reference was checked. */
  private Object resolve(String reference) {
    String fragment = fragment(reference);
    if (!fragment.isEmpty() && fragment.charAt(0) != '/') {
      return anchors.get(fragment);
    }
    Object target = root;
    for (var rest = JsonPointers.parse(fragment); !rest.matches(); rest = rest.tail()) {
      int index = rest.getMatchingIndex();
      target =
          switch (target) {
            case Map<?, ?> map -> map.get(rest.getMatchingProperty());
            case List<?> list when index >= 0 && index < list.size() -> list.get(index);
            case null, default -> null;
          };
    }
    return target;
  }

  private void visit(String pointer, Map<?, ?> schema, boolean applied) {
    if (subschemas.size() == SCHEMAS_MAX) {
      throw SlipwayException.usageError(
          source + " has more than " + SCHEMAS_MAX + " schemas in it");
    }
    var subschema = new Subschema(pointer, schema, applied);
    subschemas.put(pointer, subschema);
    unresolved.add(subschema);
    schema.forEach((keyword, value) -> check((String) keyword, value, subschema));
    SubschemaKeywords.forEach(
        schema,
        (keyword, suffix, child) ->
            visit(
                pointer + suffix,
                child,
                applied && SubschemaKeywords.keepsAnnotations(keyword) && !isIgnored(keyword)));
  }

  /** Whether a keyword of another version has no effect in this one. */
  private boolean isIgnored(String keyword) {
    return SubschemaKeywords.isApplicator(keyword) && !dialect.getKeywords().containsKey(keyword);
  }

  /** Checks what the metaschema does not check, or reports less clearly. */
  private void check(String keyword, Object value, Subschema subschema) {
    String at = JsonPointers.append(subschema.pointer(), keyword);
    String text = value instanceof String string ? string : "";
    boolean inside = !subschema.pointer().isEmpty();
    if (COUNT.matcher(keyword).matches()
        && (value instanceof BigDecimal || value instanceof BigInteger)) {
      throw invalid(at, "has to be a whole number from 0");
    }
    switch (keyword) {
      case "pattern" -> checkRegex(text, at);
      case "patternProperties" -> {
        if (value instanceof Map<?, ?> byPattern) {
          byPattern.keySet().forEach(regex -> checkRegex((String) regex, at));
        }
      }
      case "$anchor", "$dynamicAnchor" -> anchors.put(text, subschema.schema());
      case "$id" -> {
        if (text.startsWith("#")) {
          anchors.put(text.substring(1), subschema.schema());
        } else if (inside) {
          throw invalid(at, "begins another document inside this one: leave it out");
        }
      }
      case "$schema" -> {
        if (inside && dialect(text) != dialect) {
          throw invalid(at, "is another version of JSON Schema than the document's");
        }
      }
      case "items" -> {
        if (value instanceof List && dialect == Dialects.getDraft202012()) {
          throw invalid(
              at, "has to be one schema in 2020-12: an array is called prefixItems there");
        }
      }
      default -> {}
    }
  }

  private void checkRegex(String regex, String at) {
    try {
      new BoundedRegex(regex);
    } catch (PatternSyntaxException e) {
      throw invalid(at, "is no regular expression: " + e.getDescription());
    }
  }

  private void checkReferences(Subschema subschema) {
    for (String keyword : List.of("$ref", "$dynamicRef")) {
      if (subschema.schema().get(keyword) instanceof String reference) {
        checkReference(reference, JsonPointers.append(subschema.pointer(), keyword));
      }
    }
  }

  private void checkReference(String reference, String at) {
    String fragment;
    try {
      fragment = fragment(reference);
    } catch (IllegalArgumentException e) {
      throw invalid(at, "is no reference: '" + reference + "'");
    }
    String id = root.get("$id") instanceof String string ? string.replaceFirst("#.*", "") : "";
    if (reference.indexOf('#') != 0
        && !reference.equals(id + "#" + fragment)
        && !reference.equals(id)) {
      throw invalid(
          at,
          "leads out of the document, to '"
              + reference
              + "': nothing is fetched; put what it needs into the document and write #/…");
    }
    Object target = resolve(reference);
    if (target instanceof Map<?, ?> map) {
      if (fragment.startsWith("/") && !subschemas.containsKey(fragment)) {
        referenced.add(fragment);
        visit(fragment, map, true);
      }
    } else if (!(target instanceof Boolean)) {
      throw invalid(at, "leads to '" + reference + "', where there is no schema");
    }
  }

  private void checkMetaschema(String pointer) {
    Schema metaschema = METASCHEMAS.computeIfAbsent(dialect, SchemaDocument::metaschema);
    // The deepest location is the most precise one.
    metaschema.validate(node.at(pointer)).stream()
        .max(Comparator.comparingInt(error -> error.getInstanceLocation().getNameCount()))
        .ifPresent(
            error -> {
              throw invalid(pointer + error.getInstanceLocation() + ":", error.getMessage());
            });
  }

  private static Schema metaschema(Dialect dialect) {
    return SchemaRegistry.withDefaultDialect(
            dialect,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(false)
                        .locale(Locale.ROOT)
                        .pathType(PathType.JSON_POINTER)
                        .build()))
        .getSchema(SchemaLocation.of(dialect.getId()));
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
      return Dialects.getDraft202012();
    }
    if (text.matches("https?://json-schema\\.org/draft-07/schema#?")) {
      return Dialects.getDraft7();
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
}
