package dev.slipway.identity;

import dev.slipway.config.Settings;
import dev.slipway.http.Response;
import dev.slipway.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Writes pages of lists. Items are read in chunks. The chunks that are in memory at once fit into a
 * quarter of the heap, whatever the size of the items. Thread-safe.
 */
final class PageWriter {
  private static final int CHUNK_MAX = 100;

  /** A page that exceeds this size ends early; its Link header names the next page. */
  private static final int PAGE_BYTES = 2 * 1024 * 1024;

  /** The copies of an item in memory: the driver's buffer, its text, and its JSON. */
  private static final int COPIES = 3;

  private final int sizeMax;
  private final int chunk;
  private final Semaphore chunks;

  PageWriter(Settings.Identity settings) {
    this.sizeMax = settings.pageSizeMax();
    long heap = Runtime.getRuntime().maxMemory();
    long item = (long) COPIES * settings.identityBytesMax();
    this.chunk = Math.clamp(heap / 8 / item, 1, CHUNK_MAX);
    this.chunks = new Semaphore(Math.clamp(heap / 4 / (chunk * item), 1, 1000), true);
  }

  /**
   * A list of items.
   *
   * @param parse parses a token that a client sent
   * @param read reads at most so many items after a token, or from the start of the list
   * @param tokenAfter the token of the page after an item
   */
  record Listing<T>(
      Function<String, PageToken> parse,
      BiFunction<Optional<PageToken>, Integer, List<T>> read,
      BiConsumer<JsonWriter, T> write,
      Function<T, PageToken> tokenAfter) {}

  /**
   * The response with one page.
   *
   * @param path the path of the list, for the Link header
   * @throws InterruptedException if the request's deadline passes before there is memory for it
   */
  <T> Response write(QueryParameters query, String path, Listing<T> listing)
      throws InterruptedException {
    int size = query.pageSize(sizeMax);
    var json = new JsonWriter().array();
    Optional<PageToken> next = write(json, query.pageToken().map(listing.parse()), size, listing);
    return Response.json(200, json.endArray().end())
        .header("Link", query.links(path, size, next.map(PageToken::toString)));
  }

  private <T> Optional<PageToken> write(
      JsonWriter json, Optional<PageToken> start, int size, Listing<T> listing)
      throws InterruptedException {
    Optional<PageToken> after = start;
    int left = size;
    while (left > 0 && json.size() < PAGE_BYTES) {
      int limit = Math.min(left, chunk);
      chunks.acquire();
      try {
        List<T> items = listing.read().apply(after, limit);
        for (T item : items) {
          if (json.size() >= PAGE_BYTES) {
            return after;
          }
          listing.write().accept(json, item);
          after = Optional.of(listing.tokenAfter().apply(item));
        }
        if (items.size() < limit) {
          return Optional.empty();
        }
      } finally {
        chunks.release();
      }
      left -= limit;
    }
    return after;
  }
}
