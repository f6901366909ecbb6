package dev.slipway.sql;

import dev.slipway.sql.SqlSyntax.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts that an expression of dynamic SQL can have, as far as the expression itself says.
 * Values that the server quotes as a name or a literal may be anything: they cannot become another
 * statement. Used once, by one thread.
 */
public final class DynamicSqlEvaluator {
  /** Stands for the name of the database that the statement runs in. */
  public static final String OWN_DATABASE = "slipway_own_database";

  /** Stands for a name that is known only when the statement runs. */
  public static final String ANY_NAME = "slipway_any_name";

  private static final int VALUES_MAX = 64;
  private static final Pattern FORMAT = Pattern.compile("%(?:(\\d+)\\$)?(-?\\d*)([sIL%])");

  private final SqlTokens tokens;
  private final Function<String, Optional<List<String>>> variables;
  private int at;
  private final int end;

  private DynamicSqlEvaluator(
      SqlTokens tokens, Function<String, Optional<List<String>>> variables, int from, int to) {
    this.tokens = tokens;
    this.variables = variables;
    this.at = from;
    this.end = to;
  }

  /**
   * All texts that the tokens between two indexes can stand for; empty when that is not known.
   *
   * @param variables the texts of a variable: MySQL's user variables, those of PL/pgSQL
   */
  public static Optional<List<String>> values(
      SqlTokens tokens, int from, int to, Function<String, Optional<List<String>>> variables) {
    DynamicSqlEvaluator read = new DynamicSqlEvaluator(tokens, variables, from, to);
    Optional<List<String>> values = read.concatenation();
    return read.at == to ? values : Optional.empty();
  }

  private Optional<List<String>> concatenation() {
    Optional<List<String>> all = term();
    while (all.isPresent()
        && has(Feature.CONCATENATION_OPERATOR)
        && symbol("|")
        && tokens.symbol(at + 1, "|")) {
      at += 2;
      all = joined(all, term());
    }
    return all;
  }

  private static Optional<List<String>> joined(
      Optional<List<String>> left, Optional<List<String>> right) {
    if (left.isEmpty() || right.isEmpty() || left.get().size() * right.get().size() > VALUES_MAX) {
      return Optional.empty();
    }
    List<String> all = new ArrayList<>();
    left.get().forEach(one -> right.get().forEach(two -> all.add(one + two)));
    return Optional.of(all);
  }

  private static Optional<List<String>> either(
      Optional<List<String>> one, Optional<List<String>> two) {
    if (one.isEmpty() || two.isEmpty() || one.get().size() + two.get().size() > VALUES_MAX) {
      return Optional.empty();
    }
    List<String> all = new ArrayList<>(one.get());
    all.addAll(two.get());
    return Optional.of(all);
  }

  private boolean has(Feature feature) {
    return tokens.syntax().has(feature);
  }

  private boolean symbol(String symbol) {
    return at < end && tokens.symbol(at, symbol);
  }

  private Optional<List<String>> term() {
    Optional<List<String>> value = primary();
    while (value.isPresent()
        && has(Feature.CAST_OPERATOR)
        && symbol(":")
        && tokens.symbol(at + 1, ":")) {
      // A cast to text, varchar(n) …
      at += 2;
      at += tokens.name(at) ? 1 : 0;
      at = symbol("(") ? tokens.close(at) : at;
    }
    return value;
  }

  private Optional<List<String>> primary() {
    if (at >= end) {
      return Optional.empty();
    }
    if (tokens.string(at)) {
      StringBuilder text = new StringBuilder();
      while (at < end && tokens.string(at)) {
        text.append(tokens.get(at++).text());
      }
      return Optional.of(List.of(text.toString()));
    }
    if (tokens.word(at, "NULL")) {
      at++;
      return Optional.of(List.of());
    }
    if (symbol("(")) {
      int close = tokens.close(at);
      boolean query = tokens.word(at + 1, "SELECT");
      Optional<List<String>> value = query ? selected(at + 2, close - 1) : inner(at + 1, close - 1);
      at = close;
      return value;
    }
    if (symbol("@") && has(Feature.USER_VARIABLES) && tokens.name(at + 1)) {
      String name = tokens.key(at + 1);
      at += 2;
      return variables.apply(name);
    }
    if (tokens.word(at, "CASE")) {
      return cases();
    }
    if (tokens.name(at) && tokens.symbol(at + 1, "(") && at + 1 < end) {
      return call();
    }
    if (has(Feature.ROUTINE_VARIABLES) && tokens.name(at) && !tokens.symbol(at + 1, ".")) {
      return variables.apply(tokens.key(at++));
    }
    return Optional.empty();
  }

  private Optional<List<String>> inner(int from, int to) {
    return values(tokens, from, to, variables);
  }

  /** The one column of a SELECT; which rows it reads does not matter. */
  private Optional<List<String>> selected(int from, int to) {
    int depth = 0;
    int stop = to;
    for (int i = from; i < to && stop == to; i++) {
      depth += tokens.symbol(i, "(") ? 1 : tokens.symbol(i, ")") ? -1 : 0;
      if (depth == 0 && tokens.word(i, "UNION", "EXCEPT", "INTERSECT", "INTO")) {
        return Optional.empty();
      }
      stop = depth == 0 && tokens.word(i, "FROM", "LIMIT", "WHERE") ? i : stop;
    }
    boolean union = false;
    for (int i = stop; i < to; i++) {
      union |= tokens.word(i, "UNION", "EXCEPT", "INTERSECT");
    }
    return union ? Optional.empty() : inner(from, stop);
  }

