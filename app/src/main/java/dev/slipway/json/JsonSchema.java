package dev.slipway.json;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.PathType;
import com.networknt.schema.resource.SchemaLoader;
import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A JSON Schema of draft-07 or 2020-12, the default without {@code $schema}. Asserts formats, also
 * the format {@code tel}. The cost of an evaluation is limited. Immutable and thread-safe.
 */
public final class JsonSchema {
  /** The error for a value whose evaluation exceeded its budget. */
  static final String BEYOND_LIMITS =
      "takes too long to be checked: more than "
          + EvaluationBudget.VALUE_STEPS
          + " evaluation steps, or more than "
          + EvaluationBudget.DEPTH_MAX
          + " schemas within one another";

  private static final int VIOLATIONS_MAX = 100;

  /** Enough for location and cause; names of properties and enumerations have any size. */
  private static final int MESSAGE_MAX = 200;

  private final SchemaDocument document;
  private final Schema schema;
  private final Optional<String> annotation;
  private final ExecutionConfig config;
  private final boolean reusesResults;

  private JsonSchema(SchemaDocument document, Schema schema, Optional<String> annotation) {
    this.document = document;
    this.schema = schema;
    this.annotation = annotation.filter(keyword -> !document.containing(keyword).isEmpty());
    this.config =
        ExecutionConfig.builder()
            .formatAssertionsEnabled(true)
            .locale(Locale.ROOT)
            .maxEvaluationDepth(EvaluationBudget.DEPTH_MAX)
            // The library then evaluates all branches, not only as many as decide.
            .annotationCollectionEnabled(this.annotation.isPresent())
            .annotationCollectionFilter(_ -> false)
            .build();
    this.reusesResults = document.independentOfPath();
  }

  /**
   * A rule that a value violates.
   *
   * @param pointer the location in the value; empty for the whole value
   * @param message the rule, without the value itself
   */
  public record Violation(String pointer, String message) {}

  /**
   * A part of a value that the annotation keyword applies to.
   *
   * @param pointer the location of the part
   * @param value the part if it is a scalar, which includes null; otherwise an empty list
   * @param keyword the location of the keyword in the schema
   */
  public record Annotation(String pointer, @Nullable Object value, String keyword) {}

  /**
   * The result of an evaluation.
   *
   * @param violations at most 100; empty if the value is valid
   * @param annotations of a valid value, distinct
   */
  public record Evaluation(List<Violation> violations, List<Annotation> annotations) {}

  /**
   * Compiles a schema.
   *
   * @param source the name of the document, for messages
   * @throws SlipwayException (usage) that names the location, if it is not a schema of a known
   *     version, or refers to another document: nothing is ever fetched
   */
  public static JsonSchema compile(@Nullable Object document, String source) {
    return compile(document, source, Optional.empty());
  }

  /**
   * Compiles a schema with an annotation keyword.
   *
   * @param annotation the keyword, whose value has to be an object
   * @throws SlipwayException (usage) also if the keyword has no effect in its place
   */
  public static JsonSchema compile(@Nullable Object document, String source, String annotation) {
    return compile(document, source, Optional.of(annotation));
  }

  private static JsonSchema compile(
      @Nullable Object document, String source, Optional<String> annotation) {
    JsonNode node = JsonNodes.fromPlain(document);
    try {
      var parsed = new SchemaDocument(node, source);
      annotation.ifPresent(parsed::requireEffect);
      return compile(parsed, node, annotation);
    } catch (SchemaException | JacksonException e) {
      throw SlipwayException.usageError(source + " is no JSON Schema: " + e.getMessage()).cause(e);
    }
  }

