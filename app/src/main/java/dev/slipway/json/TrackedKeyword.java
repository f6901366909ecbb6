package dev.slipway.json;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.FormatKeyword;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A keyword of the library that reports to a {@link SchemaEvaluation}: it charges its cost and
 * records failures.
 *
 * @param annotates whether the keyword annotates the values that its schema applies to
 * @param preloads validators whose schemas are still to be compiled: a queue, since the library's
 *     own recursion overflows the stack on a long chain of references
 */
record TrackedKeyword(Keyword keyword, boolean annotates, Queue<KeywordValidator> preloads)
    implements Keyword {
  /** Keywords that read the whole value, not only its members. */
  private static final Set<String> READS_VALUE = Set.of("enum", "const", "uniqueItems");

  /** Keywords whose errors quote the schema. */
  private static final Set<String> QUOTES_SCHEMA = Set.of("const", "not", "dependencies");

  /** The keyword for formats, which the library does not allow to be wrapped. */
  static FormatKeyword format(
      Map<String, com.networknt.schema.format.Format> formats, Queue<KeywordValidator> preloads) {
    return new FormatKeyword(formats) {
      @Override
      public KeywordValidator newValidator(
          SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) {
        return tracked(super.newValidator(location, node, parent, context), false, node, preloads);
      }
    };
  }

  @Override
  public String getValue() {
    return keyword.getValue();
  }

  @Override
  public @Nullable KeywordValidator newValidator(
      SchemaLocation location, JsonNode node, Schema parent, SchemaContext context)
      throws SchemaException, Exception {
    KeywordValidator validator = keyword.newValidator(location, node, parent, context);
    return validator == null ? null : tracked(validator, annotates, node, preloads);
  }

  private static KeywordValidator tracked(
      KeywordValidator validator,
      boolean annotates,
      JsonNode node,
      Queue<KeywordValidator> preloads) {
    String name = validator.getKeyword();
    return new Tracked(
        validator,
        annotates,
        !SubschemaKeywords.TESTS.contains(name),
        READS_VALUE.contains(name),
        1 + (QUOTES_SCHEMA.contains(name) ? weight(node) / 4 : node.size() / 8),
        preloads);
  }

  private record Tracked(
      KeywordValidator validator,
      boolean annotates,
      boolean applies,
      boolean readsValue,
      int steps,
      Queue<KeywordValidator> preloads)
      implements KeywordValidator {
    @Override
    public void validate(
        ExecutionContext context, JsonNode value, JsonNode root, NodePath location) {
      var evaluation = (SchemaEvaluation) context;
      evaluation.charge(steps + (readsValue ? weight(value) / 4 : members(value)));
      boolean items = readsValue && getKeyword().equals("uniqueItems");
      JsonNode read = items ? UniqueItems.enumerate(value) : value;
      evaluation.evaluate(validator, applies, read, root, location);
      if (annotates) {
        evaluation.annotate(validator, value, location);
      }
    }

    @Override
    public void preloadSchema() {
      preloads.add(validator);
    }

    @Override
    public String getKeyword() {
      return validator.getKeyword();
    }

    @Override
    public SchemaLocation getSchemaLocation() {
      return validator.getSchemaLocation();
    }

    private static int members(JsonNode value) {
      return value.isString() ? value.stringValue().length() / 256 : value.size() / 8;
    }
  }

  /** The cost of reading a value: its nodes, and the length of its strings. */
  private static int weight(JsonNode value) {
    if (value.isString()) {
      return 1 + value.stringValue().length() / 32;
    }
    int weight = 1;
    for (JsonNode member : value) {
      weight += weight(member);
    }
    if (value.isObject()) {
      for (String name : value.propertyNames()) {
        weight += name.length() / 32;
      }
    }
    return weight;
  }
}
