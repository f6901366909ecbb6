package dev.slipway.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Walks through a list as a client does, by the links of its answers. */
final class Pages {
  private static final Pattern NEXT =
      Pattern.compile("<[^>]*[?&](page_token=[^&>]+)[^>]*>; *rel=\"next\"");

  private static final String LIST = "/admin/identities?page_size=";

  private Pages() {}

  /** The address of the first page of this size. */
  static String first(int size) {
    return LIST + size;
  }

  /**
   * The address of a page of {@code size} near the end, reached over pages of a thousand.
   *
   * @param identities how many there are, which the number of pages is held against
   */
  static String last(int port, int size, int identities) throws IOException, InterruptedException {
    List<String> tokens = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      Optional<String> next = Optional.of(LIST + 1000);
      while (next.isPresent()) {
        URI page = URI.create("http://127.0.0.1:" + port + next.get());
        HttpResponse<String> answer =
            client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          throw new IllegalStateException(page + ": " + answer.statusCode() + answer.body());
        }
        Matcher link = NEXT.matcher(String.join(", ", answer.headers().allValues("Link")));
        boolean more = link.find();
        if (more) {
          tokens.add(link.group(1));
        }
        next = more ? Optional.of(LIST + 1000 + "&" + tokens.getLast()) : Optional.empty();
      }
    }
    // After a full last page there may be a link to an empty one.
    int full = identities / 1000 - 1;
    if (tokens.size() < full || tokens.size() > full + 1) {
      throw new IllegalStateException(
          "the list of " + identities + " had " + tokens.size() + " links to a next page");
    }
    return LIST + size + "&" + tokens.get(full - 1);
  }
}
