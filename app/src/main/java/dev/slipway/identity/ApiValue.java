package dev.slipway.identity;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An enum constant that JSON and the database name in lower case. */
interface ApiValue {
  /** The name of the constant in Java. */
  String name();

  /** The name of the constant in JSON and in the database. */
  default String value() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The constant of a name in JSON or in the database, if there is one. */
  static <E extends ApiValue> Optional<E> parse(Class<E> type, @Nullable Object value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.value().equals(value)) {
        return Optional.of(constant);
      }
    }
    return Optional.empty();
  }
}
