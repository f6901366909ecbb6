package dev.slipway.driver.mysql;

import dev.slipway.driver.QueryCatalogReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads MySQL's catalog. The server keeps some expressions as they were written; what means the
 * same is the same here, such as {@code now()} and {@code CURRENT_TIMESTAMP}.
 */
final class MysqlCatalogReader extends QueryCatalogReader {
  /** What stands in quotes is none of the expressions, but matches first. */
  private static final Pattern EXPRESSION =
      Pattern.compile(
          "\\\\'(?:[^'\\\\]|\\\\[^'])*\\\\'|'(?:[^'\\\\]|''|\\\\.)*'|`(?:[^`]|``)*`"
              + "|(?<![\\w.$])(?<now>now|current_timestamp|localtime(?:stamp)?)\\((?<digits>\\d?)\\)",
          Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

  /** A constant that was written as an expression. */
  private static final Pattern CONSTANT =
      Pattern.compile(
          " DEFAULT (?:_\\w+\\\\'(?<text>[^'\\\\]*)\\\\'|(?<number>-?\\d+(?:\\.\\d+)?))"
              + " DEFAULT_GENERATED");

  MysqlCatalogReader() {
    super(MysqlCatalogQueries.ALL);
  }

  @Override
  protected void read(Connection connection, ObjectHandler objects) throws SQLException {
    super.read(
        connection,
        (object, table, definition) -> {
          String canonical = canonical(definition);
          objects.accept(
              object, table, object.startsWith("column ") ? plainDefault(canonical) : canonical);
        });
  }

  private static String plainDefault(String column) {
    return CONSTANT
        .matcher(column)
        .replaceFirst(
            found ->
                Matcher.quoteReplacement(
                    " DEFAULT '"
                        + (found.group("text") == null
                            ? found.group("number")
                            : found.group("text"))
                        + "'"));
  }

  /** The definition with one spelling for each expression. */
  static String canonical(String definition) {
    return EXPRESSION
        .matcher(definition)
        .replaceAll(found -> Matcher.quoteReplacement(canonical(found)));
  }

  private static String canonical(MatchResult found) {
    if (found.group("now") == null) {
      return found.group();
    }
    String digits = found.group("digits");
    return digits.isEmpty() || digits.equals("0")
        ? "CURRENT_TIMESTAMP"
        : "CURRENT_TIMESTAMP(" + digits + ")";
  }
}
