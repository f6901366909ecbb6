package dev.slipway.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts that an expression of dynamic SQL can have. */
class DynamicSqlEvaluatorTest {
  /** Values of the variable {@code x}, and as many of {@code n8} as its name says. */
  private static Optional<List<String>> variable(String name) {
    return name.equals("x")
        ? Optional.of(List.of("1", "2"))
        : name.matches("n\\d+")
            ? Optional.of(Collections.nCopies(Integer.parseInt(name.substring(1)), "v"))
            : Optional.empty();
  }

  /** The values of an expression, separated by a bar; {@code ?} where they are not known. */
  private static String values(String features, String expression) {
    SqlTokens tokens = SqlTokens.of(expression, SqlTokensTest.syntax(features), 1);
    return DynamicSqlEvaluator.values(tokens, 0, tokens.size(), DynamicSqlEvaluatorTest::variable)
        .map(values -> String.join("|", values))
        .orElse("?");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "- ~ 'a' ~ a",
        "- ~ 'a' 'b' ~ ab",
        "- ~ 'a' b ~ ?",
        "- ~ b ~ ?",
        "- ~ NULL ~ ^^",
        "- ~ ('a') ~ a",
        "- ~ (('a')) ~ a",
        "- ~ ('a' ~ ?",
        "- ~ () ~ ?",
        // Concatenation and casts.
        "CONCATENATION_OPERATOR ~ 'a' || 'b' || ('c') ~ abc",
        "CONCATENATION_OPERATOR ~ 'a' | 'b' ~ ?",
        "CONCATENATION_OPERATOR ~ 'a' || b ~ ?",
        "CONCATENATION_OPERATOR ~ 'a' || ~ ?",
        "CONCATENATION_OPERATOR ~ b || 'a' ~ ?",
        "- ~ 'a' || 'b' ~ ?",
        "CAST_OPERATOR ~ 'a'::text ~ a",
        "CAST_OPERATOR ~ 'a'::varchar(3)::text ~ a",
        "CAST_OPERATOR CONCATENATION_OPERATOR ~ 'a'::text || 'b'::text ~ ab",
        "CAST_OPERATOR ~ 'a':text ~ ?",
        "- ~ 'a'::text ~ ?",
        // Subqueries.
        "- ~ (select 'a') ~ a",
        "- ~ (select 'a' from t where b) ~ a",
        "- ~ (select 'a' limit 1) ~ a",
        "- ~ (select ('a') where (select b from c)) ~ a",
        "- ~ (select 'a' into b) ~ ?",
        "- ~ (select 'a' union select 'b') ~ ?",
        "- ~ (select 'a' from t union select 'b') ~ ?",
        "- ~ (select 'a' from t except select 'b') ~ ?",
        "- ~ (select a from t) ~ ?",
        "- ~ (select (select 'a' from t)) ~ a",
        // Variables.
        "USER_VARIABLES ~ @x ~ 1|2",
        "USER_VARIABLES ~ @y ~ ?",
        "- ~ @x ~ ?",
        "ROUTINE_VARIABLES ~ x ~ 1|2",
        "ROUTINE_VARIABLES ~ x.y ~ ?",
        "- ~ x ~ ?",
        // CASE.
        "- ~ case when a then 'b' else 'c' end ~ b|c",
        "- ~ case when a then 'b' end ~ b",
        "- ~ case (a) when (b) then ('c') when d then 'e' end ~ c|e",
        "- ~ case a when 1 then case b when 2 then 'c' else 'd' end else 'e' end ~ c|d|e",
        "- ~ case when a then b else 'c' end ~ ?",
        "- ~ case when a then 'b' else 'c' ~ ?",
        "CONCATENATION_OPERATOR ~ case when a then 'b' end || 'c' ~ bc",
        // Functions.
        "- ~ concat('a', 'b', 'c') ~ abc",
        "- ~ CONCAT() ~ ^^",
        "- ~ concat('a', b) ~ ?",
        "- ~ concat(concat('a', 'b'), ('c')) ~ abc",
        "USER_VARIABLES ~ concat('a', @x, @x) ~ a11|a12|a21|a22",
        "IF_FUNCTION ~ if(a, 'b', 'c') ~ b|c",
        "IF_FUNCTION ~ if(a, 'b') ~ ?",
        "- ~ if(a, 'b', 'c') ~ ?",
        "- ~ coalesce('a', 'b', NULL) ~ a|b",
        "- ~ ifnull('a', b) ~ ?",
        "- ~ lower('a') ~ ?",
        "DATABASE_FUNCTION ~ database() ~ slipway_own_database",
        "DATABASE_FUNCTION ~ schema() ~ slipway_own_database",
        "DATABASE_FUNCTION ~ database('a') ~ ?",
        "- ~ database() ~ ?",
        "QUOTE_FUNCTIONS ~ quote_ident('a\"b') ~ \"a\"\"b\"",
        "QUOTE_FUNCTIONS ~ quote_ident(b) ~ slipway_any_name",
        "QUOTE_FUNCTIONS USER_VARIABLES ~ quote_ident(@x) ~ slipway_any_name",
        "QUOTE_FUNCTIONS ~ quote_ident(current_database()) ~ slipway_own_database",
        "QUOTE_FUNCTIONS ~ quote_ident(current_catalog) ~ slipway_own_database",
        "QUOTE_FUNCTIONS CONCATENATION_OPERATOR ~ quote_ident(current_database() || 'a') ~ "
            + "slipway_any_name",
        "QUOTE_FUNCTIONS ~ quote_ident('a', 'b') ~ ?",
        "- ~ quote_ident('a') ~ ?",
        "QUOTE_FUNCTIONS ~ quote_literal(b) ~ 'x'",
        "QUOTE_FUNCTIONS ~ quote_nullable(b) ~ 'x'",
        "- ~ quote_literal('a') ~ ?",
        "QUOTE_FUNCTIONS ~ format('a') ~ a",
        "QUOTE_FUNCTIONS ~ format('%I.%s = %L;', 'a', 'b', c) ~ \"a\".b = 'x';",
        "QUOTE_FUNCTIONS ~ format('%%%s%%', 'a') ~ %a%",
        "QUOTE_FUNCTIONS ~ format('%2$s%1$s', 'a', 'b') ~ ba",
        "QUOTE_FUNCTIONS ~ format('%2$s%s', 'a', 'b', 'c') ~ bc",
        "QUOTE_FUNCTIONS ~ format('%-10s', 'a') ~ a",
        "QUOTE_FUNCTIONS ~ format('%s') ~ ?",
        "QUOTE_FUNCTIONS ~ format('%0$s', 'a') ~ ?",
        "QUOTE_FUNCTIONS ~ format('%2$s', 'a') ~ ?",
        "QUOTE_FUNCTIONS ~ format('%*s', 'a', 'b') ~ ?",
        "QUOTE_FUNCTIONS ~ format('%-*s', 'a', 'b') ~ ?",
        "QUOTE_FUNCTIONS ~ format('%s', b) ~ ?",
        "QUOTE_FUNCTIONS ~ format(b) ~ ?",
        "QUOTE_FUNCTIONS ~ format() ~ ?",
        "QUOTE_FUNCTIONS USER_VARIABLES ~ format('%s-%I', @x, 'b') ~ 1-\"b\"|2-\"b\"",
        "- ~ format('a') ~ ?",
      })
  void anExpressionHasTheseValues(String features, String expression, String values) {
    assertEquals(values, values(features, expression));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      value = {
        "concat(@n8, @n8) ~ 64",
        "concat(@n5, @n13) ~ 0",
        "coalesce(@n32, @n32) ~ 64",
        "coalesce(@n32, @n33) ~ 0",
        "format(@n32) ~ 32",
        "format(coalesce(@n32, @n32)) ~ 64",
      })
  void moreThan64ValuesAreNotKnown(String expression, int count) {
    String values = values("USER_VARIABLES QUOTE_FUNCTIONS", expression);
    assertEquals(count, values.equals("?") ? 0 : values.split("\\|").length);
  }
}
