package dev.slipway.json;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.keyword.AnnotationKeyword;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.path.PathType;
import com.networknt.schema.resource.SchemaLoader;
import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A JSON Schema, draft-07 or 2020-12 as its {@code $schema} says and 2020-12 without one. Formats
 * are asserted, also the format {@code tel}. The work that a value can cause is limited. Immutable
 * and thread-safe.
 */
public final class JsonSchema {
  /** More schemas than this are never evaluated within one another: the stack is limited. */
  static final int DEPTH_MAX = 500;

  /** The error for a value whose evaluation exceeded its budget. */
  static final String BEYOND_LIMITS =
      "takes too long to be checked: more than "
          + EvaluationBudget.VALUE_STEPS
          + " evaluation steps, or more than "
          + DEPTH_MAX
          + " schemas within one another";

  private static final int VIOLATIONS_MAX = 100;

  /** Enough to find the place and the cause; a property's name or an enumeration has any size. */
  private static final int MESSAGE_MAX = 200;

  private final SchemaDocument document;
  private final Schema schema;
  private final Optional<String> annotation;
  private final ExecutionConfig config;
  private final boolean reusesResults;

  private JsonSchema(SchemaDocument document, Schema schema, Optional<String> annotation) {
    this.document = document;
    this.schema = schema;
    this.annotation = annotation.filter(keyword -> !document.locations(keyword).isEmpty());
    this.config =
        ExecutionConfig.builder()
            .formatAssertionsEnabled(true)
            .locale(Locale.ROOT)
            .maxEvaluationDepth(DEPTH_MAX)
            // The library then evaluates all branches, not only as many as decide.
            .annotationCollectionEnabled(this.annotation.isPresent())
            .annotationCollectionFilter(
                keyword -> this.annotation.filter(keyword::equals).isPresent())
            .build();
    this.reusesResults = document.independentOfPath();
  }

  /**
   * Something that a value is and should not be.
   *
   * @param pointer where in the value; empty for the whole of it
   * @param message what has to be, without the value itself
   */
  public record Violation(String pointer, String message) {}

  /**
   * A part of a value that the annotation keyword applies to.
   *
   * @param pointer the location of the part
   * @param value the part; may be null, as JSON has it
   * @param keyword the location of the keyword in the schema
   */
  public record Annotation(String pointer, Object value, String keyword) {}

  /**
   * The result of an evaluation.
   *
   * @param violations what is wrong with the value, at most 100 things; empty when it is valid
   * @param annotations of a valid value; none is there twice
   */
  public record Evaluation(List<Violation> violations, List<Annotation> annotations) {}

  /**
   * An annotation keyword in the document.
   *
   * @param pointer the location of the keyword
   * @param schema the schema that has it
   */
  public record KeywordLocation(String pointer, Map<?, ?> schema) {}

  /**
   * Compiles a schema that stands for itself alone.
   *
   * @param source the name of the document, for messages
   * @throws SlipwayException (usage) that names the place, when it is no schema of a known version,
   *     or refers to anything outside of it: no network and no file is ever asked
   */
  public static JsonSchema compile(Object document, String source) {
    return compile(document, source, Optional.empty());
  }

  /**
   * Compiles a schema that annotates parts of the value with a keyword of its own.
   *
   * @param annotation the keyword, whose value has to be an object
   * @throws SlipwayException (usage) also where the keyword would have no effect
   */
  public static JsonSchema compile(Object document, String source, String annotation) {
    return compile(document, source, Optional.of(annotation));
  }

  private static JsonSchema compile(Object document, String source, Optional<String> annotation) {
    JsonNode node = JsonNodes.fromPlain(document);
    try {
      var parsed = new SchemaDocument(document, node, source);
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
                    // The second lock on this door, behind the check of all references.
                    .schemaLoader(SchemaLoader.builder().block(_ -> true).build())
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            // 1.0 is a whole number.
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

  /** The annotation keyword wherever the document has it. */
  public List<KeywordLocation> annotationKeywords() {
    return annotation.map(document::locations).orElse(List.of());
  }

  /**
   * What is wrong with a value, in the order of the schema; nothing when it is valid. At most 100
   * things are told.
   */
  public List<Violation> validate(Object value) {
    return evaluate(value, new EvaluationBudget()).violations();
  }

  /** Evaluates a value; one that costs more than the budget has left is not valid. */
  public Evaluation evaluate(Object value, EvaluationBudget budget) {
    budget.begin();
    var evaluation = new SchemaEvaluation(config, budget, annotation.orElse(""), reusesResults);
    try {
      ScopedValue.where(SchemaEvaluation.CURRENT, evaluation)
          .run(() -> schema.validate(evaluation, JsonNodes.fromPlain(value)));
    } catch (ValidationLimitExceededException | EvaluationBudget.Exceeded e) {
      return new Evaluation(List.of(new Violation("", BEYOND_LIMITS)), List.of());
    }
    List<Error> errors = evaluation.getErrors();
    return errors.isEmpty()
        ? new Evaluation(
            List.of(),
            evaluation.annotations().stream()
                .map(
                    each ->
                        new Annotation(
                            each.getInstanceLocation().toString(),
                            resolve(value, each.getInstanceLocation()),
                            each.getSchemaLocation().getFragment().toString()))
                .distinct()
                .toList())
        : new Evaluation(
            errors.stream().limit(VIOLATIONS_MAX).map(JsonSchema::violation).toList(), List.of());
  }

  private static Object resolve(Object root, NodePath path) {
    if (path.getParent() == null) {
      return root;
    }
    Object parent = resolve(root, path.getParent());
    return parent instanceof List<?> list
        ? list.get((Integer) path.getElement(-1))
        : ((Map<?, ?>) parent).get(path.getElement(-1));
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
        builder.keyword(new TrackedKeyword(keyword, preloads));
      }
    }
    annotation.ifPresent(
        keyword -> builder.keyword(new TrackedKeyword(new AnnotationKeyword(keyword), preloads)));
    return builder
        .formats(BoundedFormats::replaceUnbounded)
        .formatKeywordFactory(formats -> TrackedKeyword.format(formats, preloads))
        .unknownKeywordFactory((name, _) -> new NonValidationKeyword(name))
        .build();
  }
}
