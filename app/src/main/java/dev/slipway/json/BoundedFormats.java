package dev.slipway.json;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.format.Format;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The formats that a schema can name: those of the library, but for those whose time or stack grows
 * faster than the text. Those have a longest text where a standard limits it; the others are
 * checked here.
 */
final class BoundedFormats {
  /** RFC 1123 and RFC 5321. */
  private static final int HOSTNAME_MAX = 253;

  private static final int EMAIL_MAX = 254;

  /** Formats that no standard defines: longer than any honest text, short enough to backtrack. */
  private static final int OTHER_MAX = 100;

  private BoundedFormats() {}

  /** Replaces formats of the library by their names. */
  static void replaceUnbounded(Map<String, Format> formats) {
    put(formats, new TextFormat("email", StringFormats::email));
    put(formats, new TextFormat("tel", text -> StringFormats.phone(text).isPresent()));
    put(formats, new TextFormat("uri-template", StringFormats::uriTemplate));
    put(formats, new TextFormat("json-pointer", StringFormats::jsonPointer));
    put(formats, new TextFormat("regex", BoundedRegex::compiles));
    put(formats, new TextFormat("relative-json-pointer", StringFormats::relativeJsonPointer));
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

  private static void put(Map<String, Format> formats, Format format) {
    formats.put(format.getName(), format);
  }

  private record TextFormat(String getName, Predicate<String> fits) implements Format {
    @Override
    public boolean matches(ExecutionContext context, String text) {
      return fits.test(text);
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
