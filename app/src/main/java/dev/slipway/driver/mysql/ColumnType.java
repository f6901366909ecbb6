package dev.slipway.driver.mysql;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A type as SHOW CREATE TABLE prints it. Immutable.
 *
 * @param name the word before the arguments, in lower case
 * @param arguments the arguments, such as a length or the members of an ENUM
 * @param rest the words after them, such as {@code unsigned}
 */
record ColumnType(String name, List<String> arguments, String rest) {
  private static final Map<String, Integer> INTEGER_BITS =
      Map.of("tinyint", 8, "smallint", 16, "mediumint", 24, "int", 32, "bigint", 64);

  private static final Map<String, Long> TEXT_BYTES =
      Map.of(
          "tinytext", 255L,
          "text", 65_535L,
          "mediumtext", 16_777_215L,
          "longtext", 4_294_967_295L,
          "tinyblob", 255L,
          "blob", 65_535L,
          "mediumblob", 16_777_215L,
          "longblob", 4_294_967_295L);

  private static final Set<String> CHARACTERS =
      Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set");

  /** The longest character of a character set, where that is not one byte. */
  private static final Map<String, Integer> CHARACTER_BYTES =
      Map.ofEntries(
          Map.entry("utf8mb4", 4),
          Map.entry("utf8mb3", 3),
          Map.entry("utf16", 4),
          Map.entry("utf16le", 4),
          Map.entry("utf32", 4),
          Map.entry("gb18030", 4),
          Map.entry("ucs2", 2),
          Map.entry("gbk", 2),
          Map.entry("gb2312", 2),
          Map.entry("big5", 2),
          Map.entry("sjis", 2),
          Map.entry("cp932", 2),
          Map.entry("euckr", 2),
          Map.entry("ujis", 3),
          Map.entry("eucjpms", 3));

  /** A VARCHAR with at most so many bytes stores its length in one byte, others in two. */
  private static final int SHORT_BYTES = 255;

  static ColumnType parse(String text) {
    int open = text.indexOf('(');
    if (open < 0) {
      int space = text.indexOf(' ');
      return space < 0
          ? new ColumnType(text, List.of(), "")
          : new ColumnType(text.substring(0, space), List.of(), text.substring(space + 1));
    }
    int close = open + CreateText.closing(text.substring(open));
    return new ColumnType(
        text.substring(0, open),
        CreateText.split(text.substring(open + 1, close - 1), ','),
        text.substring(close).strip());
  }

  /** Whether it has a character set. */
  boolean isText() {
    return CHARACTERS.contains(name);
  }

  boolean isSpatial() {
    return Set.of(
            "geometry",
            "point",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geomcollection",
            "geometrycollection")
        .contains(name);
  }

  /** Whether MySQL prints DEFAULT NULL for a column that may be NULL and has no other default. */
  boolean hasDefault() {
    return !TEXT_BYTES.containsKey(name) && !name.equals("json") && !isSpatial();
  }

  boolean isTemporal() {
    return Set.of("date", "datetime", "timestamp").contains(name);
  }

  private boolean isUnsigned() {
    return rest.contains("unsigned");
  }

  private int number(int index, int otherwise) {
    return arguments.size() > index && arguments.get(index).matches("\\d+")
        ? Integer.parseInt(arguments.get(index))
        : otherwise;
  }

  /** How MySQL changes a column from this type to another. */
  OnlineDdl change(ColumnType to, String characterSet) {
    if (!name.equals(to.name) || !rest.equals(to.rest)) {
      return OnlineDdl.COPY;
    }
    return switch (name) {
      case "varchar" -> lengthened(to, CHARACTER_BYTES.getOrDefault(characterSet, 1));
      case "varbinary" -> lengthened(to, 1);
      case "enum", "set" ->
          to.arguments.size() >= arguments.size()
                  && to.arguments.subList(0, arguments.size()).equals(arguments)
                  && memberBytes() == to.memberBytes()
              ? OnlineDdl.INSTANT
              : OnlineDdl.COPY;
      case "tinyint", "smallint", "mediumint", "int", "bigint" -> OnlineDdl.INSTANT;
      default -> OnlineDdl.COPY;
    };
  }

  private OnlineDdl lengthened(ColumnType to, int bytes) {
    int old = number(0, 0) * bytes;
    int wide = to.number(0, 0) * bytes;
    return wide >= old && (old > SHORT_BYTES) == (wide > SHORT_BYTES)
        ? OnlineDdl.METADATA
        : OnlineDdl.COPY;
  }

  private int memberBytes() {
    int members = arguments.size();
    if (name.equals("enum")) {
      return members <= SHORT_BYTES ? 1 : 2;
    }
    int bits = (members + 7) / 8;
    return bits > 4 ? 8 : bits;
  }

