package dev.slipway.driver.mysql;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.ColumnType;
import dev.slipway.ddl.Table;
import dev.slipway.sql.TokenCursor;
import java.util.List;
import java.util.Optional;

/**
 * Which actions of ALTER TABLE make MySQL copy the table, or build something in it while nobody may
 * write: those that it rejects with both ALGORITHM=INSTANT and ALGORITHM=INPLACE, LOCK=NONE.
 */
final class TableCopies {
  /** A VARCHAR with at most so many bytes stores its length in one byte, others in two. */
  private static final int SHORT_BYTES = 255;

  /** The bytes of a character in utf8mb4, the default character set. */
  private static final int CHARACTER_BYTES = 4;

  private TableCopies() {}

  /**
   * Whether an action copies or locks a table.
   *
   * @param whole all actions of the statement
   */
  static boolean copies(Optional<Table> table, TokenCursor action, TokenCursor whole) {
    if (action.accept("CONVERT", "TO")
        || action.accept("REMOVE", "PARTITIONING")
        || action.accept("ORDER", "BY")) {
      return true;
    }
    if (action.nextIs("REORGANIZE", "COALESCE", "REBUILD") || action.accept("PARTITION", "BY")) {
      return true;
    }
    if (action.accept("ENGINE")) {
      action.acceptSymbol("=");
      return !action.nextIs("INNODB");
    }
    if (action.accept("DROP", "PRIMARY")) {
      return !whole.restart().has("ADD", "PRIMARY");
    }
    if (action.nextIs("MODIFY", "CHANGE")) {
      return redefinitionCopies(table, action);
    }
    return action.accept("ADD") && additionCopies(action);
  }

  /** Whether an index has an expression, for which MySQL adds a column while nobody may write. */
  static boolean hasExpression(TokenCursor index) {
    TokenCursor words = index.copy();
    while (!words.atEnd() && !words.nextIsParenthesis()) {
      words.skip();
    }
    return words
        .parenthesized()
        .filter(list -> list.parts().stream().anyMatch(TokenCursor::nextIsParenthesis))
        .isPresent();
  }

  private static boolean additionCopies(TokenCursor words) {
    if (words.accept("CONSTRAINT") && !words.nextIs("FOREIGN", "CHECK", "UNIQUE", "PRIMARY")) {
      words.name();
    }
    if (words.nextIs("CHECK")) {
      return !words.has("NOT", "ENFORCED");
    }
    if (words.nextIs("FOREIGN", "FULLTEXT", "SPATIAL")) {
      return true;
    }
    if (words.nextIs("INDEX", "KEY", "UNIQUE")) {
      return hasExpression(words);
    }
    boolean inline = words.has("REFERENCES") || words.has("CHECK");
    return words.has("AUTO_INCREMENT") || words.has("STORED") || inline;
  }

  private static boolean redefinitionCopies(Optional<Table> table, TokenCursor words) {
    boolean renames = words.accept("CHANGE");
    words.accept("MODIFY");
    words.accept("COLUMN");
    Optional<String> from = words.name();
    if (renames) {
      words.name();
    }
    Optional<Column> known = from.flatMap(name -> table.flatMap(of -> of.column(name)));
    if (known.isEmpty() || known.get().type().isEmpty()) {
      return true;
    }
    Column to = Column.read(known.get().name(), words, false);
    Column old = known.get();
    return to.type().isEmpty()
        || !to.generated().equals(old.generated())
        || !to.characters().equals(old.characters())
        || words.has("CHECK")
        || !keepsFormat(old.type().get(), to.type().get());
  }

  private static boolean keepsFormat(ColumnType from, ColumnType to) {
    if (from.name().equals(to.name()) && from.unsigned() == to.unsigned()) {
      return switch (from.name()) {
        case "varchar" -> keepsLength(from, to, CHARACTER_BYTES);
        case "varbinary" -> keepsLength(from, to, 1);
        case "enum", "set" ->
            to.arguments().size() >= from.arguments().size()
                && to.arguments().subList(0, from.arguments().size()).equals(from.arguments())
                && bytes(from) == bytes(to);
        case "tinyint", "smallint", "mediumint", "int", "bigint" -> true;
        default -> from.arguments().equals(to.arguments());
      };
    }
    return false;
  }

  private static boolean keepsLength(ColumnType from, ColumnType to, int bytes) {
    int old = from.number(0).orElse(0) * bytes;
    int wide = to.number(0).orElse(0) * bytes;
    return wide >= old && (old > SHORT_BYTES) == (wide > SHORT_BYTES);
  }

  /** How many bytes a value of ENUM or SET takes. */
  private static int bytes(ColumnType type) {
    List<String> members = type.arguments();
    if (type.name().equals("enum")) {
      return members.size() <= SHORT_BYTES ? 1 : 2;
    }
    int bits = (members.size() + 7) / 8;
    return bits > 4 ? 8 : bits;
  }
}
