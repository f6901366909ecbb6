package dev.slipway.behavior;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what differs between two runs of one build: known texts, such as the folder of a case,
 * and texts of a known form. Ids that have to stay apart are numbered by first appearance.
 */
final class Normalizer {
  private final Map<String, String> known = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> last = new HashMap<>();
  private final List<Rule> rules = new ArrayList<>();

  private record Rule(Pattern pattern, Function<MatchResult, String> replacement) {}

  Normalizer() {
    // Moments of this run; a moment that a case itself names is a value like any other.
    rule(
        "(20\\d\\d-\\d\\d-\\d\\d)([T ])\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?",
        match -> recent(match.group(1)) ? "<date>" + match.group(2) + "<time>" : match.group());
    rule(
        "(?<!\\d)(20\\d\\d)(\\d\\d)(\\d\\d)\\d{6}(?!\\d)",
        match ->
            recent(match.group(1) + "-" + match.group(2) + "-" + match.group(3))
                ? "<moment>"
                : match.group());
    // A server names the moment of a connection without its date.
    rule("(?<=since )\\d\\d:\\d\\d:\\d\\d", _ -> "<time>");
    // New ids of identities, of their parts, of CockroachDB's lock row, and of MySQL's savepoints.
    rule(
        "\\p{XDigit}{8}(?:[-_]\\p{XDigit}{4}){3}[-_]\\p{XDigit}{12}\\b",
        match -> numbered("uuid", match.group()));
    rule("(?<![\\w-])[0-9a-f]{32}(?![\\w-])", match -> numbered("hex", match.group()));
    // The part of a request's id that is new with each process.
    rule("\\b[0-9a-f]{12}-(?=[0-9a-f]{1,6}\\b)", _ -> "<process>-");
    // Where a page begins is made of an id and of a moment.
    rule("(?<=page_token=)[\\w-]{20,}", match -> numbered("page", match.group()));
    // How long something took.
    rule("\\(\\d+ ms\\)", _ -> "(<n> ms)");
    rule("\\(\\w+ left\\)", _ -> "(<n> left)");
    rule(
        "(waited|after|in|for) \\d+(\\.\\d+)? (ms|s)\\b",
        match -> match.group(1) + " <n> " + match.group(3));
    // The same in the SQL that records a migration as complete: behind its moment, before TRUE.
    rule(
        "(clock_timestamp\\(\\)|CURRENT_TIMESTAMP|'now'\\)), \\d+, (?=TRUE|1\\))",
        match -> match.group(1) + ", <ms>, ");
    rule("execution_time = \\d+, success = (?=TRUE|1)", _ -> "execution_time = <ms>, success = ");
    // Sessions and processes, as their servers number them, and the addresses they come from.
    rule(
        "(?<=\\b(?:session|process|pid|PROCESSLIST_ID =|KILL|KILL QUERY) |blocking_pids\\()\\d+",
        _ -> "<id>");
    rule("(?<=from )(?:\\d+\\.){3}\\d+(?::\\d+)?", _ -> "<address>");
    rule("slipway-lock-lost-\\d+", _ -> "slipway-lock-lost-<id>");
    // The lock of a scratch database, which is made of its name.
    rule("(?<=advisory_lock\\(1936484464, )-?\\d+", _ -> "<scratch>");
    // Names of scratch databases and temporary files.
    rule("slipway_scratch_\\w*\\d\\w*", match -> numbered("scratch", match.group()));
    rule("(?<=slipway-)[a-z]*-?\\d{6,}", match -> numbered("temporary", match.group()));
    // Hashes of passwords begin with a salt.
    rule("SCRAM-SHA-256\\$[^'\"\\s]+", _ -> "<scram>");
    rule("(?<=caching_sha2_password AS )'[^']*'", _ -> "<hash>");
    rule("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}", _ -> "<bcrypt>");
    // Stack traces name classes, which are no external behavior.
    rule("(?m)(^\t(?:at |\\.\\.\\. ).*\\n?)+", _ -> "\t<stack>\n");
    rule("java=\"[^\"]+\"", _ -> "java=\"<java>\"");
  }

  /** Replaces this text wherever it stands from now on. */
  void known(String text, String placeholder) {
    if (!text.isEmpty()) {
      known.put(text, placeholder);
    }
  }

  /** The text without what differs. */
  String in(String text) {
    String result = text;
    List<String> texts = new ArrayList<>(known.keySet());
    // A longer one may hold a shorter one.
    texts.sort(Comparator.comparingInt(String::length).reversed());
    for (String each : texts) {
      result =
          each.matches("\\d+")
              ? result.replaceAll("(?<!\\d)" + each + "(?!\\d)", known.get(each))
              : result.replace(each, known.get(each));
    }
    for (Rule rule : rules) {
      result =
          rule.pattern()
              .matcher(result)
              .replaceAll(match -> Matcher.quoteReplacement(rule.replacement().apply(match)));
    }
    return result;
  }

  private void rule(String pattern, Function<MatchResult, String> replacement) {
    rules.add(new Rule(Pattern.compile(pattern), replacement));
  }

  private String numbered(String kind, String text) {
    int number = numbers.computeIfAbsent(kind + " " + text, _ -> last.merge(kind, 1, Integer::sum));
    return "<" + kind + " " + number + ">";
  }

  private static boolean recent(String date) {
    try {
      LocalDate day = LocalDate.parse(date);
      LocalDate today = LocalDate.now(ZoneOffset.UTC);
      return !day.isBefore(today.minusDays(1)) && !day.isAfter(today.plusDays(1));
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
