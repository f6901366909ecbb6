package dev.slipway.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Requests that are small or within all limits, and made to cost more than they look: a table of
 * known ones, and a generator of others. {@code {id}} in a path stands for an identity that exists.
 */
final class HostileRequests {
  /** A little less than a body may have. */
  private static final int BODY = 1_000_000;

  /** A little less than an address may have. */
  private static final int ADDRESS = 32_000;

  private static final String IDENTITIES = "/admin/identities";
  private static final String IDENTITY = IDENTITIES + "/{id}";
  private static final List<String> LISTS =
      List.of(IDENTITIES, "/admin/sessions", IDENTITY + "/sessions", "/schemas", "/admin/schemas");
  private static final List<String> PARAMETERS =
      List.of(
          "page_size",
          "per_page",
          "page_token",
          "page",
          "ids",
          "consistency",
          "credentials_identifier",
          "include_credential",
          "active",
          "expand",
          "unknown");
  private static final List<String> NUMBERS =
      List.of(
          "1e2147483648",
          "1e-2147483648",
          "0e2147483647",
          "1e999999999",
          "-1e400",
          "0e400",
          "1e308",
          "1e-300",
          "9".repeat(99),
          "9".repeat(100_000),
          "0." + "1".repeat(99),
          "1e" + "9".repeat(90),
          "-0",
          "-0.0",
          "1E+1000",
          "1e1001",
          "9223372036854775808");

  private HostileRequests() {}

  /**
   * A request.
   *
   * @param body JSON; none when it is empty
   */
  record Hostile(String name, String method, String path, String body) {
    @Override
    public String toString() {
      return method + " " + (path.length() > 40 ? path.substring(0, 40) + "…" : path) + ": " + name;
    }
  }

  /** Those that are known, each kind on every route that takes it. */
  static List<Hostile> known() {
    var all = new ArrayList<Hostile>();
    pointers(all);
    numbers(all);
    bodies(all);
    batches(all);
    addresses(all);
    return all;
  }

  private static void pointers(List<Hostile> all) {
    for (String segment : List.of("/a", "/~1", "/", "/0", "/\\\"")) {
      for (int times : List.of(100, 10_000, 250_000)) {
        String path = segment.repeat(times);
        all.add(patch(times + " segments " + segment, operation("test", path, "1")));
        all.add(patch(times + " segments in traits", operation("add", "/traits" + path, "1")));
        all.add(
            patch(
                "from " + times + " segments",
                "{\"op\":\"move\",\"path\":\"/a\",\"from\":\"" + path + "\"}"));
      }
    }
    all.add(patch("long name", operation("test", "/" + "a".repeat(BODY - 100), "1")));
    all.add(patch("long operation", operation("x".repeat(BODY - 100), "/a", "1")));
    all.add(patch("1,000 pointers", repeated(operation("test", "/a".repeat(450), "1"), 1000)));
    all.add(
        patch(
            "copies of copies",
            IntStream.range(0, 100)
                .mapToObj(
                    i -> "{\"op\":\"copy\",\"from\":\"/traits\",\"path\":\"/traits/c" + i + "\"}")
                .collect(Collectors.joining(","))));
    all.add(
        patch(
            "insertions before a long array",
            operation("add", "/traits/anything", array("1", 190_000))
                + ","
                + repeated(operation("add", "/traits/anything/0", "1"), 900)));
    all.add(
        patch(
            "comparisons",
            operation("add", "/traits/anything", array("1.0", 1000))
                + ","
                + repeated(operation("test", "/traits/anything", array("1", 400)), 900)));
  }

  private static void numbers(List<Hostile> all) {
    for (String number : NUMBERS) {
      String name = number.length() > 20 ? number.substring(0, 20) + "…" : number;
      all.add(post(name, traits(number)));
      all.add(new Hostile(name, "PUT", IDENTITY, traits(number)));
      all.add(patch(name, operation("test", "/traits/anything", number)));
      all.add(post(name + " outside of the traits", "{\"traits\":{},\"state\":" + number + "}"));
    }
    all.add(post("many numbers", traits(array("1.5e-300", 100_000))));
    all.add(batch("a number", "{\"create\":" + traits("1e2147483648") + "}"));
  }

