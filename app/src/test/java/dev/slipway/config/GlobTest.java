package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns for the files that are left out. */
class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "*.go, 0003_x.go",
    "*.go, sub/0003_x.go",
    "0003_*, 0003_x.go",
    "*.mysql.*, 1_a.mysql.up.sql",
    "archive, archive",
    "archive, old/archive",
    "archive/, archive",
    "/archive, archive",
    "archive/*.sql, archive/1_a.up.sql",
    "archive/**, archive/a/1_a.up.sql",
    "**/*.go, a/b/x.go",
    "**/*.go, x.go",
    "a/**/x.sql, a/x.sql",
    "a/**/x.sql, a/b/c/x.sql",
    "V?__*.sql, V2__b.sql",
    "[0-3]_a.up.sql, 2_a.up.sql",
    "[!0-3]_a.up.sql, 4_a.up.sql",
    "1_größe*, 1_größe.up.sql",
    "a.b+c$(d).sql, a.b+c$(d).sql"
  })
  void matches(String glob, String path) {
    assertTrue(Glob.of(glob).orElseThrow().matches(path));
  }

  @ParameterizedTest
  @CsvSource({
    "*.go, x.GO",
    "*.go, x.go.bak",
    "x.sql, y/x.sqlx",
    "archive/*.sql, archive/a/1.sql",
    "archive/*.sql, old/archive/1.sql",
    "/archive, old/archive",
    "V?__*.sql, V22__b.sql",
    "*.sql, a.sql/b",
    "a.b, axb",
    "[!0-3]_a, 2_a",
    "[a]b, [a]b"
  })
  void doesNotMatch(String glob, String path) {
    assertFalse(Glob.of(glob).orElseThrow().matches(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "[", "[]", "[a", "[a/b]", "[z-a]"})
  void rejectsWhatIsNoPattern(String glob) {
    assertEquals(Optional.empty(), Glob.of(glob));
  }
}
