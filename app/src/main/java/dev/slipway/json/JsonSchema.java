package dev.slipway.json;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.path.PathType;
import com.networknt.schema.resource.SchemaLoader;
import dev.slipway.fault.Fault;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A JSON Schema, draft-07 or 2020-12 as its {@code $schema} says and 2020-12 without one. Formats
 * are asserted, also the format {@code tel}. The work that a value can cause is limited. Immutable
 * and thread-safe.
 */
public final class JsonSchema {
  private static final int VIOLATIONS_MAX = 100;

  /** Far more than an honest value needs; a schema that refers to itself without end stops here. */
  private static final ExecutionConfig LIMITS =
      ExecutionConfig.builder()
          .formatAssertionsEnabled(true)
          .maxEvaluationDepth(500)
          .maxEvaluationSteps(200_000)
          .build();

  private final SchemaDocument document;
  private final Schema schema;

  private JsonSchema(SchemaDocument document, Schema schema) {
    this.document = document;
    this.schema = schema;
  }

  /**
   * Something that a value is and should not be.
   *
   * @param pointer where in the value; empty for the whole of it
   * @param words what has to be, without the value itself
   */
  public record Violation(String pointer, String words) {}

  /**
   * Compiles a schema that stands for itself alone.
   *
   * @param what the document in words, for messages
   * @throws Fault (usage) that names the place, when it is no schema of a known version, or refers
   *     to anything outside of it: no network and no file is ever asked
   */
  public static JsonSchema compile(Object document, String what) {
    var checked = new SchemaDocument(document, what);
    Dialect dialect = dialect(checked.dialect());
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
    try {
      Schema schema = registry.getSchema(Nodes.of(document));
      schema.initializeValidators();
      return new JsonSchema(checked, schema);
    } catch (SchemaException e) {
      throw Fault.usage(what + " is no JSON Schema: " + e.getMessage()).cause(e);
    }
  }

  /**
   * What is wrong with a value, in the order of the schema; nothing when it is valid. At most 100
   * things are told.
   */
  public List<Violation> validate(Object value) {
    return validate(schema, value);
  }

  /** Whether a value is valid by a schema within this one. */
  boolean valid(Schema within, Object value) {
    return validate(within, value).isEmpty();
  }

  /** The schema at a place of the document. */
  Schema at(String pointer) {
    var path = new NodePath(PathType.JSON_POINTER);
    Object at = document.root();
    for (String segment : JsonPointer.parse(pointer).segments()) {
      if (at instanceof List<?> list) {
        int index = Integer.parseInt(segment);
        path = path.append(index);
        at = list.get(index);
      } else {
        path = path.append(segment);
        at = ((Map<?, ?>) at).get(segment);
      }
    }
    return schema.getSubSchema(path);
  }

  SchemaDocument document() {
    return document;
  }

  private static List<Violation> validate(Schema schema, Object value) {
    try {
      List<Error> errors =
          schema.validate(
              Nodes.of(value),
              OutputFormat.DEFAULT,
              (ExecutionContext context) -> context.setExecutionConfig(LIMITS));
      return errors.stream().limit(VIOLATIONS_MAX).map(JsonSchema::violation).toList();
    } catch (ValidationLimitExceededException | BoundedRegex.TooLong e) {
      return List.of(new Violation("", "takes too long to be checked"));
    }
  }

  private static Violation violation(Error error) {
    String words =
        switch (error.getMessageKey()) {
          case "false" -> "is not allowed";
          case String key when key.startsWith("format") ->
              "is not of the format " + error.getArguments()[0];
          case null, default -> error.getMessage();
        };
    return new Violation(error.getInstanceLocation().toString(), words);
  }

  private static Dialect dialect(SchemaDocument.Dialect version) {
    Dialect base =
        switch (version) {
          case DRAFT_07 -> Dialects.getDraft7();
          case DRAFT_2020_12 -> Dialects.getDraft202012();
        };
    return Dialect.builder(base)
        // The library's own asks a list of top-level domains, which ages.
        .format(new TextFormat("email", TextFormats::email))
        .format(new TextFormat("tel", text -> TextFormats.phone(text).isPresent()))
        .keyword(new DistinctItems())
        .unknownKeywordFactory((name, _) -> new NonValidationKeyword(name))
        .build();
  }

  private record TextFormat(String getName, Predicate<String> fits) implements Format {
    @Override
    public boolean matches(ExecutionContext context, String text) {
      return fits.test(text);
    }
  }
}