  private static JsonSchema compile(
      SchemaDocument parsed, JsonNode node, Optional<String> annotation) {
    Queue<KeywordValidator> preloads = new ArrayDeque<>();
    Dialect dialect = dialect(parsed.dialect(), annotation, preloads);
    SchemaRegistry registry =
        SchemaRegistry.withDefaultDialectId(
            dialect.getId(),
            builder ->
                builder
                    .dialectRegistry((_, _) -> dialect)
                    // A second safeguard: SchemaDocument has rejected references to other
                    // documents.
                    .schemaLoader(SchemaLoader.builder().block(_ -> true).build())
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            // 1.0 is an integer.
                            .losslessNarrowing(true)
                            .locale(Locale.ROOT)
                            .pathType(PathType.JSON_POINTER)
                            .regularExpressionFactory(BoundedRegex::new)
                            .build()));
    Schema schema = registry.getSchema(node);
    schema.initializeValidators();
    while (!preloads.isEmpty()) {
      preloads.remove().preloadSchema();
    }
    return new JsonSchema(parsed, schema, annotation);
  }

  /** The schemas that contain the annotation keyword, by the location of the keyword. */
  public Map<String, Map<?, ?>> annotatedSchemas() {
    var schemas = new LinkedHashMap<String, Map<?, ?>>();
    for (String keyword : annotation.stream().toList()) {
      for (Subschema each : document.containing(keyword)) {
        schemas.put(
            JsonPointers.append(each.pointer, keyword), (Map<?, ?>) JsonNodes.toPlain(each.schema));
      }
    }
    return schemas;
  }

  /** Evaluates a value; at most 100 violations in the order of the schema, empty if it is valid. */
  public List<Violation> validate(@Nullable Object value) {
    return evaluate(value, new EvaluationBudget()).violations();
  }

  /** Evaluates a value; a value that exceeds the budget is not valid. */
  public Evaluation evaluate(@Nullable Object value, EvaluationBudget budget) {
    budget.begin();
    var evaluation = new SchemaEvaluation(config, budget, reusesResults);
    try {
      ScopedValue.where(SchemaEvaluation.CURRENT, evaluation)
          .run(() -> schema.validate(evaluation, JsonNodes.fromPlain(value)));
    } catch (ValidationLimitExceededException | EvaluationBudget.Exceeded e) {
      return new Evaluation(List.of(new Violation("", BEYOND_LIMITS)), List.of());
    }
    if (!evaluation.getErrors().isEmpty()) {
      Stream<Error> errors = evaluation.getErrors().stream().limit(VIOLATIONS_MAX);
      return new Evaluation(errors.map(JsonSchema::violation).toList(), List.of());
    }
    Stream<Annotation> annotations = evaluation.annotations().stream().map(JsonSchema::annotation);
    return new Evaluation(List.of(), annotations.distinct().toList());
  }

  private static Annotation annotation(SchemaEvaluation.Candidate applied) {
    // Objects and arrays are not copied.
    JsonNode value = applied.value();
    return new Annotation(
        applied.location().toString(),
        value.isContainer() ? List.of() : JsonNodes.toPlain(value),
        applied.keyword().getFragment().toString());
  }

  private static Violation violation(Error error) {
    String message =
        switch (error.getMessageKey()) {
          case "false" -> "is not allowed";
          case String key when key.startsWith("format") ->
              "is not of the format " + error.getArguments()[0];
          case null, default -> error.getMessage();
        };
    return new Violation(
        Excerpt.of(error.getInstanceLocation().toString(), MESSAGE_MAX),
        Excerpt.of(message, MESSAGE_MAX));
  }

  private static Dialect dialect(
      Dialect base, Optional<String> annotation, Queue<KeywordValidator> preloads) {
    Dialect.Builder builder = Dialect.builder(base);
    for (Keyword keyword : base.getKeywords().values()) {
      if (!keyword.getValue().equals("format")) {
        builder.keyword(new TrackedKeyword(keyword, false, preloads));
      }
    }
    annotation.ifPresent(
        keyword ->
            builder.keyword(new TrackedKeyword(new NonValidationKeyword(keyword), true, preloads)));
    return builder
        .formats(BoundedFormats::replaceUnbounded)
        .formatKeywordFactory(formats -> TrackedKeyword.format(formats, preloads))
        .unknownKeywordFactory((name, _) -> new NonValidationKeyword(name))
        .build();
  }
}
