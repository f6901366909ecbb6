package dev.slipway.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.sql.SqlSyntax.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of a text with and without each construct of {@link SqlSyntax}. */
class SqlTokensTest {
  /** A syntax from the names of its features; {@code -} for none. */
  static SqlSyntax syntax(String features) {
    Set<Feature> all =
        features.equals("-")
            ? Set.of()
            : Arrays.stream(features.split(" ")).map(Feature::valueOf).collect(Collectors.toSet());
    return new SqlSyntax(all, Set.of("TRIGGER", "PROCEDURE"));
  }

  private static SqlTokens tokens(String text) {
    return SqlTokens.of(text, syntax("-"), 1);
  }

  /** Names in double quotes, strings in single quotes, and everything else as its text. */
  private static String shown(SqlTokens tokens) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      String quote =
          switch (tokens.get(i).kind()) {
            case NAME -> "\"";
            case STRING -> "'";
            case WORD, SYMBOL -> "";
          };
      all.append(i == 0 ? "" : " ").append(quote).append(tokens.get(i).text()).append(quote);
    }
    return all.toString();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "- ~ select a_1, b from t; ; select 2; ~ SELECT A_1 , B FROM T ; ; SELECT 2",
        "- ~ 1 12a x$y x1 größe ~ 1 12a X$Y X1 GRÖSSE",
        "- ~ $1 $a ~ $1 $a",
        "DIGIT_NAMES ~ 12a 12 $a ~ 12A 12 $A",
        "- ~ \"a\"\"b\" 'c''d' `e``f` [g] ~ \"a\"b\" 'c'd' \"e`f\" [ G ]",
        "- ~ '' \"\" ~ '' \"\"",
        "- ~ 'a\\' ~ 'a\\'",
        "BRACKETED_NAMES ~ [a ]] ~ \"a \" ]",
        "DOUBLE_QUOTED_STRINGS ~ \"a\"\"b\" 'c' ~ 'a\"b' 'c'",
        "BACKSLASH_ESCAPES ~ 'a\\'b' '\\%''\\\\' \"\\\"\" ~ 'a'b' '%'\\' \"\\\"\"",
        "BACKSLASH_ESCAPES DOUBLE_QUOTED_STRINGS ~ \"a\\\"b\"\"'\" ~ 'a\"b\"''",
        "- ~ E'a' ~ E 'a'",
        "ESCAPE_STRINGS ~ E'a\\'b''c' e'x' f'a\\' e 'a\\' ~ 'a'b'c' 'x' F 'a\\' E 'a\\'",
        "ESCAPE_STRINGS ~ E'\\x41\\x4g\\u00e4\\U0001F600\\101\\1011\\q\\\\' ~ "
            + "'A\u0004gä\uD83D\uDE00AA1q\\'",
        "ESCAPE_STRINGS ~ E'\\xg\\u\\U\\8\\0' ~ 'xguU80'",
        "- ~ N'a' ~ N 'a'",
        "NATIONAL_STRINGS ~ N'a' n'b' N 'c' ~ 'a' 'b' N 'c'",
        "- ~ _utf8'a' ~ _UTF8 'a'",
        "CHARSET_INTRODUCERS ~ _utf8'a' _utf8mb4 'b' utf8 'c' ~ 'a' 'b' UTF8 'c'",
        "- ~ U&'a' ~ U & 'a'",
        "UNICODE_ESCAPES ~ U&'d\\0061\\+00006100\\\\' ~ 'daa00\\'",
        "UNICODE_ESCAPES ~ u&\"\\0061\"\"b\" U & 'c' 'd' ~ \"a\"b\" U & 'c' 'd'",
        "UNICODE_ESCAPES ~ U&'!0061\\0061' UESCAPE '!' x ~ 'a\\0061' X",
        "UNICODE_ESCAPES ~ U&'\\00zz\\006\\+110000\\' ~ '\\00zz\\006\\+110000\\'",
        "- ~ $$a$$ ~ $$a$$",
        "DOLLAR_QUOTES ~ $$a;b$$ $t$c$$t$ $1 $t ~ 'a;b' 'c$' $1 $t",
        "- ~ /*!50003 a */ b ~ B",
        "EXECUTABLE_COMMENTS ~ /*!50003 a */ b */ /*!c*/ ~ A B * / C",
        "EXECUTABLE_COMMENTS DIGIT_NAMES ~ /*!50003a*/ /*!080000 b*/ /*!1234567 c*/ ~ A B 7 C",
        "EXECUTABLE_COMMENTS ~ /*! 50003 a*/ /* b */ / * ! ~ 50003 A / * !",
        "NESTED_COMMENTS ~ /* a /* b */ c */ d ~ D",
        "- ~ /* a /* b */ c */ d ~ C * / D",
        "- ~ /* a ; */ b /**/ ; c /* d ~ B ; C",
        "- ~ # a; ~ # A",
        "HASH_COMMENTS ~ a # b; ~ A",
        "- ~ a--b; ~ A",
        "SPACED_LINE_COMMENTS ~ a--b-- c; ~ A - - B",
        "SPACED_LINE_COMMENTS ~ a-- ~ A",
        "- ~ a - b / c ~ A - B / C",
      })
  void aTextBecomesTheTokensOfItsSyntax(String features, String text, String expected) {
    assertEquals(expected, shown(SqlTokens.of(text, syntax(features), 1)));
  }

  @Test
  void backslashesEscapeControlCharacters() {
    assertEquals(
        "'\0\b\n\r\t\u001aZ'",
        shown(SqlTokens.of("'\\0\\b\\n\\r\\t\\ZZ'", syntax("BACKSLASH_ESCAPES"), 1)));
    assertEquals(
        "'\b\f\n\r\t'", shown(SqlTokens.of("E'\\b\\f\\n\\r\\t'", syntax("ESCAPE_STRINGS"), 1)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "- ~ 'a' ~ true",
        "- ~ 'a ~ false",
        "- ~ \"a ~ false",
        "- ~ /* a ~ false",
        "- ~ -- a ~ true",
        "DOLLAR_QUOTES ~ $$a ~ false",
        "DOLLAR_QUOTES ~ $$a$$ ~ true",
        // A server before version 8.0.1 skips the first quote and reads another text.
        "EXECUTABLE_COMMENTS ~ /*!80001 ' */ ' ~ false",
        "EXECUTABLE_COMMENTS ~ /*!80000 ' */ ' ~ true",
        "EXECUTABLE_COMMENTS ~ /*!80001 '' */ ~ true",
        "EXECUTABLE_COMMENTS ~ /*!80000 a */ /*!99999 \" */ \" ~ false",
        "EXECUTABLE_COMMENTS ~ /*!99999 a */ /*!080000 ` */ ` ~ true",
        "EXECUTABLE_COMMENTS ~ /*! ' */ ' ~ true",
        "- ~ /*!80001 ' */ '' ~ true",
      })
  void aTextIsReadableWhenEveryServerReadsTheSameTokens(
      String features, String text, boolean readable) {
    assertEquals(readable, SqlTokens.of(text, syntax(features), 1).readable());
  }

  @Test
  void tokensHaveTheirOffsets() {
    SqlTokens tokens =
        SqlTokens.of(" ab 'c' /*!50003d*/", syntax("EXECUTABLE_COMMENTS DIGIT_NAMES"), 1);
    assertEquals(new Token(Token.Kind.WORD, "AB", 1, 3), tokens.get(0));
    assertEquals(new Token(Token.Kind.STRING, "c", 4, 7), tokens.get(1));
    assertEquals(new Token(Token.Kind.WORD, "D", 16, 17), tokens.get(2));
  }

  @Test
  void aTokenIsTestedByItsKind() {
    SqlTokens tokens = tokens("SELECT \"x\" 'y' ;");
    assertTrue(tokens.word(0, "INSERT", "SELECT"));
    assertFalse(tokens.word(0, "INSERT"));
    assertFalse(tokens.word(1, "x"));
    assertTrue(tokens.name(0));
    assertTrue(tokens.name(1));
    assertFalse(tokens.name(2));
    assertTrue(tokens.string(2));
    assertFalse(tokens.string(1));
    assertTrue(tokens("(").symbol(0, "("));
    assertFalse(tokens("(").symbol(0, ")"));
    assertFalse(tokens("'('").symbol(0, "("));
    assertEquals("select", tokens.key(0));
    assertEquals("x", tokens.key(1));
    assertTrue(tokens("a b c").words(1, "B", "C"));
    assertFalse(tokens("a b c").words(1, "B", "D"));
    assertFalse(tokens("a b c").words(1, "B", "C", "D"));
  }

  @Test
  void beyondTheEndsThereIsNoToken() {
    SqlTokens tokens = tokens("a");
    for (int at : new int[] {-1, 1}) {
      assertFalse(tokens.word(at, "A"));
      assertFalse(tokens.name(at));
      assertFalse(tokens.string(at));
      assertFalse(tokens.symbol(at, "a"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {"( ) x ~ 0 ~ 2", "( ( ) ) x ~ 0 ~ 4", "a ( b ( c ) ) ~ 3 ~ 6", "( ( ) ~ 0 ~ 3"})
  void aParenthesisIsClosedByItsPair(String text, int open, int after) {
    assertEquals(after, tokens(text).close(open));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "a b c ~ 0 ~ 1",
        "a b c ~ 2 ~ -1",
        "( b ) b ~ 0 ~ 3",
        "( ( ) b ) ~ 0 ~ -1",
        "( a ) ) b ~ 1 ~ -1",
        "a ; b ~ 0 ~ -1",
        "( ; ) b ~ 0 ~ 3",
        "x y ~ 0 ~ -1",
      })
  void aWordIsFoundInItsStatementOutsideOfParentheses(String text, int from, int found) {
    SqlTokens tokens =
        SqlTokens.of(text, syntax(text.startsWith("( ;") ? "PARENTHESIZED_STATEMENTS" : "-"), 1);
    assertEquals(text.startsWith("( ;") ? tokens.size() - 1 : found, tokens.find(from, "B", "Q"));
  }

  @Test
  void aStatementEndsAtItsSemicolonOrTheEnd() {
    SqlTokens tokens = tokens("a b; c");
    assertEquals(2, tokens.statementEnd(0));
    assertEquals(2, tokens.statementEnd(2));
    assertEquals(4, tokens.statementEnd(3));
  }

  @Test
  void aTokenHasItsLineInTheFile() {
    SqlTokens tokens = SqlTokens.of("a\n\nb c", syntax("-"), 10);
    assertEquals(List.of(10, 12, 12), List.of(tokens.line(0), tokens.line(1), tokens.line(2)));
    assertEquals(12, tokens.line(9));
    assertEquals(10, SqlTokens.of("\n", syntax("-"), 10).line(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "drop  user\tx ; drop ~ 0 ~ drop user x",
        "drop user x ; drop user y ~ 4 ~ drop user y",
        "alter user x password 'secret' ~ 0 ~ alter user x password …",
        "'secret' x ~ 0 ~ …",
      })
  void anExcerptEndsBeforeTheFirstString(String text, int at, String excerpt) {
    assertEquals(excerpt, tokens(text).excerpt(at).strip());
  }

  @Test
  void anExcerptHasAtMost80Characters() {
    String word = "x".repeat(80);
    assertEquals(word, tokens(word + " y").excerpt(0));
    assertEquals("x".repeat(79) + "…", tokens(word + "x").excerpt(0));
    assertEquals("x".repeat(78) + " y", tokens("x".repeat(78) + " y").excerpt(0));
    assertEquals("x".repeat(79) + "…", tokens("x".repeat(79) + " y z").excerpt(0).strip());
  }

  @Test
  void eachStatementHasItsTokens() {
    SqlScript script = SqlScript.parse("a 'b';; /* ; */ c d;\n", syntax("-"));
    List<SqlTokens> statements = SqlTokens.of(script, 1).statements(script);
    assertEquals(List.of("A 'b'", "C D"), statements.stream().map(SqlTokensTest::shown).toList());
    assertEquals(script.syntax(), statements.getFirst().syntax());
  }
}
