package dev.slipway.identity;

import dev.slipway.error.Excerpt;
import dev.slipway.http.Problem;
import dev.slipway.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The query of a request, read parameter by parameter. Unknown parameters are rejected: a
 * misspelled filter would list everything.
 */
final class QueryParameters {
  /** Parameters that select a page of a list, not its content. */
  private static final Set<String> OF_THE_PAGE =
      Set.of("page_size", "per_page", "page_token", "page");

  private static final int PAGE_SIZE = 250;

  /** The forms of booleans that Kratos reads. */
  private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

  private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

  private final Request request;

  /** Valid parameters that were read, each value once: links repeat them. */
  private final Map<String, Set<String>> read = new LinkedHashMap<>();

  private QueryParameters(Request request) {
    this.request = request;
  }

  /**
   * The query of a request.
   *
   * @param known the names of its parameters, separated by ", "; empty for none
   * @throws Problem 400 if it has another parameter
   */
  static QueryParameters of(Request request, String known) {
    var names = Set.of(known.split(", "));
    for (String name : request.queryNames()) {
      if (!names.contains(name) || known.isEmpty()) {
        throw Problem.of(
            400,
            "there is no query parameter %s here%s"
                .formatted(Excerpt.of(name), known.isEmpty() ? "" : ", only " + known));
      }
    }
    return new QueryParameters(request);
  }

  /** Rejects any parameter. */
  static void requireNone(Request request) {
    of(request, "");
  }

  /** A string that is not empty. */
  Optional<String> string(String name) {
    List<String> values = request.queries(name);
    if (values.size() > 1) {
      throw Problem.of(400, name + " is given " + values.size() + " times");
    }
    Optional<String> text = values.stream().filter(value -> !value.isEmpty()).findFirst();
    text.ifPresent(value -> read.put(name, Set.of(value)));
    return text;
  }

  /** A string that is neither empty nor longer than any value to compare it with. */
  Optional<String> string(String name, int charactersMax) {
    Optional<String> text = string(name);
    if (text.filter(value -> value.codePointCount(0, value.length()) > charactersMax).isPresent()) {
      throw Problem.of(400, name + " may have " + charactersMax + " characters");
    }
    return text;
  }

  /** Values of a repeated parameter, separated by commas, or both. */
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

  /** At most so many UUIDs. */
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
    Optional<String> text = string(name);
    if (text.filter(value -> !TRUE.contains(value) && !FALSE.contains(value)).isPresent()) {
      throw Problem.of(400, name + " must be true or false");
    }
    return text.map(TRUE::contains);
  }

  /**
   * The maximum number of items of a page; {@code per_page} is an older name in Kratos. As there, 0
   * is the default, and a larger number than allowed is the largest one allowed.
   */
  int pageSize(int max) {
    Optional<Integer> older = pageSize("per_page", max);
    return pageSize("page_size", max).or(() -> older).orElse(Math.min(PAGE_SIZE, max));
  }

  private Optional<Integer> pageSize(String name, int max) {
    Optional<String> text = string(name);
    if (text.filter(value -> !value.matches("\\d+")).isPresent()) {
      throw Problem.of(400, name + " must be a whole number from 0 to " + max);
    }
    return text.map(value -> value.replaceFirst("^0+(?=.)", ""))
        .map(value -> value.length() > 9 ? max : Math.min(Integer.parseInt(value), max))
        .filter(size -> size > 0);
  }

  /** The token of the page. Page numbers, an older way in Kratos, are rejected. */
  Optional<String> pageToken() {
    if (string("page").filter(number -> !number.matches("[01]")).isPresent()) {
      throw Problem.of(400, "pages have no numbers: follow the Link header, or use page_token");
    }
    return string("page_token");
  }

  /**
   * The Link header of a page: the first page, and the next one if there may be one. It repeats
   * only parameters that were read, since their size is limited.
   */
  String links(String path, int pageSize, Optional<String> next) {
    var filter = new StringBuilder();
    read.forEach(
        (name, values) -> {
          if (!OF_THE_PAGE.contains(name)) {
            String value = URLEncoder.encode(String.join(",", values), StandardCharsets.UTF_8);
            filter.append('&').append(name).append('=').append(value);
          }
        });
    String start = "<" + path + "?page_size=" + pageSize;
    String first = start + filter + ">; rel=\"first\"";
    return next.map(
            token -> first + "," + start + "&page_token=" + token + filter + ">; rel=\"next\"")
        .orElse(first);
  }
}