  private static void bodies(List<Hostile> all) {
    for (String method : List.of("POST", "PUT", "PATCH")) {
      String path = method.equals("POST") ? IDENTITIES : IDENTITY;
      for (String value :
          List.of(
              "[".repeat(BODY),
              "{\"a\":".repeat(150_000),
              array("[]", 66_000),
              array("{}", 300_000),
              array("\"a\"", 190_000),
              array("1", 190_000),
              object(i -> "\"k" + i + "\":1", 80_000),
              object(i -> "\"" + "k".repeat(9_000) + i + "\":1", 100),
              "\"" + "a".repeat(BODY - 100) + "\"",
              "\"" + "\\u0001".repeat(160_000) + "\"",
              "\"" + "\u00e9".repeat(400_000) + "\"",
              nested("{\"" + "n".repeat(9_000) + "\":", 45, "\"\\u0000\"", "}"),
              nested("{\"" + "/".repeat(9_000) + "\":", 45, "\"\\u0000\"", "}"))) {
        String name = value.substring(0, Math.min(12, value.length())) + "… " + value.length();
        all.add(new Hostile(name, method, path, value));
        all.add(new Hostile(name + " in traits", method, path, traits(value)));
        all.add(
            new Hostile(
                name + " in metadata",
                method,
                path,
                "{\"traits\":{\"email\":\"a@example.org\"},\"metadata_admin\":" + value + "}"));
      }
    }
    for (String name : List.of("f".repeat(9_999), "\\u0001".repeat(9_999), "f".repeat(99_999))) {
      String body = "{\"traits\":{\"email\":\"a@example.org\"},\"" + name + "\":1}";
      all.add(post("unknown field", body));
      all.add(new Hostile("unknown field", "PUT", IDENTITY, body));
      all.add(post("a field twice", "{\"" + name + "\":1,\"" + name + "\":2}"));
    }
    for (String id : List.of("\\u0001".repeat(255), "x".repeat(BODY - 100))) {
      all.add(post("schema_id", "{\"traits\":{},\"schema_id\":\"" + id + "\"}"));
      all.add(post("state", "{\"traits\":{\"email\":\"a@b.de\"},\"state\":\"" + id + "\"}"));
    }
    for (String list : List.of("verifiable_addresses", "recovery_addresses")) {
      all.add(
          post(
              list,
              "{\"traits\":{\"email\":\"a@example.org\"},\""
                  + list
                  + "\":["
                  + IntStream.range(0, 28_000)
                      .mapToObj(i -> "{\"via\":\"sms\",\"value\":\"" + i + "\"},")
                      .collect(Collectors.joining())
                  + "1]}"));
    }
    all.add(
        post(
            "providers",
            "{\"traits\":{\"email\":\"a@example.org\"},\"credentials\":{\"oidc\":{\"config\":"
                + "{\"providers\":["
                + IntStream.range(0, 20_000)
                    .mapToObj(i -> "{\"provider\":\"p\",\"subject\":\"" + i + "\"}")
                    .collect(Collectors.joining(","))
                + "]}}}}"));
  }

  private static void batches(List<Hostile> all) {
    all.add(
        batch(
            "unknown schemas",
            "{\"create\":{\"schema_id\":\"" + "\\u0001".repeat(140) + "\",\"traits\":{}}}"));
    all.add(
        batch(
            "unknown fields",
            "{\"create\":{\"traits\":{\"email\":\"a@example.org\"},\""
                + "f".repeat(800)
                + "\":1}}"));
    all.add(
        batch("long traits", "{\"create\":{\"traits\":{\"email\":\"" + "x".repeat(900) + "\"}}}"));
    all.add(batch("names", "{\"create\":{\"traits\":{\"" + "n".repeat(400) + "\":1,\"m\":2}}}"));
    all.add(batch("no items", "{}"));
  }

