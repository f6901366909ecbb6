package dev.slipway.ddl;

import dev.slipway.sql.TokenCursor;
import java.util.Optional;

/**
 * A column, as a statement defines it.
 *
 * @param name in lower case
 * @param type absent if the statements do not say it
 * @param notNull whether NULL is forbidden
 * @param defaultValue the expression in one spelling; empty if it has none or the statements do not
 *     say it
 * @param generated how the database fills it: {@code stored}, {@code virtual}, {@code identity}, or
 *     empty
 * @param characters character set and collation, if the definition names them
 * @param isNew whether it comes with the file that is being read
 */
public record Column(
    String name,
    Optional<ColumnType> type,
    boolean notNull,
    String defaultValue,
    String generated,
    String characters,
    boolean isNew) {

  /** A column of which nothing but the name is known. */
  public static Column unknown(String name) {
    return new Column(name, Optional.empty(), false, "", "", "", false);
  }

  /** Reads what follows the name of a column. */
  public static Column read(String name, TokenCursor definition, boolean isNew) {
    TokenCursor words = definition.copy();
    boolean serial =
        words.nextIs("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8");
    Optional<ColumnType> type = ColumnType.read(words);
    String defaultValue = "";
    TokenCursor value = words.copy();
    if (value.skipPast("DEFAULT")) {
      defaultValue =
          value
              .before(
                  "NOT",
                  "NULL",
                  "CHECK",
                  "UNIQUE",
                  "PRIMARY",
                  "REFERENCES",
                  "CONSTRAINT",
                  "COMMENT",
                  "ON",
                  "COLLATE",
                  "GENERATED",
                  "AFTER",
                  "FIRST",
                  "AUTO_INCREMENT")
              .rest()
              .normalized();
    }
    TokenCursor characters = words.copy();
    String set =
        characters.skipPast("CHARACTER", "SET") || characters.skipPast("CHARSET")
            ? characters.name().orElse("")
            : "";
    TokenCursor collation = words.copy();
    String collate = collation.skipPast("COLLATE") ? collation.name().orElse("") : "";
    return new Column(
        name,
        type,
        serial || words.has("NOT", "NULL") || words.has("PRIMARY", "KEY") || words.has("IDENTITY"),
        defaultValue,
        generated(words, serial),
        (set + " " + collate).strip(),
        isNew);
  }

  private static String generated(TokenCursor words, boolean serial) {
    if (serial || words.has("IDENTITY") || words.has("AUTO_INCREMENT")) {
      return "identity";
    }
    if (words.has("STORED")) {
      return "stored";
    }
    return words.has("AS") ? "virtual" : "";
  }

  Column withName(String to) {
    return new Column(to, type, notNull, defaultValue, generated, characters, isNew);
  }

  Column withType(ColumnType to) {
    return new Column(name, Optional.of(to), notNull, defaultValue, generated, characters, isNew);
  }

  Column withNotNull(boolean to) {
    return new Column(name, type, to, defaultValue, generated, characters, isNew);
  }

  Column withDefault(String to) {
    return new Column(name, type, notNull, to, generated, characters, isNew);
  }

  Column withGenerated(String to) {
    return new Column(name, type, notNull, defaultValue, to, characters, isNew);
  }

  Column asOld() {
    return new Column(name, type, notNull, defaultValue, generated, characters, false);
  }
}
