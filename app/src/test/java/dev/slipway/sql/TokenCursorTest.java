package dev.slipway.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.sql.TokenizedScript.Comment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading a statement from left to right, and the comments of a script. */
class TokenCursorTest {
  private static TokenCursor cursor(String text) {
    return new TokenCursor(SqlTokens.of(text, SqlTokensTest.syntax("-"), 1));
  }

  @Test
  void acceptsOnlyTheNextWords() {
    TokenCursor cursor = cursor("ALTER TABLE t");
    assertFalse(cursor.accept("TABLE"));
    assertFalse(cursor.accept("ALTER", "INDEX"));
    assertTrue(cursor.nextIs("DROP", "ALTER"));
    assertTrue(cursor.accept("ALTER", "TABLE"));
    assertFalse(cursor.nextIs("ALTER"));
    assertEquals(Optional.of("t"), cursor.name());
    assertFalse(cursor.accept("T"));
    assertTrue(cursor.restart().accept("ALTER"));
  }

  @Test
  void acceptsOneOfSeveralWords() {
    TokenCursor cursor = cursor("a b");
    assertTrue(cursor.acceptAny("B", "A"));
    assertTrue(cursor.acceptAny("B", "A"));
    assertFalse(cursor.acceptAny("B", "A"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "t x ~ t ~ X",
        "s.t x ~ t ~ X",
        "a.b.\"C\" x ~ c ~ X",
        "t . u x ~ u ~ X",
        "(x) ~ ~ (",
      })
  void theLastPartOfANameCounts(String text, String name, String next) {
    TokenCursor cursor = cursor(text);
    assertEquals(Optional.ofNullable(name), cursor.name());
    assertTrue(next.equals("(") ? cursor.nextIsParenthesis() : cursor.nextIs(next));
    assertEquals(next.equals("("), cursor.nextIsParenthesis());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "a b c d ~ true",
        "b c d ~ true",
        "( b c ) b c d ~ true",
        "( b c d ) ~ false",
        "a b d ~ false",
        "a ( ) b c d ~ true",
      })
  void skipsPastWordsOutsideOfParentheses(String text, boolean found) {
    TokenCursor cursor = cursor(text);
    assertEquals(found, cursor.has("B", "C"));
    assertEquals(found, cursor.skipPast("B", "C"));
    assertEquals(found, cursor.accept("D"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "x ALGORITHM=COPY ~ true",
        "x ALGORITHM = COPY ~ true",
        "x ALGORITHM COPY ~ true",
        "x (ALGORITHM COPY) ~ true",
        "x ALGORITHM=INPLACE ~ false",
        "x ALGORITHM ~ false",
        "x COPY ~ false",
      })
  void anOptionHasItsValueAfterAnEqualsSignOrNot(String text, boolean found) {
    assertEquals(found, cursor(text).hasOption("ALGORITHM", "COPY"));
  }

  @Test
  void splitsAtCommasOutsideOfParentheses() {
    TokenCursor cursor = cursor("ADD a (1, 2), DROP b, (c)");
    assertTrue(cursor.accept("ADD"));
    List<TokenCursor> parts = cursor.parts();
    assertEquals(3, parts.size());
    assertEquals(Optional.of("a"), parts.get(0).name());
    assertTrue(parts.get(0).nextIsParenthesis());
    assertTrue(parts.get(1).accept("DROP"));
    assertTrue(parts.get(2).nextIsParenthesis());
  }

  @Test
  void listsCallsAndColumnsThatAreNotNull() {
    TokenCursor cursor = cursor("A F(g(1), h) x IS NOT NULL, (\"Y\" IS NOT NULL) z IS NULL j(");
    assertTrue(cursor.accept("A"));
    assertEquals(List.of("f", "g", "j"), cursor.calls());
    assertEquals(List.of("x", "y"), cursor.notNullColumns());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      value = {
        "CREATE INDEX CONCURRENTLY i ON t (a) ~ i",
        "create unique index concurrently if not exists i on only t (a) ~ i",
        "CREATE INDEX CONCURRENTLY i ON s.t (a) ~ s.i",
        "CREATE INDEX CONCURRENTLY \"I\"\"x\" ON \"S\" . \"t\" (a) ~ \"S\".\"I\"\"x\"",
        "CREATE INDEX CONCURRENTLY ON t (a) ~",
        "CREATE INDEX i ON t (a) ~",
      })
  void theNameOfAConcurrentIndexHasTheSchemaOfItsTable(String sql, String name) {
    assertEquals(Optional.ofNullable(name), ConcurrentIndexStatement.indexName(sql));
  }

  // ---- comments

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      value = {
        "-- c\\na; b ~ 0",
        "a /* c */; b ~ 0",
        "a; -- c\\nb ~ 0",
        "a;\\n-- c\\nb ~ 1",
        "a; b; -- c ~ 1",
        "a; b;\\n-- c ~ 2",
        "a; b -- c\\n+ d; e ~ 1",
        "-- c ~ 0",
      })
  void aCommentBelongsToTheStatementOnItsLineOrTheNext(String text, int statement) {
    SqlScript script = SqlScript.parse(text.replace("\\n", "\n"), SqlTokensTest.syntax("-"));
    TokenizedScript tokenized = TokenizedScript.of(script);
    assertEquals(1, tokenized.comments().size());
    Comment comment = tokenized.comments().getFirst();
    assertEquals(statement, comment.statement());
    assertTrue(comment.text().contains("c"), comment::toString);
    assertEquals(
        comment.text(),
        script.text().substring(comment.offset(), comment.offset() + comment.text().length()));
  }

  @Test
  void aScriptHasTheTokensOfEachStatementAndTheLinesOfOffsets() {
    TokenizedScript script =
        TokenizedScript.of(SqlScript.parse("a b;\nc", SqlTokensTest.syntax("-")));
    assertEquals(2, script.statements().size());
    assertTrue(script.statements().get(0).cursor().accept("A", "B"));
    assertTrue(script.statements().get(1).cursor().accept("C"));
    assertEquals(1, script.line(4));
    assertEquals(2, script.line(5));
  }
}
