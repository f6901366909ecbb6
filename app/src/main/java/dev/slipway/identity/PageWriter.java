package dev.slipway.identity;

import dev.slipway.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Writes pages of lists. They are read in pieces, of which so many are in memory at once as a
 * quarter of the heap has room for, however large the items are. Thread-safe.
 */
final class PageWriter {
  /** Read at once at most. */
  private static final int PIECE_MAX = 100;

  /** A page that has become so large ends early; its Link header leads on. */
  private static final int PAGE_BYTES = 2 * 1024 * 1024;

  /** How often an item is in memory: what the driver has received, its text, and its JSON. */
  private static final int COPIES = 3;

  private final int piece;
  private final Semaphore pieces;

  /**
   * Lists of one server.
   *
   * @param itemBytesMax what an item has at most
   */
  PageWriter(int itemBytesMax) {
    long heap = Runtime.getRuntime().maxMemory();
    long item = (long) COPIES * itemBytesMax;
    this.piece = Math.clamp(heap / 8 / item, 1, PIECE_MAX);
    this.pieces = new Semaphore(Math.clamp(heap / 4 / (piece * item), 1, 1000), true);
  }

  /**
   * Writes the items of one page into an array that is begun already.
   *
   * @param size how many there are at most
   * @param start where the page begins; empty for the list's own beginning
   * @param read the next items behind a place, at most so many
   * @param place where an item is
   * @return where the next page begins, if there may be one
   * @throws InterruptedException when the time for the request ends before there was memory for it
   */
  <T, P> Optional<P> write(
      JsonWriter json,
      int size,
      Optional<P> start,
      BiFunction<Optional<P>, Integer, List<T>> read,
      Consumer<T> write,
      Function<T, P> place)
      throws InterruptedException {
    Optional<P> behind = start;
    int left = size;
    while (left > 0 && json.size() < PAGE_BYTES) {
      int limit = Math.min(left, piece);
      pieces.acquire();
      try {
        List<T> items = read.apply(behind, limit);
        for (T item : items) {
          if (json.size() >= PAGE_BYTES) {
            return behind;
          }
          write.accept(item);
          behind = Optional.of(place.apply(item));
        }
        if (items.size() < limit) {
          return Optional.empty();
        }
      } finally {
        pieces.release();
      }
      left -= limit;
    }
    return behind;
  }
}
