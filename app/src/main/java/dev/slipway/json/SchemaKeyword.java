package dev.slipway.json;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The keywords of JSON Schema whose values have to be of some kind, and which kind that is. */
enum SchemaKeyword {
  ID("$id", Kind.TEXT),
  SCHEMA("$schema", Kind.TEXT),
  REF("$ref", Kind.TEXT),
  DYNAMIC_REF("$dynamicRef", Kind.TEXT),
  ANCHOR("$anchor", Kind.TEXT),
  DYNAMIC_ANCHOR("$dynamicAnchor", Kind.TEXT),
  FORMAT("format", Kind.TEXT),
  PATTERN("pattern", Kind.TEXT),
  TITLE("title", Kind.TEXT),
  DESCRIPTION("description", Kind.TEXT),
  DEFS("$defs", Kind.SCHEMAS_BY_NAME),
  DEFINITIONS("definitions", Kind.SCHEMAS_BY_NAME),
  PROPERTIES("properties", Kind.SCHEMAS_BY_NAME),
  PATTERN_PROPERTIES("patternProperties", Kind.SCHEMAS_BY_NAME),
  DEPENDENT_SCHEMAS("dependentSchemas", Kind.SCHEMAS_BY_NAME),
  DEPENDENCIES("dependencies", Kind.OBJECT),
  ADDITIONAL_PROPERTIES("additionalProperties", Kind.SCHEMA),
  UNEVALUATED_PROPERTIES("unevaluatedProperties", Kind.SCHEMA),
  PROPERTY_NAMES("propertyNames", Kind.SCHEMA),
  ITEMS("items", Kind.SCHEMA_OR_SCHEMAS),
  ADDITIONAL_ITEMS("additionalItems", Kind.SCHEMA),
  UNEVALUATED_ITEMS("unevaluatedItems", Kind.SCHEMA),
  CONTAINS("contains", Kind.SCHEMA),
  PREFIX_ITEMS("prefixItems", Kind.SCHEMAS),
  ALL_OF("allOf", Kind.SCHEMAS),
  ANY_OF("anyOf", Kind.SCHEMAS),
  ONE_OF("oneOf", Kind.SCHEMAS),
  NOT("not", Kind.SCHEMA),
  IF("if", Kind.SCHEMA),
  THEN("then", Kind.SCHEMA),
  ELSE("else", Kind.SCHEMA),
  TYPE("type", Kind.TYPE),
  ENUM("enum", Kind.ARRAY),
  REQUIRED("required", Kind.TEXTS),
  DEPENDENT_REQUIRED("dependentRequired", Kind.TEXTS_BY_NAME),
  MIN_LENGTH("minLength", Kind.COUNT),
  MAX_LENGTH("maxLength", Kind.COUNT),
  MIN_ITEMS("minItems", Kind.COUNT),
  MAX_ITEMS("maxItems", Kind.COUNT),
  MIN_CONTAINS("minContains", Kind.COUNT),
  MAX_CONTAINS("maxContains", Kind.COUNT),
  MIN_PROPERTIES("minProperties", Kind.COUNT),
  MAX_PROPERTIES("maxProperties", Kind.COUNT),
  UNIQUE_ITEMS("uniqueItems", Kind.FLAG),
  MINIMUM("minimum", Kind.NUMBER),
  MAXIMUM("maximum", Kind.NUMBER),
  EXCLUSIVE_MINIMUM("exclusiveMinimum", Kind.NUMBER),
  EXCLUSIVE_MAXIMUM("exclusiveMaximum", Kind.NUMBER),
  MULTIPLE_OF("multipleOf", Kind.POSITIVE);

