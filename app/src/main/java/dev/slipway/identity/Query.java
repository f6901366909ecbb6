package dev.slipway.identity;

import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A request's query, read parameter by parameter. A parameter that a route does not know is
 * refused: a filter with a typo in its name would answer with everything.
 */
final class Query {
  private final Request request;

  private Query(Request request) {
    this.request = request;
  }

  /**
   * The query of a request.
   *
   * @throws Problem 400 when it has another parameter than these
   */
  static Query of(Request request, String... known) {
    var names = Set.of(known);
    for (String name : request.queryNames()) {
      if (!names.contains(name)) {
        throw Problem.of(
            400,
            "there is no query parameter "
                + name
                + " here"
                + (known.length == 0 ? "" : ", only " + String.join(", ", known)));
      }
    }
    return new Query(request);
  }

  /** A text that is not empty. */
  Optional<String> text(String name) {
    List<String> values = request.queries(name);
    if (values.size() > 1) {
      throw Problem.of(400, name + " is given " + values.size() + " times");
    }
    return values.stream().filter(value -> !value.isEmpty()).findFirst();
  }

  /** Values that are given several times, separated by commas, or both. */
  List<String> list(String name) {
    return request.queries(name).stream()
        .flatMap(value -> Stream.of(value.split(",")))
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /** UUIDs, at most so many. */
  List<UUID> uuids(String name, int max) {
    List<String> texts = list(name);
    if (texts.size() > max) {
      throw Problem.of(400, name + " may have " + max + " values");
    }
    return texts.stream()
        .map(text -> Ids.parse(text).orElseThrow(() -> Problem.of(400, name + " must be UUIDs")))
        .distinct()
        .toList();
  }

  /** True or false. */
  Optional<Boolean> flag(String name) {
    return text(name)
        .map(
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw Problem.of(400, name + " must be true or false");
                });
  }

  /** How many items a page has at most; {@code per_page} is Kratos' older name. */
  int pageSize(int defaultSize, int max) {
    Optional<Integer> older = pageSize("per_page", max);
    return pageSize("page_size", max).or(() -> older).orElse(Math.min(defaultSize, max));
  }

  private Optional<Integer> pageSize(String name, int max) {
    return text(name)
        .map(
            text -> {
              int size = text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
              if (size < 1 || size > max) {
                throw Problem.of(400, name + " must be a whole number from 1 to " + max);
              }
              return size;
            });
  }

  /** Where the page begins; a page's number, Kratos' older way, is told of the newer one. */
  Optional<String> pageToken() {
    if (text("page").filter(number -> !number.matches("[01]")).isPresent()) {
      throw Problem.of(400, "pages have no numbers: follow the Link header, or use page_token");
    }
    return text("page_token");
  }

  /** The Link header of a page: the first one, and the next if there may be one. */
  String links(String path, int pageSize, Optional<String> next) {
    var links = new StringJoiner(",");
    links.add(link(path, pageSize, Optional.empty(), "first"));
    next.ifPresent(token -> links.add(link(path, pageSize, Optional.of(token), "next")));
    return links.toString();
  }

  private String link(String path, int pageSize, Optional<String> token, String relation) {
    var pairs = new ArrayList<String>();
    pairs.add("page_size=" + pageSize);
    token.ifPresent(text -> pairs.add("page_token=" + text));
    for (String name : request.queryNames()) {
      if (!Set.of("page_size", "per_page", "page_token", "page").contains(name)) {
        request
            .queries(name)
            .forEach(
                value -> pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
      }
    }
    return "<" + path + "?" + String.join("&", pairs) + ">; rel=\"" + relation + "\"";
  }
}
