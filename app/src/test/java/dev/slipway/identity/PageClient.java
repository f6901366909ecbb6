package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists as a client walks them that knows nothing but the Link header. */
final class PageClient {
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"next\"");

  private PageClient() {}

  /** Sends a request without a body. */
  interface Sender {
    HttpResponse<String> send(String method, String path);
  }

  /** The ids of everything on a page, in its order. */
  static List<String> ids(HttpResponse<String> page) {
    assertEquals(200, page.statusCode(), page::body);
    return ((List<?>) Json.read(page.body(), "the page"))
        .stream().map(each -> (String) ((Map<?, ?>) each).get("id")).toList();
  }

  /** Where the next page is. */
  static Optional<String> next(HttpResponse<String> page) {
    Matcher link = NEXT.matcher(page.headers().firstValue("Link").orElse(""));
    return link.find() ? Optional.of(link.group(1)) : Optional.empty();
  }

  /** The ids on all pages from this one on; more pages than these are a failure. */
  static List<String> walk(Sender sender, String path, int pagesMax) {
    List<String> ids = new ArrayList<>();
    Optional<String> at = Optional.of(path);
    for (int pages = 1; at.isPresent(); pages++) {
      assertTrue(pages <= pagesMax, () -> "the pages of " + path + " have no end");
      HttpResponse<String> page = sender.send("GET", at.get());
      ids.addAll(ids(page));
      at = next(page);
    }
    return ids;
  }
}