  private static final Map<String, SchemaKeyword> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(each -> each.keyword, Function.identity()));

  private final String keyword;
  private final Kind kind;

  SchemaKeyword(String keyword, Kind kind) {
    this.keyword = keyword;
    this.kind = kind;
  }

  /** The keyword of a name, if its value has to be of some kind. */
  static Optional<SchemaKeyword> fromValue(String keyword) {
    return Optional.ofNullable(BY_NAME.get(keyword));
  }

  Kind kind() {
    return kind;
  }

  /** Whether a schema under it holds for a value, and does not only ask something about it. */
  boolean applies() {
    return switch (this) {
      case NOT, CONTAINS, PROPERTY_NAMES, UNEVALUATED_PROPERTIES, UNEVALUATED_ITEMS, DEPENDENCIES ->
          false;
      default -> true;
    };
  }

  /** Whether the version of JSON Schema has the keyword; it ignores those that it does not have. */
  boolean existsIn(SchemaDocument.Dialect dialect) {
    return switch (this) {
      case PREFIX_ITEMS, DEPENDENT_SCHEMAS, UNEVALUATED_PROPERTIES, UNEVALUATED_ITEMS ->
          dialect == SchemaDocument.Dialect.DRAFT_2020_12;
      case ADDITIONAL_ITEMS -> dialect == SchemaDocument.Dialect.DRAFT_07;
      default -> true;
    };
  }

  /** Whether a schema under it is applied to a value at all, and not only defined there. */
  boolean applicator() {
    return this != DEFS && this != DEFINITIONS;
  }

  /** Whether a schema under it is always applied to the value itself, and not to a part of it. */
  boolean sameValue() {
    return this == ALL_OF || this == ANY_OF || this == ONE_OF || this == NOT || this == IF;
  }

  /** What a keyword's value has to be. */
  enum Kind {
    TEXT("a text", value -> value instanceof String),
    FLAG("true or false", value -> value instanceof Boolean),
    NUMBER("a number", value -> value instanceof Number),
    POSITIVE("a number above 0", value -> value instanceof Number n && number(n).signum() > 0),
    COUNT(
        "a whole number from 0",
        value ->
            (value instanceof Integer || value instanceof Long)
                && ((Number) value).longValue() >= 0),
    OBJECT("an object", value -> value instanceof Map),
    ARRAY("an array", value -> value instanceof List),
    TEXTS("an array of texts", Kind::texts),
    TEXTS_BY_NAME(
        "an object of arrays of texts",
        value -> value instanceof Map<?, ?> map && map.values().stream().allMatch(Kind::texts)),
    TYPE("null, boolean, object, array, number, integer, string, or an array of these", Kind::type),
    SCHEMA("a schema, which is an object or true or false", Kind::schema),
    SCHEMAS("an array of at least one schema", Kind::schemas),
    SCHEMA_OR_SCHEMAS("a schema or an array of schemas", value -> schema(value) || schemas(value)),
    SCHEMAS_BY_NAME(
        "an object of schemas",
        value -> value instanceof Map<?, ?> map && map.values().stream().allMatch(Kind::schema));

    private static final List<String> TYPES =
        List.of("null", "boolean", "object", "array", "number", "integer", "string");

    private final String expected;
    private final Predicate<Object> fits;

    Kind(String expected, Predicate<Object> fits) {
      this.expected = expected;
      this.fits = fits;
    }

    String expected() {
      return expected;
    }

    boolean fits(Object value) {
      return fits.test(value);
    }

    private static boolean texts(Object value) {
      return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
    }

    private static boolean type(Object value) {
      return value instanceof List<?> list
          ? !list.isEmpty() && list.stream().allMatch(each -> each != null && TYPES.contains(each))
          : value != null && TYPES.contains(value);
    }

    private static boolean schema(Object value) {
      return value instanceof Map || value instanceof Boolean;
    }

    private static boolean schemas(Object value) {
      return value instanceof List<?> list
          && !list.isEmpty()
          && list.stream().allMatch(Kind::schema);
    }

    private static BigDecimal number(Number number) {
      return new BigDecimal(number.toString());
    }
  }
}