  private static void addresses(List<Hostile> all) {
    for (String list : LISTS) {
      for (String parameter : PARAMETERS) {
        all.add(get("long value", list + "?" + parameter + "=" + "a".repeat(ADDRESS)));
        all.add(get("many values", list + "?" + parameter + "=" + "a,".repeat(ADDRESS / 2)));
        all.add(get("no values", list + "?" + parameter + "=" + ",".repeat(ADDRESS)));
        all.add(get("encoded", list + "?" + parameter + "=" + "%01".repeat(ADDRESS / 3)));
        all.add(get("to be encoded", list + "?" + parameter + "=" + "(".repeat(ADDRESS)));
      }
      all.add(get("many parameters", list + "?" + "a=1&".repeat(ADDRESS / 4)));
      all.add(get("long name", list + "?" + "%01".repeat(ADDRESS / 3)));
      all.add(get("nothing", list + "?" + "&".repeat(ADDRESS)));
    }
    all.add(
        get(
            "credentials many times",
            IDENTITIES + "?include_credential=" + "password,".repeat(ADDRESS / 9)));
    all.add(get("expanded", "/admin/sessions?expand=" + "identity,".repeat(ADDRESS / 9)));
    for (String path :
        List.of("/", "/schemas/", IDENTITIES + "/", IDENTITIES + "/by/external/", "/health/")) {
      all.add(get("long", path + "a".repeat(ADDRESS)));
      all.add(get("encoded", path + "%01".repeat(ADDRESS / 3)));
      all.add(get("slashes", path + "/".repeat(ADDRESS)));
    }
    for (String path : List.of("/health/alive", "/version", "/openapi.json", "/admin/sessions")) {
      all.add(new Hostile("a body", "POST", path, "[".repeat(BODY)));
      all.add(new Hostile("a method", "X".repeat(ADDRESS), path, ""));
    }
  }

  /** So many that a seed makes. */
  static List<Hostile> generated(long seed, int count) {
    var random = new Random(seed);
    return IntStream.range(0, count).mapToObj(i -> generated(i, random)).toList();
  }

  private static Hostile generated(int number, Random random) {
    String name = "generated " + number;
    return switch (random.nextInt(8)) {
      case 0 -> post(name, value(random, BODY / 2));
      case 1 -> post(name, traits(value(random, BODY / 2)));
      case 2 -> new Hostile(name, "PUT", IDENTITY, traits(value(random, BODY / 2)));
      case 3 ->
          post(
              name,
              "{\"traits\":{\"email\":\"a@example.org\"},"
                  + text(random, 9_000)
                  + ":"
                  + value(random, BODY / 2)
                  + "}");
      case 4 -> {
        int operations = 1 + random.nextInt(1000);
        int bytes = BODY / operations;
        yield patch(
            name,
            IntStream.range(0, operations)
                .mapToObj(i -> operation(random, bytes / 2))
                .collect(Collectors.joining(",")));
      }
      case 5 -> {
        int items = 1 + random.nextInt(1000);
        yield new Hostile(
            name,
            "PATCH",
            IDENTITIES,
            "{\"identities\":["
                + IntStream.range(0, items)
                    .mapToObj(i -> "{\"create\":" + traits(value(random, BODY / items / 2)) + "}")
                    .collect(Collectors.joining(","))
                + "]}");
      }
      default -> {
        String value = URLEncoder.encode(text(random, ADDRESS / 8), StandardCharsets.UTF_8);
        String parameter = PARAMETERS.get(random.nextInt(PARAMETERS.size()));
        yield get(
            name,
            LISTS.get(random.nextInt(LISTS.size()))
                + "?"
                + repeated(parameter + "=" + value, 1 + random.nextInt(2)).replace(',', '&'));
      }
    };
  }

