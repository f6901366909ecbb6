package dev.slipway.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which texts are masked. */
class RedactionTest {
  private static final String OPEN = "postgres at db.example:5432, database shop, user app";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Distinctive secrets are masked everywhere.
        "correct-horse-9 | near xcorrect-horse-9y | near x***y",
        "hunter2 | value 'hunter2' | value '***'",
        "Hunter2secret | syntax error at or near \"Hunter2secret\" | syntax error at or near \"***\"",
        "p@ss | with p@ss! | with ***!",
        // Short ones mask no letters, and no other word.
        "a | relation \"a\" does not exist | relation \"a\" does not exist",
        "table | permission denied for table orders | permission denied for table orders",
        "5432a | position 15432ab | position 15432ab",
        // Names of the DSN are no secrets.
        "postgres | role \"postgres\" does not exist | role \"postgres\" does not exist",
        "db.example | unknown host db.example | unknown host db.example",
        "shop | database \"shop\" does not exist | database \"shop\" does not exist",
        "password | password authentication failed | password authentication failed",
        // Where a password is written, each of them is masked.
        "a | postgres://app:a@h/d | postgres://app:***@h/d",
        "postgres | jdbc:x://postgres:postgres@h/d | jdbc:x://postgres:***@h/d",
        "a | ?user=a&password=a&x=a | ?user=a&password=***&x=a",
        "a | ;password=a;x | ;password=***;x",
        "a | CREATE ROLE a PASSWORD 'a' | CREATE ROLE a PASSWORD '***'",
        "shop | IDENTIFIED BY 'shop' | IDENTIFIED BY '***'",
        "$1 | password=$1 | password=***",
      })
  void masksSecretsAndNoOtherText(String secret, String text, String expected) {
    assertEquals(expected, new Redaction(Set.of(secret), OPEN).apply(text));
  }
}