  /**
   * A condition on rows whose value does not fit into another type, so that a change to it fails;
   * empty if each value fits.
   *
   * @param column the quoted column
   */
  Optional<String> unfit(ColumnType to, String column) {
    if (INTEGER_BITS.containsKey(to.name)) {
      return unfitInteger(to, column);
    }
    if (to.name.equals("enum")) {
      return name.equals("enum") && to.arguments.containsAll(arguments)
          ? Optional.empty()
          : Optional.of(column + " NOT IN (" + String.join(", ", to.arguments) + ")");
    }
    if (to.name.equals("set")) {
      if (name.equals("set")) {
        List<String> removed =
            arguments.stream().filter(member -> !to.arguments.contains(member)).toList();
        return removed.isEmpty()
            ? Optional.empty()
            : Optional.of(
                removed.stream()
                    .map(member -> "FIND_IN_SET(" + member + ", " + column + ")")
                    .reduce((a, b) -> a + " OR " + b)
                    .orElseThrow());
      }
      return Optional.of(column + " <> ''");
    }
    if (to.name.equals("decimal")) {
      return unfitDecimal(to, column);
    }
    return unfitLength(to, column);
  }

  private Optional<String> unfitInteger(ColumnType to, String column) {
    BigInteger low = to.low();
    BigInteger high = to.high();
    if (INTEGER_BITS.containsKey(name)) {
      return low().compareTo(low) >= 0 && high().compareTo(high) <= 0
          ? Optional.empty()
          : Optional.of(column + " NOT BETWEEN " + low + " AND " + high);
    }
    return name.equals("decimal") || name.equals("float") || name.equals("double")
        ? Optional.of(column + " NOT BETWEEN " + low + " AND " + high)
        : Optional.of("NOT REGEXP_LIKE(" + column + ", '^-?[0-9]+$')");
  }

  private BigInteger low() {
    int bits = INTEGER_BITS.getOrDefault(name, 0);
    return isUnsigned() ? BigInteger.ZERO : BigInteger.TWO.pow(bits - 1).negate();
  }

  private BigInteger high() {
    int bits = INTEGER_BITS.getOrDefault(name, 0);
    return BigInteger.TWO.pow(isUnsigned() ? bits : bits - 1).subtract(BigInteger.ONE);
  }

  private int integerDigits() {
    return name.equals("decimal")
        ? number(0, 10) - number(1, 0)
        : INTEGER_BITS.containsKey(name) ? high().toString().length() : Integer.MAX_VALUE;
  }

  private Optional<String> unfitDecimal(ColumnType to, String column) {
    boolean signed = to.isUnsigned() && !isUnsigned();
    if (!signed && integerDigits() <= to.integerDigits()) {
      return Optional.empty();
    }
    BigInteger bound = BigInteger.TEN.pow(to.integerDigits());
    return Optional.of(
        column + " >= " + bound + " OR " + column + (to.isUnsigned() ? " < 0" : " <= -" + bound));
  }

  private Optional<String> unfitLength(ColumnType to, String column) {
    Long bytes = TEXT_BYTES.get(to.name);
    if (bytes != null) {
      Long own = TEXT_BYTES.get(name);
      boolean fits =
          own != null ? own <= bytes : !name.equals("json") && number(0, 0) * 4L <= bytes;
      return fits ? Optional.empty() : Optional.of("OCTET_LENGTH(" + column + ") > " + bytes);
    }
    boolean characters = Set.of("char", "varchar").contains(to.name);
    if (!characters && !Set.of("binary", "varbinary").contains(to.name)) {
      return temporal(to, column);
    }
    boolean same = characters == Set.of("char", "varchar").contains(name);
    boolean fits = same && !TEXT_BYTES.containsKey(name) && number(0, 1) <= to.number(0, 1);
    return fits
        ? Optional.empty()
        : Optional.of(
            (characters ? "CHAR_LENGTH(" : "OCTET_LENGTH(") + column + ") > " + to.number(0, 1));
  }

  private Optional<String> temporal(ColumnType to, String column) {
    if (to.isTemporal() && !isTemporal()) {
      return Optional.of("CAST(" + column + " AS DATETIME) IS NULL");
    }
    if (to.name.equals("timestamp") && !name.equals("timestamp")) {
      return Optional.of(column + " NOT BETWEEN '1970-01-01 00:00:01' AND '2038-01-19 03:14:07'");
    }
    if (to.name.equals("json") && !name.equals("json")) {
      return Optional.of("NOT JSON_VALID(" + column + ")");
    }
    return Optional.empty();
  }

  /** Whether a change to another type shortens values without an error. */
  boolean losesBy(ColumnType to) {
    if (to.isText() || (to.name.equals(name) && arguments.equals(to.arguments))) {
      return false;
    }
    return switch (name) {
      case "decimal" ->
          (INTEGER_BITS.containsKey(to.name) && number(1, 0) > 0)
              || (to.name.equals("decimal") && to.number(1, 0) < number(1, 0))
              || to.name.equals("float")
              || to.name.equals("double");
      case "float" -> !to.name.equals("double");
      case "double" -> true;
      case "bigint" -> to.name.equals("float") || to.name.equals("double");
      case "int" -> to.name.equals("float");
      case "date" -> !to.isTemporal();
      case "datetime", "timestamp" ->
          !to.isTemporal() || to.name.equals("date") || to.number(0, 0) < number(0, 0);
      case "time" -> !to.name.equals("time") || to.number(0, 0) < number(0, 0);
      default -> false;
    };
  }
}
