package dev.slipway.ddl;

import dev.slipway.sql.TokenCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The type of a column in one spelling: {@code character varying} is {@code varchar}.
 *
 * @param name without arguments; of a type in a schema the last part
 * @param arguments what stands in its parentheses
 * @param array whether it is an array
 * @param unsigned whether it says UNSIGNED
 */
public record ColumnType(String name, List<String> arguments, boolean array, boolean unsigned) {
  private static final Map<String, String> SYNONYMS =
      Map.ofEntries(
          Map.entry("character varying", "varchar"),
          Map.entry("char varying", "varchar"),
          Map.entry("nvarchar", "varchar"),
          Map.entry("character", "char"),
          Map.entry("bpchar", "char"),
          Map.entry("nchar", "char"),
          Map.entry("integer", "int"),
          Map.entry("int4", "int"),
          Map.entry("serial", "int"),
          Map.entry("serial4", "int"),
          Map.entry("int8", "bigint"),
          Map.entry("bigserial", "bigint"),
          Map.entry("serial8", "bigint"),
          Map.entry("int2", "smallint"),
          Map.entry("smallserial", "smallint"),
          Map.entry("serial2", "smallint"),
          Map.entry("decimal", "numeric"),
          Map.entry("dec", "numeric"),
          Map.entry("bool", "boolean"),
          Map.entry("float8", "double precision"),
          Map.entry("double", "double precision"),
          Map.entry("float4", "real"),
          Map.entry("bit varying", "varbit"),
          Map.entry("timestamp with time zone", "timestamptz"),
          Map.entry("timestamp without time zone", "timestamp"),
          Map.entry("time with time zone", "timetz"),
          Map.entry("time without time zone", "time"));

  /** Passes over a type, and returns it; empty if no name is next. */
  public static Optional<ColumnType> read(TokenCursor words) {
    boolean national = words.accept("NATIONAL");
    Optional<String> first = words.name();
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String name = first.get();
    if (name.equals("double") && words.accept("PRECISION")) {
      name = "double precision";
    } else if (words.accept("VARYING")) {
      name += " varying";
    }
    List<String> arguments = new ArrayList<>();
    words
        .parenthesized()
        .ifPresent(list -> list.parts().forEach(one -> arguments.add(one.rest().normalized())));
    if (words.accept("WITH", "TIME", "ZONE")) {
      name += " with time zone";
    } else {
      words.accept("WITHOUT", "TIME", "ZONE");
    }
    boolean unsigned = words.accept("UNSIGNED");
    words.accept("SIGNED");
    words.accept("ZEROFILL");
    boolean array = words.accept("ARRAY");
    while (words.acceptSymbol("[")) {
      array = true;
      while (!words.atEnd() && !words.acceptSymbol("]")) {
        words.skip();
      }
    }
    return Optional.of(
        new ColumnType(
            SYNONYMS.getOrDefault(name, national ? "varchar" : name),
            List.copyOf(arguments),
            array,
            unsigned));
  }

  /** The type without arguments that a word means. */
  public static ColumnType named(String word) {
    return new ColumnType(SYNONYMS.getOrDefault(word, word), List.of(), false, false);
  }

  /** A number in its parentheses; empty if it has fewer numbers. */
  public Optional<Integer> number(int index) {
    return index < arguments.size() && arguments.get(index).matches("\\d{1,9}")
        ? Optional.of(Integer.valueOf(arguments.get(index)))
        : Optional.empty();
  }
}
