package dev.slipway.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.sql.SqlScript.SourcePosition;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements that are read piece by piece are those of the whole text. */
class StatementReaderTest {
  private static final int PIECE = 1 << 16;
  private static final int ALL = Integer.MAX_VALUE;

  private static final List<String> TEXTS =
      List.of(
          "a 'x;''y' \"z;\" `w;`; b 'c\\'; d'; e\n",
          "E'a\\'; b'; /* c; /* d; */ e; */ f; -- g;\n h; # i;\n j",
          "DO $tag$ BEGIN; END $$; $tag$; $1; x$y$z; '$$'",
          "CREATE TRIGGER t BEGIN a; CASE b WHEN c THEN d; END CASE; END IF; END; e",
          "DELIMITER $$\nCREATE PROCEDURE p() BEGIN a; END$$\nDELIMITER ;\nb; 'ü🚀'; c",
          "COPY t FROM STDIN;\n1\tü;\n2\t🚀\n\\.x\n\\. \nINSERT INTO t VALUES (3); COPY t FROM stdin;\n",
          "COPY t FROM STDIN;\n\\.\nCOPY t FROM STDIN;\n4\ta",
          "BEGIN; INSERT INTO t VALUES (1); COMMIT; \\restrict x\nCREATE INDEX CONCURRENTLY i ON t (a)",
          ".dump\nSET NAMES latin1; LOCK TABLES t WRITE; UNLOCK TABLES; a (b; c)",
          "a 'not; terminated\n;");

  static Stream<DatabaseDriver> drivers() {
    return Drivers.all().stream();
  }

  /** A statement as both readers see it. */
  private record Seen(
      StatementKind kind, int start, String sql, String rows, SourcePosition position) {}

  private static List<Seen> whole(String text, SqlSyntax syntax) {
    SqlScript script = SqlScript.parse(text, syntax);
    return script.statements().stream()
        .map(
            one ->
                new Seen(
                    one.kind(),
                    one.start(),
                    script.sql(one),
                    script.data(one),
                    script.position(one.start())))
        .toList();
  }

  private static List<Seen> streamed(String text, SqlSyntax syntax) throws IOException {
    StatementReader reader = new StatementReader(new StringReader(text), syntax, ALL);
    List<Seen> seen = new ArrayList<>();
    for (Optional<Statement> next = reader.next(); next.isPresent(); next = reader.next()) {
      Statement one = next.get();
      String sql = reader.sql(one);
      SourcePosition position = reader.position(one.start());
      assertEquals(sql.getBytes(StandardCharsets.UTF_8).length, reader.bytes(one));
      String rows = one.kind() == StatementKind.COPY ? reader.rows().readAllAsString() : "";
      seen.add(new Seen(one.kind(), one.start(), sql, rows, position));
    }
    assertEquals(SqlScript.parse(text, syntax).terminated(), reader.terminated());
    return seen;
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void theEndOfAPieceChangesNothing(DatabaseDriver driver) throws IOException {
    for (String text : TEXTS) {
      for (int before = 0; before <= text.length(); before++) {
        String shifted = "x\n;" + " ".repeat(PIECE - before - 3) + text;
        assertEquals(whole(shifted, driver.syntax()), streamed(shifted, driver.syntax()), text);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void unreadRowsAreSkipped(DatabaseDriver driver) {
    String text = "COPY t FROM STDIN;\n" + "1\t;\n".repeat(40_000) + "\\.\nSELECT 1;";
    StatementReader reader = new StatementReader(new StringReader(text), driver.syntax(), ALL);
    boolean copy = reader.next().orElseThrow().kind() == StatementKind.COPY;
    if (copy) {
      assertEquals("SELECT 1", reader.sql(reader.next().orElseThrow()));
    }
  }

  @Test
  void aStatementBeyondTheLimitIsMeasuredAndNotKept() {
    String large = "INSERT INTO t VALUES\n('" + "ü🚀".repeat(100_000) + "')";
    String text = "SELECT 1;\n  " + large + ";\nSELECT 'ü';";
    StatementReader reader =
        new StatementReader(new StringReader(text), SqlTokensTest.syntax("-"), 300_000);
    assertEquals("SELECT 1", reader.sql(reader.next().orElseThrow()));
    assertFalse(reader.isTooLong());
    Statement statement = reader.next().orElseThrow();
    assertTrue(reader.isTooLong());
    assertEquals(large.getBytes(StandardCharsets.UTF_8).length, reader.bytes(statement));
    assertEquals(new SourcePosition(2, 3), reader.position(statement.start()));
    assertEquals("SELECT 'ü'", reader.sql(reader.next().orElseThrow()));
    assertFalse(reader.isTooLong());
    assertEquals(Optional.empty(), reader.next());
  }

  @Test
  void theBytesOfAStatementAreThoseOfItsText() {
    for (int shift = 0; shift < 4; shift++) {
      String sql = "SELECT '" + "x".repeat(shift) + "🚀ü".repeat(60_000) + "'";
      StatementReader reader =
          new StatementReader(new StringReader(sql + "; SELECT 2"), SqlTokensTest.syntax("-"), ALL);
      assertArrayEquals(
          sql.getBytes(StandardCharsets.UTF_8), reader.takeUtf8(reader.next().orElseThrow()));
      assertEquals("SELECT 2", reader.sql(reader.next().orElseThrow()));
    }
  }

  @Test
  void aCharacterIsFoundByItsNumber() {
    StatementReader reader =
        new StatementReader(
            new StringReader("\n SELECT '🚀\n'; x"), SqlTokensTest.syntax("-"), ALL);
    Statement statement = reader.next().orElseThrow();
    assertEquals(new SourcePosition(2, 10), reader.position(reader.offset(statement, 8)));
    assertEquals(new SourcePosition(3, 1), reader.position(reader.offset(statement, 10)));
    assertEquals("SELECT '🚀", reader.excerpt(statement));
  }
}
