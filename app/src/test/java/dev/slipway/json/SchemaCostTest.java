package dev.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.slipway.json.JsonSchema.Evaluation;
import dev.slipway.json.JsonSchema.Violation;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the evaluation of one value costs at most, whatever schema and value are: a second of CPU
 * time and 64 MB. A single quote stands for a double one in schemas.
 */
class SchemaCostTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final long CPU_NANOS_MAX = 1_000_000_000;
  private static final long BYTES_MAX = 64 << 20;

  /** What is expected of a case. */
  enum Result {
    VALID,
    INVALID,
    GIVEN_UP
  }

  record Case(String name, String schema, Object value, Result result) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    // A schema that applies itself twice to a part of the value.
    for (String keyword : List.of("anyOf", "allOf")) {
      cases.add(
          new Case(
              keyword + " of itself, twice",
              "{'m':{},'properties':{'a':{'" + keyword + "':[{'$ref':'#'},{'$ref':'#'}]}}}",
              nested(40, 1, deeper -> Map.of("a", deeper)),
              Result.VALID));
      cases.add(
          new Case(
              keyword + " of itself, twice, in items",
              "{'m':{},'items':{'" + keyword + "':[{'$ref':'#'},{'$ref':'#'}]}}",
              nested(40, 1, List::of),
              Result.VALID));
      cases.add(
          new Case(
              keyword + " of itself, twice, not valid",
              "{'m':{},'type':'object','additionalProperties':{'"
                  + keyword
                  + "':[{'$ref':'#'},{'$ref':'#'}]}}",
              nested(40, 1, deeper -> Map.of("a", deeper)),
              Result.INVALID));
      cases.add(
          new Case(
              keyword + " of itself, twice, with unevaluatedProperties",
              "{'m':{},'unevaluatedProperties':true,'properties':{'a':{'"
                  + keyword
                  + "':[{'$ref':'#'},{'$ref':'#'}]}}}",
              nested(40, 1, deeper -> Map.of("a", deeper)),
              Result.GIVEN_UP));
      cases.add(
          new Case(
              keyword + " of itself, twice, by $dynamicRef",
              "{'m':{},'$dynamicAnchor':'n','properties':{'a':{'"
                  + keyword
                  + "':[{'$dynamicRef':'#n'},{'$dynamicRef':'#n'}]}}}",
              nested(40, 1, deeper -> Map.of("a", deeper)),
              Result.GIVEN_UP));
    }
    cases.add(
        new Case(
            "oneOf of itself, twice",
            "{'m':{},'properties':{'a':{'oneOf':[{'$ref':'#'},{'$ref':'#'}]}}}",
            nested(40, 1, deeper -> Map.of("a", deeper)),
            Result.INVALID));
    cases.add(
        new Case(
            "if, then, and else of itself",
            "{'m':{},'properties':{'a':{'if':{'$ref':'#'},'then':{'$ref':'#'},'else':{'$ref':'#'}}}}",
            nested(40, 1, deeper -> Map.of("a", deeper)),
            Result.VALID));
    cases.add(
        new Case(
            "not of itself, twice",
            "{'m':{},'properties':{'a':{'allOf':[{'not':{'not':{'$ref':'#'}}},{'$ref':'#'}]}}}",
            nested(40, 1, deeper -> Map.of("a", deeper)),
            Result.VALID));
    cases.add(
        new Case(
            "contains and items of itself",
            "{'m':{},'contains':{'$ref':'#'},'items':{'$ref':'#'}}",
            nested(40, 1, deeper -> List.of(1, deeper)),
            Result.VALID));
    cases.add(
        new Case(
            "a wide tree",
            "{'m':{},'additionalProperties':{'anyOf':[{'type':'string'},{'$ref':'#'}]}}",
            nested(8, "x", deeper -> Map.of("a", deeper, "b", deeper, "c", deeper)),
            Result.VALID));
    cases.add(
        new Case(
            "ten schemas a level",
            chain(8, "{'properties':{'a':{'$ref':'#/$defs/s0'}}}"),
            nested(48, 1, deeper -> Map.of("a", deeper)),
            Result.VALID));
    cases.add(
        new Case(
            "more schemas in one another than can be evaluated",
            chain(30, "{'properties':{'a':{'$ref':'#/$defs/s0'}}}"),
            nested(48, 1, deeper -> Map.of("a", deeper)),
            Result.GIVEN_UP));
    // Many values, many keywords.
    cases.add(
        new Case(
            "90,000 items",
            "{'items':{'m':{},'type':'integer'}}",
            Collections.nCopies(90_000, 1),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "50,000 items with a mark",
            "{'items':{'m':{},'type':'integer'}}",
            Collections.nCopies(50_000, 1),
            Result.VALID));
    cases.add(
        new Case(
            "5,000 items that are not valid",
            "{'items':{'m':{},'type':'null'}}",
            Collections.nCopies(5_000, 1),
            Result.INVALID));
    cases.add(
        new Case(
            "190,000 items that are not valid",
            "{'items':{'m':{},'type':'null'}}",
            Collections.nCopies(190_000, 1),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "items that are valid by none of 500",
            "{'items':{'m':{},'anyOf':" + list(500, "{'const':'%d'}") + "}}",
            Collections.nCopies(2_000, "x".repeat(100)),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "items of a wide enumeration",
            "{'items':{'m':{},'enum':" + list(9_000, "'value %d'") + "}}",
            Collections.nCopies(5_000, "x".repeat(200)),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "items that are not a large schema",
            "{'items':{'not':{'anyOf':" + list(5_000, "{'type':'integer'}") + "}}}",
            Collections.nCopies(5_000, 1),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "items that require 5,000 properties",
            "{'items':{'required':" + list(5_000, "'a%d'") + "}}",
            Collections.nCopies(5_000, Map.of()),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "5,000 schemas that look for what is not evaluated",
            "{'m':{},'allOf':"
                + list(2_500, "{'properties':{'a':true},'unevaluatedProperties':true}")
                + "}",
            Map.of("a", 1, "b", 2),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "unique items in one another",
            "{'m':{},'uniqueItems':true,'items':{'$ref':'#'}}",
            nested(45, numbers(3_000), deeper -> List.of(deeper, 1)),
            Result.VALID));
    cases.add(
        new Case(
            "a constant of 9,000 parts, for 20 items",
            "{'items':{'const':" + list(9_000, "%d") + "}}",
            Collections.nCopies(20, numbers(9_001)),
            Result.INVALID));
    // Long texts and names.
    cases.add(
        new Case(
            "the length of a long text, 5,000 times",
            "{'allOf':" + list(5_000, "{'minLength':%d}") + "}",
            "ä".repeat(500_000),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "exponential expressions for 100 items",
            "{'items':{'pattern':'^(([a-z])+.)+[A-Z]([a-z])+$'}}",
            Collections.nCopies(100, "x".repeat(2_000)),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "300 expressions for 1,000 names",
            "{'patternProperties':{"
                + String.join(",", texts(300, "'^(a|b)*%d$':{'m':{}}"))
                + "},'additionalProperties':false}",
            properties(1_000, "ab".repeat(50)),
            Result.GIVEN_UP));
    cases.add(
        new Case(
            "names of properties",
            "{'propertyNames':{'anyOf':[{'maxLength':3},{'format':'hostname'},{'format':'uri'}]}}",
            properties(5_000, "a.b ".repeat(40)),
            Result.INVALID));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anEvaluationIsBounded(Case each) throws Exception {
    JsonSchema schema =
        JsonSchema.compile(Json.read(each.schema.replace('\'', '"'), "the case"), "the case", "m");
    var budget = new EvaluationBudget();
    Evaluation evaluation = measured(each.name, () -> schema.evaluate(each.value, budget));
    assertEquals(each.result, result(evaluation), () -> shown(evaluation));
    assertTrue(shown(evaluation).length() < 100_000);
    // The stack of the server's threads.
    var onVirtual = new FutureTask<>(() -> schema.evaluate(each.value, new EvaluationBudget()));
    Thread.ofVirtual().start(onVirtual);
    assertEquals(evaluation, onVirtual.get());
  }

  /** Measures a piece of work, also the first time, when nothing is compiled. */
  static <T> T measured(String name, Callable<T> work) throws Exception {
    long[] cost = new long[2];
    var task =
        new FutureTask<>(
            () -> {
              long thread = Thread.currentThread().threadId();
              long bytes = THREADS.getThreadAllocatedBytes(thread);
              long nanos = THREADS.getCurrentThreadCpuTime();
              T result = work.call();
              cost[0] = THREADS.getCurrentThreadCpuTime() - nanos;
              cost[1] = THREADS.getThreadAllocatedBytes(thread) - bytes;
              return result;
            });
    Thread.ofPlatform().start(task);
    T result = task.get();
    System.out.printf("%-60s %6d ms %6d KB%n", name, cost[0] / 1_000_000, cost[1] >> 10);
    assertTrue(cost[0] <= CPU_NANOS_MAX, () -> name + ": " + cost[0] / 1_000_000 + " ms");
    assertTrue(cost[1] <= BYTES_MAX, () -> name + ": " + (cost[1] >> 20) + " MB");
    return result;
  }

  @Test
  void theValuesOfOneRequestShareABudget() throws Exception {
    JsonSchema schema = JsonSchema.compile(Map.of("items", Map.of("type", "integer")), "the case");
    List<Object> value = new ArrayList<>(Collections.nCopies(50_000, 1));
    var budget = new EvaluationBudget();
    List<Result> results =
        measured(
            "20 values of one request",
            () -> Stream.generate(() -> result(schema.evaluate(value, budget))).limit(20).toList());
    assertEquals(Result.VALID, results.getFirst());
    assertEquals(Result.GIVEN_UP, results.getLast());
  }

  /** Each of them, repeated, made some check of the library, or of Java, slow or deep. */
  static final List<String> PIECES =
      List.of(
          "a.",
          "ab-1.",
          "{a}",
          "{a",
          "{a,",
          "a",
          "/~0",
          "/a",
          "~",
          "0",
          "1.",
          ":",
          "1:",
          "[",
          "(",
          "[a",
          "(?:",
          "(a|",
          "(a)*",
          "a{1",
          " ",
          "%41",
          "x:",
          "\\",
          "xn--",
          "é.",
          "\u0660",
          "P1Y",
          "1Y",
          "T",
          "-",
          "@",
          "\"",
          "a@",
          "a;b:",
          "#",
          "rgb(",
          "100%",
          "//",
          "a@[",
          "+1",
          "\uD83D\uDE00",
          "\u3002",
          "::",
          "2026-01-01T",
          "\\Q",
          "[&&",
          "(?i)",
          "{+a}",
          "{a:1}");

  static final List<String> FORMATS =
      List.of(
          "hostname",
          "idn-hostname",
          "ipv4",
          "ipv6",
          "uuid",
          "json-pointer",
          "relative-json-pointer",
          "uri-template",
          "uri",
          "uri-reference",
          "iri",
          "iri-reference",
          "date",
          "time",
          "date-time",
          "duration",
          "email",
          "idn-email",
          "regex",
          "tel",
          "alpha",
          "alphanumeric",
          "color",
          "ip-address",
          "phone",
          "style",
          "utc-millisec");

  @ParameterizedTest
  @FieldSource("FORMATS")
  void aFormatIsCheckedInLinearTime(String format) throws Exception {
    JsonSchema schema = JsonSchema.compile(Map.of("format", format), "the case");
    for (String piece : PIECES) {
      for (String end : List.of("", "!", "{", "}", "]", ")")) {
        String text = piece.repeat(15_000 / piece.length()) + end;
        within(250, format + " of " + piece + " and " + end, () -> schema.validate(text));
      }
      String text = "A" + piece.repeat(200_000 / piece.length()) + "!";
      within(500, format + " of much " + piece, () -> schema.validate(text));
    }
  }

  /** On a virtual thread, with the stack of the server's; measured again when it seems too slow. */
  private static void within(long millis, String name, Callable<?> work) throws Exception {
    for (int attempt = 0; ; attempt++) {
      var task = new FutureTask<>(work);
      long began = System.nanoTime();
      Thread.ofVirtual().start(task);
      task.get();
      long taken = (System.nanoTime() - began) / 1_000_000;
      if (taken <= millis) {
        return;
      }
      assertTrue(attempt < 5, () -> name + " took " + taken + " ms");
    }
  }

  private static Result result(Evaluation evaluation) {
    return evaluation.violations().isEmpty()
        ? Result.VALID
        : evaluation.violations().equals(List.of(new Violation("", JsonSchema.BEYOND_LIMITS)))
            ? Result.GIVEN_UP
            : Result.INVALID;
  }

  private static String shown(Evaluation evaluation) {
    return evaluation.violations().toString();
  }

  private static Object nested(int levels, Object inmost, UnaryOperator<Object> outer) {
    Object value = inmost;
    for (int i = 0; i < levels; i++) {
      value = outer.apply(value);
    }
    return value;
  }

  /** References in a row, then a schema. */
  private static String chain(int length, String end) {
    var defs = new StringBuilder();
    for (int i = 0; i < length; i++) {
      defs.append("'s" + i + "':{'$ref':'#/$defs/s" + (i + 1) + "'},");
    }
    return "{'$ref':'#/$defs/s0','$defs':{" + defs + "'s" + length + "':" + end + "}}";
  }

  private static String list(int length, String format) {
    return "[" + String.join(",", texts(length, format)) + "]";
  }

  private static List<String> texts(int length, String format) {
    var texts = new ArrayList<String>();
    for (int i = 0; i < length; i++) {
      texts.add(format.formatted(i));
    }
    return texts;
  }

  private static List<Object> numbers(int length) {
    var numbers = new ArrayList<Object>();
    for (int i = 0; i < length; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private static Map<String, Object> properties(int length, String prefix) {
    var properties = new LinkedHashMap<String, Object>();
    for (int i = 0; i < length; i++) {
      properties.put(prefix + i, 1);
    }
    return properties;
  }
}
