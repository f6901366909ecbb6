package dev.slipway.json;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.AbstractKeyword;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.util.HashSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * The keyword {@code uniqueItems}. The library's own compares every item with every other one when
 * somebody chooses items of one hash code; texts can be sorted then.
 */
final class UniqueItems extends AbstractKeyword {
  UniqueItems() {
    super("uniqueItems");
  }

  @Override
  public KeywordValidator newValidator(
      SchemaLocation location, JsonNode value, Schema parent, SchemaContext context) {
    return new Check(this, location, value, parent, context);
  }

  private static final class Check extends BaseKeywordValidator {
    Check(
        Keyword keyword,
        SchemaLocation location,
        JsonNode value,
        Schema parent,
        SchemaContext context) {
      super(keyword, value, location, parent, context);
    }

    @Override
    public void validate(
        ExecutionContext context, JsonNode value, JsonNode root, NodePath location) {
      if (getSchemaNode().booleanValue() && value.isArray() && !distinct(value)) {
        var error = error();
        error.instanceNode(value);
        error.instanceLocation(location);
        error.evaluationPath(context.getEvaluationPath());
        error.locale(context.getExecutionConfig().getLocale());
        context.addError(error.build());
      }
    }
  }

  private static boolean distinct(JsonNode array) {
    var seen = new HashSet<String>();
    for (JsonNode item : array) {
      var text = new StringBuilder();
      write(item, text);
      if (!seen.add(text.toString())) {
        return false;
      }
    }
    return true;
  }

  /** The same for values that JSON Schema takes for equal: 1 and 1.0, {a, b} and {b, a}. */
  private static void write(JsonNode value, StringBuilder text) {
    if (value.isNumber()) {
      text.append(value.decimalValue().stripTrailingZeros());
    } else if (value.isArray()) {
      text.append('[');
      for (JsonNode item : value) {
        write(item, text);
        text.append(',');
      }
      text.append(']');
    } else if (value.isObject()) {
      text.append('{');
      for (String name : new TreeSet<>(value.propertyNames())) {
        text.append(StringNode.valueOf(name)).append(':');
        write(value.get(name), text);
        text.append(',');
      }
      text.append('}');
    } else {
      text.append(value);
    }
  }
}
