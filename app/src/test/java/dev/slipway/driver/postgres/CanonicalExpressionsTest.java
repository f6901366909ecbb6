package dev.slipway.driver.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expressions with one spelling, whatever stands next to them. */
class CanonicalExpressionsTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      value = {
        "text DEFAULT now(); text DEFAULT CURRENT_TIMESTAMP",
        "date DEFAULT (now())::date; date DEFAULT CURRENT_DATE",
        "CHECK ((at < now())); CHECK ((at < CURRENT_TIMESTAMP))",
        "SELECT 'now()', now(), \"now()\"; SELECT 'now()', CURRENT_TIMESTAMP, \"now()\"",
        "DEFAULT E'\\'now()'; DEFAULT E'\\'now()'",
        "DEFAULT ''now()''; DEFAULT ''CURRENT_TIMESTAMP''",
        "DEFAULT app.now(); DEFAULT app.now()",
        "DEFAULT unow(); DEFAULT unow()",
        "DEFAULT CURRENT_TIMESTAMP(3); DEFAULT CURRENT_TIMESTAMP(3)",
        "DEFAULT SESSION_USER; DEFAULT SESSION_USER",
        "DEFAULT CURRENT_ROLE; DEFAULT CURRENT_USER",
        "AS $f$ SELECT now() $f$; AS $f$ SELECT now() $f$",
        "ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[]);"
            + " ANY (ARRAY['a'::text, 'b''c'::text])",
        "ANY (ARRAY[('a'::character varying)::text]); ANY (ARRAY['a'::text])",
        "now():::TIMESTAMPTZ; CURRENT_TIMESTAMP:::TIMESTAMPTZ",
      })
  void oneSpelling(String printed, String canonical) {
    assertEquals(canonical, CanonicalExpressions.canonical(printed));
  }
}