  private Optional<List<String>> cases() {
    Optional<List<String>> all = Optional.of(List.of());
    int depth = 0;
    int value = -1;
    int i = at + 1;
    for (; i < end; i++) {
      depth += tokens.symbol(i, "(") || tokens.word(i, "CASE") ? 1 : tokens.symbol(i, ")") ? -1 : 0;
      boolean last = tokens.word(i, "END");
      if (last && depth > 0) {
        depth--;
        continue;
      }
      if (depth > 0 || (!last && !tokens.word(i, "WHEN", "THEN", "ELSE"))) {
        continue;
      }
      all = value < 0 ? all : either(all, inner(value, i));
      value = tokens.word(i, "THEN", "ELSE") ? i + 1 : -1;
      if (last) {
        at = i + 1;
        return all;
      }
    }
    return Optional.empty();
  }

  private Optional<List<String>> call() {
    String name = tokens.key(at).toLowerCase(Locale.ROOT);
    int close = tokens.close(at + 1);
    List<int[]> arguments = arguments(tokens, at + 1);
    at = close;
    return switch (name) {
      case "concat" -> {
        Optional<List<String>> all = Optional.of(List.of(""));
        for (int[] argument : arguments) {
          all = joined(all, inner(argument[0], argument[1]));
        }
        yield all;
      }
      case "if" ->
          !has(Feature.IF_FUNCTION) || arguments.size() != 3
              ? Optional.empty()
              : either(
                  inner(arguments.get(1)[0], arguments.get(1)[1]),
                  inner(arguments.get(2)[0], arguments.get(2)[1]));
      case "coalesce", "ifnull" -> {
        Optional<List<String>> all = Optional.of(List.of());
        for (int[] argument : arguments) {
          all = either(all, inner(argument[0], argument[1]));
        }
        yield all;
      }
      case "database", "schema" ->
          has(Feature.DATABASE_FUNCTION) && arguments.isEmpty()
              ? Optional.of(List.of(OWN_DATABASE))
              : Optional.empty();
      case "quote_ident" ->
          !has(Feature.QUOTE_FUNCTIONS) || arguments.size() != 1
              ? Optional.empty()
              : Optional.of(List.of(identifier(arguments.getFirst())));
      case "quote_literal", "quote_nullable" ->
          has(Feature.QUOTE_FUNCTIONS) ? Optional.of(List.of("'x'")) : Optional.empty();
      case "format" ->
          !has(Feature.QUOTE_FUNCTIONS) || arguments.isEmpty()
              ? Optional.empty()
              : format(arguments);
      default -> Optional.empty();
    };
  }

  /** PostgreSQL's format(): {@code %I} is a name, {@code %L} a literal, {@code %s} anything. */
  private Optional<List<String>> format(List<int[]> arguments) {
    Optional<List<String>> formats = inner(arguments.getFirst()[0], arguments.getFirst()[1]);
    if (formats.isEmpty()) {
      return formats;
    }
    List<String> all = new ArrayList<>();
    for (String format : formats.get()) {
      if (format.contains("%*") || format.contains("%-*")) {
        // The width is an argument too.
        return Optional.empty();
      }
      Optional<List<String>> texts = Optional.of(List.of(""));
      Matcher mark = FORMAT.matcher(format);
      int from = 0;
      int next = 1;
      while (mark.find()) {
        texts = joined(texts, Optional.of(List.of(format.substring(from, mark.start()))));
        from = mark.end();
        if (mark.group(3).equals("%")) {
          texts = joined(texts, Optional.of(List.of("%")));
          continue;
        }
        int index = mark.group(1) == null ? next : Integer.parseInt(mark.group(1));
        next = index + 1;
        texts =
            index < 1 || index >= arguments.size()
                ? Optional.empty()
                : joined(texts, formatted(mark.group(3), arguments.get(index)));
      }
      texts = joined(texts, Optional.of(List.of(format.substring(from))));
      if (texts.isEmpty() || all.size() + texts.get().size() > VALUES_MAX) {
        return Optional.empty();
      }
      all.addAll(texts.get());
    }
    return Optional.of(all);
  }

  private Optional<List<String>> formatted(String kind, int[] argument) {
    return switch (kind) {
      case "I" -> Optional.of(List.of(identifier(argument)));
      case "L" -> Optional.of(List.of("'x'"));
      default -> inner(argument[0], argument[1]);
    };
  }

  /** A quoted name; the name of the current database if the argument is that function. */
  private String identifier(int[] argument) {
    boolean own =
        tokens.word(argument[0], "CURRENT_DATABASE", "CURRENT_CATALOG")
            && argument[1] - argument[0] <= 3;
    if (own) {
      return OWN_DATABASE;
    }
    return inner(argument[0], argument[1])
        .filter(values -> values.size() == 1)
        .map(values -> '"' + values.getFirst().replace("\"", "\"\"") + '"')
        .orElse(ANY_NAME);
  }

  /** The first and the last index of each argument of a call whose parenthesis stands here. */
  public static List<int[]> arguments(SqlTokens tokens, int open) {
    List<int[]> all = new ArrayList<>();
    int last = tokens.close(open) - 1;
    int from = open + 1;
    int depth = 0;
    for (int i = open + 1; i <= last; i++) {
      depth += tokens.symbol(i, "(") ? 1 : tokens.symbol(i, ")") && i < last ? -1 : 0;
      if (i == last || (depth == 0 && tokens.symbol(i, ","))) {
        if (i > from) {
          all.add(new int[] {from, i});
        }
        from = i + 1;
      }
    }
    return all;
  }
}
