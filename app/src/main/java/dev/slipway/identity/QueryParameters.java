package dev.slipway.identity;

import dev.slipway.error.Excerpt;
import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A request's query, read parameter by parameter. A parameter that a route does not know is
 * refused: a filter with a typo in its name would answer with everything.
 */
final class QueryParameters {
  /** Parameters that say where in a list a page is, and not what is in the list. */
  private static final Set<String> OF_THE_PAGE =
      Set.of("page_size", "per_page", "page_token", "page");

  private final Request request;

  /** What was read and found valid, each value once: what a link repeats. */
  private final Map<String, Set<String>> read = new LinkedHashMap<>();

  private QueryParameters(Request request) {
    this.request = request;
  }

  /**
   * The query of a request.
   *
   * @throws Problem 400 when it has another parameter than these
   */
  static QueryParameters of(Request request, String... known) {
    var names = Set.of(known);
    for (String name : request.queryNames()) {
      if (!names.contains(name)) {
        throw Problem.of(
            400,
            "there is no query parameter "
                + Excerpt.of(name)
                + " here"
                + (known.length == 0 ? "" : ", only " + String.join(", ", known)));
      }
    }
    return new QueryParameters(request);
  }

  /** A text that is not empty. */
  Optional<String> string(String name) {
    List<String> values = request.queries(name);
    if (values.size() > 1) {
      throw Problem.of(400, name + " is given " + values.size() + " times");
    }
    Optional<String> text = values.stream().filter(value -> !value.isEmpty()).findFirst();
    text.ifPresent(value -> read.put(name, Set.of(value)));
    return text;
  }

  /** A text that is not empty, and not longer than anything that it could be equal to. */
  Optional<String> string(String name, int charactersMax) {
    Optional<String> text = string(name);
    if (text.filter(value -> value.codePointCount(0, value.length()) > charactersMax).isPresent()) {
      throw Problem.of(400, name + " may have " + charactersMax + " characters");
    }
    return text;
  }

  /** Values that are given several times, separated by commas, or both. */
  List<String> list(String name) {
    List<String> values =
        request.queries(name).stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .filter(value -> !value.isEmpty())
            .toList();
    if (!values.isEmpty()) {
      read.put(name, new LinkedHashSet<>(values));
    }
    return values;
  }

  /** UUIDs, at most so many. */
  List<UUID> uuids(String name, int max) {
    List<String> texts = list(name);
    if (texts.size() > max) {
      throw Problem.of(400, name + " may have " + max + " values");
    }
    return texts.stream()
        .map(text -> Uuids.parse(text).orElseThrow(() -> Problem.of(400, name + " must be UUIDs")))
        .distinct()
        .toList();
  }

  /** True or false. */
  Optional<Boolean> bool(String name) {
    return string(name)
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
    return string(name)
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
    if (string("page").filter(number -> !number.matches("[01]")).isPresent()) {
      throw Problem.of(400, "pages have no numbers: follow the Link header, or use page_token");
    }
    return string("page_token");
  }

  /**
   * The Link header of a page: the first one, and the next if there may be one. It repeats only
   * what was read of the query: its size has a limit, unlike a query's.
   */
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
    read.forEach(
        (name, values) -> {
          if (!OF_THE_PAGE.contains(name)) {
            pairs.add(
                name + "=" + URLEncoder.encode(String.join(",", values), StandardCharsets.UTF_8));
          }
        });
    return "<" + path + "?" + String.join("&", pairs) + ">; rel=\"" + relation + "\"";
  }
}