  private static String operation(Random random, int bytes) {
    String op = List.of("add", "replace", "test", "copy", "move", "remove").get(random.nextInt(6));
    String segment =
        List.of("/a", "/0", "/-", "/~0", "/traits", "/anything").get(random.nextInt(6));
    String path =
        (random.nextBoolean() ? "/traits/anything" : "")
            + segment.repeat(random.nextInt(1 + bytes / segment.length() / 2));
    return "{\"op\":\""
        + op
        + "\",\"path\":\""
        + path
        + "\",\"from\":\"/traits\",\"value\":"
        + value(random, Math.max(1, bytes / 2))
        + "}";
  }

  /** A value of about so many bytes at most. */
  private static String value(Random random, int bytes) {
    return switch (random.nextInt(8)) {
      case 0 -> {
        int levels = Math.min(List.of(5, 45, 60, 99, 101, 100_000).get(random.nextInt(6)), bytes);
        yield "[".repeat(levels) + "]".repeat(levels);
      }
      case 1 -> array(scalar(random, 10), 1 + random.nextInt(1 + bytes / 12));
      case 2 ->
          object(i -> "\"k" + i + "\":" + scalar(random, 4), 1 + random.nextInt(1 + bytes / 16));
      case 3 -> {
        int length = 1 + random.nextInt(9_990);
        yield object(
            i -> "\"" + "k".repeat(length) + i + "\":1", 1 + random.nextInt(1 + bytes / length));
      }
      case 4 -> {
        int levels = 1 + random.nextInt(49);
        int length = 1 + Math.min(9_000, bytes / levels / 2);
        yield nested("{\"" + "n".repeat(length) + "\":", levels, scalar(random, 8), "}");
      }
      case 5 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
      case 6 -> text(random, bytes / 6);
      default -> {
        int parts = 1 + random.nextInt(8);
        yield bytes < 100
            ? scalar(random, 10)
            : IntStream.range(0, parts)
                .mapToObj(i -> value(random, bytes / parts))
                .collect(Collectors.joining(",", "[", "]"));
      }
    };
  }

  private static String scalar(Random random, int length) {
    return switch (random.nextInt(5)) {
      case 0 -> "null";
      case 1 -> "true";
      case 2 -> Integer.toString(random.nextInt(1000));
      case 3 -> "1e" + random.nextInt(20);
      default -> text(random, length);
    };
  }

  private static String text(Random random, int length) {
    String unit =
        List.of("a", "\\u0001", "\\\"", "\u00e9", "\uD83D\uDE00", "~", "/", "\\n")
            .get(random.nextInt(8));
    return "\"" + unit.repeat(1 + random.nextInt(1 + length)) + "\"";
  }

  private static Hostile get(String name, String path) {
    return new Hostile(name, "GET", path, "");
  }

  private static Hostile post(String name, String body) {
    return new Hostile(name, "POST", IDENTITIES, body);
  }

  private static Hostile patch(String name, String operations) {
    return new Hostile(name, "PATCH", IDENTITY, "[" + operations + "]");
  }

  private static Hostile batch(String name, String item) {
    return new Hostile(
        "1,000 " + name, "PATCH", IDENTITIES, "{\"identities\":[" + repeated(item, 1000) + "]}");
  }

  private static String operation(String op, String path, String value) {
    return "{\"op\":\"" + op + "\",\"path\":\"" + path + "\",\"value\":" + value + "}";
  }

  private static String traits(String anything) {
    return "{\"traits\":{\"email\":\"a@example.org\",\"anything\":" + anything + "}}";
  }

  private static String array(String item, int count) {
    return "[" + repeated(item, count) + "]";
  }

  private static String repeated(String item, int count) {
    return String.join(",", Collections.nCopies(count, item));
  }

  private static String object(IntFunction<String> member, int count) {
    return IntStream.range(0, count).mapToObj(member).collect(Collectors.joining(",", "{", "}"));
  }

  private static String nested(String open, int levels, String value, String close) {
    return open.repeat(levels) + value + close.repeat(levels);
  }
}
