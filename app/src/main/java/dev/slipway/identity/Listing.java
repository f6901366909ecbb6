package dev.slipway.identity;

import dev.slipway.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** Writes a page of a list; it is read in pieces: many large items are never in memory at once. */
final class Listing {
  /** Read at once. */
  private static final int PIECE = 100;

  /** A page that has become so large ends early; its Link header leads on. */
  private static final int BYTES = 2 * 1024 * 1024;

  private Listing() {}

  /**
   * Writes the items of one page into an array that is begun already.
   *
   * @param size how many there are at most
   * @param start where the page begins; empty for the list's own beginning
   * @param read the next items behind a place, at most so many
   * @param place where an item is
   * @return where the next page begins, if there may be one
   */
  static <T, P> Optional<P> write(
      JsonWriter json,
      int size,
      Optional<P> start,
      BiFunction<Optional<P>, Integer, List<T>> read,
      Consumer<T> write,
      Function<T, P> place) {
    Optional<P> behind = start;
    int left = size;
    while (left > 0 && json.size() < BYTES) {
      int limit = Math.min(left, PIECE);
      List<T> piece = read.apply(behind, limit);
      for (T item : piece) {
        if (json.size() >= BYTES) {
          return behind;
        }
        write.accept(item);
        behind = Optional.of(place.apply(item));
      }
      if (piece.size() < limit) {
        return Optional.empty();
      }
      left -= limit;
    }
    return behind;
  }
}
