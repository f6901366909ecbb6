package dev.slipway.driver;

import dev.slipway.ddl.Column;
import dev.slipway.ddl.Table;
import dev.slipway.sql.SqlTokens;
import dev.slipway.sql.Token;
import dev.slipway.sql.TokenCursor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The condition of an UPDATE or DELETE: which rows of a table it selects. */
final class RowCondition {
  /** Words that stand for a value, and not for a column. */
  private static final Set<String> CONSTANTS = Set.of("TRUE", "FALSE", "NULL", "NOT");

  private final SqlTokens tokens;
  private final Optional<Table> table;

  private RowCondition(SqlTokens tokens, Optional<Table> table) {
    this.tokens = tokens;
    this.table = table;
  }

  /** The condition after WHERE; everything up to RETURNING, ORDER BY, or LIMIT. */
  static RowCondition read(TokenCursor words, Optional<Table> table) {
    return new RowCondition(words.before("RETURNING", "ORDER", "LIMIT").rest(), table);
  }

  /** Whether it selects all rows. */
  boolean isAlwaysTrue() {
    return split("OR").stream()
        .anyMatch(or -> or.split("AND").stream().allMatch(RowCondition::isTrueTerm));
  }

  /** Whether it selects at most a few rows, each by the value of a key. */
  boolean isKeyed() {
    if (table.isEmpty()) {
      return false;
    }
    return split("OR").stream().allMatch(RowCondition::isKeyedTerm);
  }

  /** Whether nothing but columns of several tables are compared, so that any row may match. */
  boolean isJoin() {
    return split("OR").size() == 1
        && split("AND").stream().allMatch(term -> term.isComparison() && !term.hasConstant());
  }

  private boolean isKeyedTerm() {
    Set<String> columns = new HashSet<>();
    for (RowCondition term : split("AND")) {
      term.fixedColumn().ifPresent(columns::add);
    }
    return table.filter(of -> of.identifies(columns)).isPresent();
  }

  /** The column that a term compares with constants. */
  private Optional<String> fixedColumn() {
    SqlTokens inner = unwrapped();
    TokenCursor words = new TokenCursor(inner);
    Optional<String> column = words.name();
    boolean fixed =
        column.isPresent()
            && (words.acceptSymbol("=")
                ? constant(words.rest())
                : words.accept("IN")
                    && words.parenthesized().filter(list -> constant(list.rest())).isPresent());
    return fixed ? column : Optional.empty();
  }

  private static boolean constant(SqlTokens tokens) {
    boolean cast = false;
    for (int i = 0; i < tokens.size(); i++) {
      cast = (cast && !tokens.symbol(i, ",")) || tokens.symbol(i, ":");
      if (tokens.name(i) && !cast && !CONSTANTS.contains(tokens.get(i).text())) {
        return false;
      }
    }
    return tokens.size() > 0;
  }

  private boolean isComparison() {
    SqlTokens inner = unwrapped();
    TokenCursor words = new TokenCursor(inner);
    return words.name().isPresent()
        && words.acceptSymbol("=")
        && words.name().isPresent()
        && words.atEnd();
  }

  private boolean hasConstant() {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).kind() == Token.Kind.STRING || CONSTANTS.contains(tokens.get(i).text())) {
        return true;
      }
    }
    return false;
  }

  private boolean isTrueTerm() {
    SqlTokens inner = unwrapped();
    if (inner.size() != tokens.size()) {
      return new RowCondition(inner, table).isAlwaysTrue();
    }
    if (inner.word(0, "NOT")) {
      return inner.size() == 2 && (inner.word(1, "FALSE") || inner.get(1).text().equals("0"));
    }
    if (inner.size() == 1) {
      String text = inner.get(0).text();
      return inner.word(0, "TRUE") || (text.matches("\\d+") && !text.matches("0+"));
    }
    return isReflexive(inner) || isNullTest(inner);
  }

  /** {@code 1 = 1}, {@code a <= a}. */
  private static boolean isReflexive(SqlTokens term) {
    String text = term.normalized();
    for (String operator : List.of(" = ", " > = ", " < = ", " is not distinct from ")) {
      int at = text.indexOf(operator);
      if (at > 0 && text.substring(0, at).equals(text.substring(at + operator.length()))) {
        return true;
      }
    }
    // Two different constants that are unequal.
    int unequal = text.indexOf(" < > ");
    return unequal > 0
        && text.substring(0, unequal).matches("\\d+|'[^']*'")
        && text.substring(unequal + 5).matches("\\d+|'[^']*'")
        && !text.substring(0, unequal).equals(text.substring(unequal + 5));
  }

  /** A test for NULL that all rows pass, by what is known of the column. */
  private boolean isNullTest(SqlTokens term) {
    TokenCursor words = new TokenCursor(term);
    Optional<String> column = words.name();
    if (column.isEmpty() || table.isEmpty()) {
      return false;
    }
    Optional<Column> known = table.get().column(column.get());
    if (words.accept("IS", "NOT", "NULL") && words.atEnd()) {
      return table.get().isKnownNotNull(column.get());
    }
    return words.accept("IS", "NULL")
        && words.atEnd()
        && known
            .filter(each -> each.isNew() && each.defaultValue().isEmpty())
            .filter(each -> !each.notNull() && each.generated().isEmpty())
            .isPresent();
  }

  private SqlTokens unwrapped() {
    SqlTokens inner = tokens;
    while (inner.symbol(0, "(") && inner.close(0) == inner.size()) {
      inner = inner.part(1, inner.size() - 1);
    }
    return inner;
  }

  private List<RowCondition> split(String operator) {
    SqlTokens inner = unwrapped();
    List<RowCondition> parts = new ArrayList<>();
    int from = 0;
    int depth = 0;
    boolean between = false;
    for (int i = 0; i < inner.size(); i++) {
      depth += inner.symbol(i, "(") ? 1 : inner.symbol(i, ")") ? -1 : 0;
      between |= depth == 0 && inner.word(i, "BETWEEN");
      if (depth == 0 && inner.word(i, operator)) {
        if (between && operator.equals("AND")) {
          between = false;
        } else {
          parts.add(new RowCondition(inner.part(from, i), table));
          from = i + 1;
        }
      }
    }
    parts.add(new RowCondition(inner.part(from, inner.size()), table));
    return parts;
  }
}
