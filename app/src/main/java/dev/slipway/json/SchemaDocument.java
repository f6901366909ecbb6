package dev.slipway.json;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import dev.slipway.error.SlipwayException;
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
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
  private final JsonNode root;
  private final Dialect dialect;
  private final Map<String, Subschema> subschemas = new LinkedHashMap<>();
  private final Queue<Subschema> unresolved = new ArrayDeque<>();
  private final Map<String, Subschema> anchors = new HashMap<>();

  /**
   * Checks a document.
   *
   * @throws SlipwayException (usage) that names the location by its JSON pointer
   */
  SchemaDocument(JsonNode document, String source) {
    this.source = source;
    this.root = document;
    if (!document.isObject()) {
      throw SlipwayException.usageError(source + " is no JSON Schema: it has to be an object");
    }
    this.dialect = dialect(document.get("$schema"));
    Subschema schema = visit("", document, true);
    // Schemas that only a reference leads to: no keyword contains them.
    List<Subschema> referenced = new ArrayList<>();
    while (!unresolved.isEmpty()) {
      checkReferences(unresolved.remove(), referenced);
    }
    checkMetaschema(schema);
    referenced.forEach(this::checkMetaschema);
    checkRecursion(new SchemaRecursion(schema));
  }

  Dialect dialect() {
    return dialect;
  }

  /** The subschemas that contain a keyword. */
  List<Subschema> containing(String keyword) {
    return subschemas.values().stream().filter(each -> each.schema.has(keyword)).toList();
  }

  /**
   * Rejects an annotation keyword whose annotations never count.
   *
   * @throws SlipwayException (usage) that names the location
   */
  void requireEffect(String keyword) {
    for (Subschema each : containing(keyword)) {
      if (!each.annotates) {
        throw invalid(JsonPointers.append(each.pointer, keyword), "has no effect here");
      }
    }
  }

  /** Whether a schema's result for a value is the same wherever the schema is applied from. */
  boolean independentOfPath() {
    return Stream.of("$dynamicRef", "unevaluatedProperties", "unevaluatedItems")
        .allMatch(keyword -> containing(keyword).isEmpty());
  }

  private Subschema visit(String pointer, JsonNode schema, boolean annotates) {
    if (subschemas.size() == SCHEMAS_MAX) {
      throw SlipwayException.usageError(
          source + " has more than " + SCHEMAS_MAX + " schemas in it");
    }
    var subschema = new Subschema(pointer, schema, annotates);
    subschemas.put(pointer, subschema);
    unresolved.add(subschema);
    schema.properties().forEach(each -> check(each.getKey(), each.getValue(), subschema));
    SubschemaKeywords.forEach(
        schema,
        (keyword, suffix, child) -> {
          boolean applicator = !SubschemaKeywords.DEFINITIONS.contains(keyword);
          boolean ignored = applicator && !dialect.getKeywords().containsKey(keyword);
          boolean kept = !SubschemaKeywords.TESTS.contains(keyword);
          Subschema each = visit(pointer + suffix, child, annotates && kept && !ignored);
          if (applicator) {
            subschema.applied.add(each);
          }
          if (SubschemaKeywords.SAME_VALUE.contains(keyword)) {
            subschema.appliedToSameValue.add(each);
          }
        });
    return subschema;
  }

  /** Checks rules that the metaschema lacks, or reports less clearly. */
  private void check(String keyword, JsonNode value, Subschema subschema) {
    String at = JsonPointers.append(subschema.pointer, keyword);
    String text = value.isString() ? value.stringValue() : "";
    boolean inside = !subschema.pointer.isEmpty();
    if (COUNT.matcher(keyword).matches() && (value.isBigDecimal() || value.isBigInteger())) {
      throw invalid(at, "has to be a whole number from 0");
    }
    switch (keyword) {
      case "pattern" -> checkRegex(text, at);
      case "patternProperties" -> value.propertyNames().forEach(regex -> checkRegex(regex, at));
      case "$anchor", "$dynamicAnchor" -> anchors.put(text, subschema);
      case "$id" -> {
        if (text.startsWith("#")) {
          anchors.put(text.substring(1), subschema);
        } else if (inside) {
          throw invalid(at, "begins another document inside this one: leave it out");
        }
      }
      case "$schema" -> {
        if (inside && !dialect(value).equals(dialect)) {
          throw invalid(at, "is another version of JSON Schema than the document's");
        }
      }
      case "items" -> {
        if (value.isArray() && dialect.equals(Dialects.getDraft202012())) {
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

  private void checkReferences(Subschema subschema, List<Subschema> referenced) {
    for (String keyword : List.of("$ref", "$dynamicRef")) {
      JsonNode reference = subschema.schema.get(keyword);
      if (reference != null && reference.isString()) {
        String at = JsonPointers.append(subschema.pointer, keyword);
        Optional<Subschema> target = resolve(reference.stringValue(), at, referenced);
        if (keyword.equals("$ref")) {
          target.ifPresent(subschema.applied::add);
          target.ifPresent(subschema.appliedToSameValue::add);
        }
      }
    }
  }

  /** The target of a reference; empty for a schema that is true or false. */
  private Optional<Subschema> resolve(String reference, String at, List<Subschema> referenced) {
    int hash = reference.indexOf('#');
    String fragment = "";
    try {
      String encoded = hash < 0 ? "" : reference.substring(hash + 1).replace("+", "%2B");
      fragment = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid(at, "is no reference: '" + reference + "'");
    }
    String id = root.path("$id").asString("").replaceFirst("#.*", "");
    if (hash != 0 && !reference.equals(id + "#" + fragment) && !reference.equals(id)) {
      throw invalid(
          at,
          "refers to another document, '"
              + reference
              + "': Slipway fetches no documents; copy the definition into this one and refer to it"
              + " as #/…");
    }
    boolean pointer = fragment.isEmpty() || fragment.charAt(0) == '/';
    Subschema known = pointer ? subschemas.get(fragment) : anchors.get(fragment);
    if (known == null && pointer) {
      JsonNode target = root.at(JsonPointers.parse(fragment));
      if (target.isBoolean()) {
        return Optional.empty();
      }
      if (target.isObject()) {
        known = visit(fragment, target, true);
        referenced.add(known);
      }
    }
    if (known == null) {
      throw invalid(at, "leads to '" + reference + "', where there is no schema");
    }
    return Optional.of(known);
  }

  private void checkMetaschema(Subschema subschema) {
    Schema metaschema = METASCHEMAS.computeIfAbsent(dialect, SchemaDocument::metaschema);
    // The deepest location is the most precise one.
    metaschema.validate(subschema.schema).stream()
        .max(Comparator.comparingInt(error -> error.getInstanceLocation().getNameCount()))
        .ifPresent(
            error -> {
              String at = subschema.pointer + error.getInstanceLocation();
              throw invalid(at + ":", error.getMessage());
            });
  }

  private void checkRecursion(SchemaRecursion recursion) {
    for (Subschema each : recursion.reachable()) {
      if (recursion.isEndless(each)) {
        throw invalid(
            recursion.repeated(each).pointer,
            "applies itself to the same value again and again: a reference leads back to it");
      }
      if (recursion.height(each) > EvaluationBudget.DEPTH_MAX) {
        throw invalid(
            each.pointer,
            "applies %d schemas in a row to the same value; at most %d can be evaluated"
                .formatted(recursion.height(each), EvaluationBudget.DEPTH_MAX));
      }
    }
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

  private Dialect dialect(@Nullable JsonNode schema) {
    String uri = schema == null ? "" : schema.asString("");
    if (schema == null || uri.matches("https?://json-schema\\.org/draft/2020-12/schema#?")) {
      return Dialects.getDraft202012();
    }
    if (uri.matches("https?://json-schema\\.org/draft-07/schema#?")) {
      return Dialects.getDraft7();
    }
    throw SlipwayException.usageError(
        source
            + ": /$schema is "
            + schema
            + ": take http://json-schema.org/draft-07/schema# or"
            + " https://json-schema.org/draft/2020-12/schema");
  }

  private SlipwayException invalid(String pointer, String message) {
    String at = pointer.isEmpty() ? "the whole schema" : pointer;
    return SlipwayException.usageError(source + ": " + at + " " + message);
  }
}
