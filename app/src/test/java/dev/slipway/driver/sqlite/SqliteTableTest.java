package dev.slipway.driver.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.slipway.driver.SchemaObject;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts of CREATE TABLE that mean the same are equal, and others are not. */
class SqliteTableTest {
  private static Set<SchemaObject> objects(String members) {
    String sql = "CREATE TABLE t (" + members;
    return SqliteTable.objects("t", DdlTokens.of(sql), Set.of("t", "a", "b", "p")).stream()
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a INT, b INT)|B int, [A] INT -- c",
        "a INT UNIQUE)|a INT, UNIQUE (\"a\" ASC))",
        "a INT REFERENCES p (b) ON DELETE CASCADE)|a INT, FOREIGN KEY (a) REFERENCES P(b) on delete cascade)",
        "a INTEGER PRIMARY KEY AUTOINCREMENT)|a INTEGER, PRIMARY KEY (a AUTOINCREMENT))",
        "a INT CHECK (a > 0))|a INT, check(`a`>0 /* positive */))",
        "a INT CHECK (a > 0) CHECK (b > 0))|a INT, CHECK (a > 0) CHECK (b > 0))",
        "a INT AS (b + 1) VIRTUAL)|a INT GENERATED ALWAYS AS (b+1))",
        "a INT NULL DEFAULT NULL)|a INT)",
        "a TEXT DEFAULT \"x\")|a TEXT DEFAULT 'x')",
        "a TEXT CHECK (a <> \"x\"))|a TEXT CHECK (a <> 'x'))",
        "a TEXT) STRICT, WITHOUT ROWID|a TEXT) without rowid,strict"
      })
  void isEqual(String one, String other) {
    assertEquals(objects(one), objects(other.endsWith("c") ? other + "\n)" : other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a INT)|a INTEGER)",
        "a TEXT CHECK (a <> \"x\"))|a TEXT CHECK (a <> \"X\"))",
        "a INT REFERENCES p ON DELETE SET NULL)|a INT REFERENCES p ON DELETE SET DEFAULT)",
        "a INT REFERENCES p DEFERRABLE INITIALLY DEFERRED)|a INT REFERENCES p)",
        "a INTEGER PRIMARY KEY DESC)|a INTEGER, PRIMARY KEY (a DESC))",
        "a INT CONSTRAINT x CHECK (a > 0))|a INT CONSTRAINT y CHECK (a > 0))",
        "a INT CONSTRAINT x NOT NULL)|a INT NOT NULL)",
        "a INT UNIQUE ON CONFLICT IGNORE)|a INT UNIQUE)",
        "a TEXT DEFAULT 'null')|a TEXT)",
        "a INT DEFAULT (datetime('now')))|a INT DEFAULT (datetime('now', 'utc')))",
        "a DECIMAL(1, 2))|a DECIMAL(12))",
        "\"a b\" INT)|a \"b INT\")"
      })
  void differs(String one, String other) {
    assertNotEquals(objects(one), objects(other));
  }
}
