package dev.slipway.driver.postgres;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One spelling for expressions that mean the same. The server prints an expression as it was
 * written, such as {@code now()} and {@code CURRENT_TIMESTAMP}.
 */
public final class CanonicalExpressions {
  private static final String LITERAL = "'(?:[^']|'')*'";

  private static final String NOW =
      "(?:now\\(\\)|transaction_timestamp\\(\\)|current_timestamp\\(\\)|CURRENT_TIMESTAMP)";

  /** Quoted text matches first, so that no expression matches within it. */
  private static final Pattern EXPRESSION =
      Pattern.compile(
          "(?<array>\\(ARRAY\\["
              + LITERAL
              + "::character varying(?:, "
              + LITERAL
              + "::character varying)*\\]\\)::text\\[\\])"
              + "|\\((?<text>"
              + LITERAL
              + ")::character varying\\)::text"
              + "|(?<schema>\"current_schema\"\\(\\))"
              + "|E'(?:[^'\\\\]|\\\\.|'')*'|"
              + LITERAL
              + "|\"(?:[^\"]|\"\")*\"|\\$(?<tag>\\w*)\\$.*?\\$\\k<tag>\\$"
              + "|\\("
              + NOW
              + "\\)::(?<cast>date|time(?:stamp)? without time zone|time with time zone)"
              + "|(?<![\\w.$])(?<now>"
              + NOW
              + ")(?!\\()"
              + "|(?<![\\w.$])(?<user>CURRENT_ROLE|USER)\\b"
              + "|(?<![\\w.$])(?<catalog>CURRENT_CATALOG)\\b",
          Pattern.DOTALL);

  private static final Pattern CHARACTERS = Pattern.compile("(" + LITERAL + ")::character varying");

  private static final Map<String, String> CASTS =
      Map.of(
          "date",
          "CURRENT_DATE",
          "timestamp without time zone",
          "LOCALTIMESTAMP",
          "time without time zone",
          "LOCALTIME",
          "time with time zone",
          "CURRENT_TIME");

  /** A default of NULL is no default, unless the type is a domain with a default of its own. */
  private static final Pattern NULL_DEFAULT =
      Pattern.compile(
          "(?:^| DEFAULT )NULL::(?:character varying|character|bpchar|bit varying|bit|numeric|text|integer"
              + "|bigint|smallint|boolean|json|jsonb|uuid|bytea|date|double precision|real|interval"
              + "|time(?:stamp)? with(?:out)? time zone)(?:\\([\\d,]+\\))?(?:\\[\\])*\\s*$");

  private CanonicalExpressions() {}

  /** The definition with one spelling for each expression. */
  public static String canonical(String definition) {
    return EXPRESSION
        .matcher(definition)
        .replaceAll(found -> Matcher.quoteReplacement(canonical(found)));
  }

  private static String canonical(MatchResult found) {
    if (found.group("array") != null) {
      String array = found.group("array");
      return CHARACTERS
          .matcher(array.substring(1, array.length() - ")::text[]".length()))
          .replaceAll("$1::text");
    }
    if (found.group("text") != null) {
      return found.group("text") + "::text";
    }
    if (found.group("schema") != null) {
      return "CURRENT_SCHEMA";
    }
    if (found.group("cast") != null) {
      return CASTS.getOrDefault(found.group("cast"), found.group());
    }
    if (found.group("now") != null) {
      return "CURRENT_TIMESTAMP";
    }
    if (found.group("user") != null) {
      return "CURRENT_USER";
    }
    return found.group("catalog") != null ? "current_database()" : found.group();
  }

  /** The definition of a column, or its default, without a default of NULL. */
  public static String withoutNullDefault(String definition) {
    return NULL_DEFAULT.matcher(definition).replaceFirst("");
  }
}
