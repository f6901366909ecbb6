package dev.slipway.driver.sqlite;

import dev.slipway.driver.sqlite.DdlTokens.DdlToken;
import dev.slipway.driver.sqlite.DdlTokens.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The default of a column, with one spelling for values that are the same. */
final class DefaultValue {
  /** Functions that, of the present, are the standard's values. */
  private static final Map<String, String> PRESENT =
      Map.of("datetime", "current_timestamp", "date", "current_date", "time", "current_time");

  private DefaultValue() {}

  /** The value; empty for NULL, which is that of a column without one. */
  static Optional<String> text(List<DdlToken> value, Set<String> names) {
    List<DdlToken> tokens = value;
    while (tokens.size() > 2
        && tokens.getFirst().is("(")
        && DdlTokens.closing(tokens, 0) == tokens.size() - 1) {
      tokens = tokens.subList(1, tokens.size() - 1);
    }
    if (tokens.size() == 1) {
      DdlToken only = tokens.getFirst();
      return switch (only.kind()) {
        // What is quoted as a name is a string here.
        case NAME -> Optional.of("'" + only.text().replace("'", "''") + "'");
        case WORD ->
            switch (only.text()) {
              case "null" -> Optional.empty();
              case "true" -> Optional.of("1");
              case "false" -> Optional.of("0");
              default -> Optional.of(only.text());
            };
        default -> Optional.of(only.text());
      };
    }
    return Optional.of(present(tokens).orElseGet(() -> DdlTokens.text(value, names)));
  }

  private static Optional<String> present(List<DdlToken> tokens) {
    boolean call =
        tokens.size() >= 3
            && tokens.getFirst().kind() == Kind.WORD
            && tokens.get(1).is("(")
            && tokens.getLast().is(")")
            && (tokens.size() == 3
                || (tokens.size() == 4 && tokens.get(2).text().equalsIgnoreCase("'now'")));
    return call ? Optional.ofNullable(PRESENT.get(tokens.getFirst().text())) : Optional.empty();
  }
}
