package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
  private static final List<String> KNOWN = List.of("sslmode", "sslcert", "sslkey", "user");

  @Test
  void findsTheNameWithTheFewestChanges() {
    assertEquals(Optional.of("sslmode"), Suggestions.nearest("ssl_mode", KNOWN));
    assertEquals(Optional.of("sslmode"), Suggestions.nearest("SSLMODE", KNOWN));
    assertEquals(Optional.of("sslkey"), Suggestions.nearest("sslkye", KNOWN));
    assertEquals("; did you mean user?", Suggestions.didYouMean("usr", KNOWN));
  }

  @Test
  void findsNothingWhenHalfWouldChange() {
    assertEquals(Optional.empty(), Suggestions.nearest("x", KNOWN));
    assertEquals("", Suggestions.didYouMean("completely_different", KNOWN));
  }

  @Test
  void aMissingLetterIsNearerThanAWrongOne() {
    List<String> schemes = List.of("postgres", "pg", "pgx", "sqlite", "sqlite3");
    assertEquals(Optional.of("pg"), Suggestions.nearest("pgs", schemes));
    assertEquals(Optional.of("sqlite3"), Suggestions.nearest("sqlit3", schemes));
  }
}
