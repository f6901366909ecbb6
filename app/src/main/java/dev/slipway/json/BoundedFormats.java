package dev.slipway.json;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.format.Format;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Replacements for formats of the library whose time or stack grows faster than the string: a
 * maximum length where a standard defines one, a check of our own for the others.
 */
final class BoundedFormats {
  /** RFC 1123 and RFC 5321. */
  private static final int HOSTNAME_MAX = 253;

  private static final int EMAIL_MAX = 254;

  /** Formats that no standard defines: longer than legitimate values, short enough to backtrack. */
  private static final int OTHER_MAX = 100;

  private BoundedFormats() {}

  /** Replaces formats of the library by their names. */
  static void replaceUnbounded(Map<String, Format> formats) {
    Map.<String, Predicate<String>>of(
            "email", StringFormats::email,
            "tel", text -> StringFormats.phone(text).isPresent(),
            "uri-template", StringFormats::uriTemplate,
            "json-pointer", StringFormats::jsonPointer,
            "relative-json-pointer", StringFormats::relativeJsonPointer,
            "regex", BoundedRegex::compiles)
        .forEach((name, predicate) -> formats.put(name, new PredicateFormat(name, predicate)));
    Map.of(
            "hostname", HOSTNAME_MAX,
            "idn-hostname", HOSTNAME_MAX,
            "idn-email", EMAIL_MAX,
            "color", OTHER_MAX,
            "style", OTHER_MAX,
            "utc-millisec", OTHER_MAX)
        .forEach(
            (name, max) -> formats.computeIfPresent(name, (_, each) -> new Bounded(each, max)));
  }

  private record PredicateFormat(String getName, Predicate<String> predicate) implements Format {
    @Override
    public boolean matches(ExecutionContext context, String text) {
      return predicate.test(text);
    }
  }

  private record Bounded(Format format, int lengthMax) implements Format {
    @Override
    public String getName() {
      return format.getName();
    }

    @Override
    public String getMessageKey() {
      return format.getMessageKey();
    }

    @Override
    public boolean matches(ExecutionContext context, SchemaContext schema, String text) {
      return text.length() <= lengthMax && format.matches(context, schema, text);
    }
  }
}
