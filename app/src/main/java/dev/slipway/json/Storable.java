package dev.slipway.json;

import dev.slipway.fault.Fault;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether every database gives back exactly the value that it is given. */
final class Storable {
  /** More digits than any double has; a database that writes them all out stays readable. */
  private static final int SCALE_MAX = 60;

  private final String what;

  private Storable(String what) {
    this.what = what;
  }

  /**
   * Refuses a value that some database would refuse or change.
   *
   * @param what the document in words, for messages
   * @throws Fault (usage) that names the place by its JSON pointer
   */
  static void check(Object value, String what) {
    new Storable(what).check(value, new Place(Optional.empty(), "", 0));
  }

  /** On the way down; it becomes a pointer only where something is wrong. */
  private record Place(Optional<Place> parent, String name, int depth) {
    Place of(String member) {
      return new Place(Optional.of(this), member, depth + 1);
    }

    String pointer() {
      return parent.map(place -> JsonPointer.append(place.pointer(), name)).orElse("");
    }
  }

  private void check(Object value, Place place) {
    switch (value) {
      case Map<?, ?> map -> {
        nested(place);
        map.forEach(
            (name, each) -> {
              text((String) name, place, "has a name that ");
              check(each, place.of((String) name));
            });
      }
      case List<?> list -> {
        nested(place);
        int index = 0;
        for (Object each : list) {
          check(each, place.of(Integer.toString(index++)));
        }
      }
      case String text -> text(text, place, "");
      case BigInteger _ -> throw wrong(place, "is a whole number beyond 64 bits");
      case BigDecimal number -> decimal(number, place);
      case null, default -> {}
    }
  }

  private void nested(Place place) {
    if (place.depth() >= Limits.STORED_DEPTH) {
      throw Fault.usage(what + " nests deeper than " + Limits.STORED_DEPTH + " levels");
    }
  }

  private void text(String text, Place place, String which) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw wrong(place, which + "holds the character U+0000");
      }
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw wrong(place, which + "holds half a surrogate pair");
        }
        i++;
      }
    }
  }

  /**
   * MySQL and SQLite keep a double; PostgreSQL writes a whole number without its exponent, as which
   * it has to come back in.
   */
  private void decimal(BigDecimal number, Place place) {
    double nearest = number.doubleValue();
    if (!Double.isFinite(nearest) || Math.abs(nearest) >= 0x1p63) {
      throw wrong(place, "is a number beyond 64 bits");
    }
    if (number.scale() > SCALE_MAX
        || new BigDecimal(Double.toString(nearest)).compareTo(number) != 0) {
      throw wrong(place, "is a number with more digits than a double holds");
    }
  }

  private Fault wrong(Place place, String words) {
    String pointer = place.pointer();
    return Fault.usage(what + ": " + (pointer.isEmpty() ? "it" : pointer) + " " + words);
  }
}
