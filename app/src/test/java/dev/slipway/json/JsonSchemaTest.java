package dev.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.format.Format;
import com.networknt.schema.format.Formats;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.json.JsonSchema.Violation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A single quote stands for a double one in schemas and values. */
class JsonSchemaTest {
  private static final String DRAFT_07 = "'$schema':'http://json-schema.org/draft-07/schema#'";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'integer'} | 1.0 | ",
        "{'type':'integer'} | 1.5 | : number found, integer expected",
        "{'required':['a']} | {} | : required property 'a' not found",
        "{'additionalProperties':false} | {'a':1}"
            + " | : property 'a' is not defined in the schema and the schema does not allow additional"
            + " properties",
        "{'properties':{'a/b':{'items':{'minLength':2}}}} | {'a/b':['xx','x']}"
            + " | /a~1b/1: must be at least 2 characters long",
        "{'$ref':'#/$defs/a','$defs':{'a':{'type':'null'}}} | 1 | : integer found, null expected",
        "{'$ref':'#x','$defs':{'a':{'$anchor':'x','type':'null'}}} | 1"
            + " | : integer found, null expected",
        "{'$id':'https://a.example/b','$ref':'https://a.example/b#/$defs/a','$defs':{'a':false}} | 1"
            + " | : is not allowed",
        "{'prefixItems':[{'type':'null'}]} | [1] | /0: integer found, null expected",
        "{'pattern':'^[a-z]+$'} | 'abc\\n' | : does not match the regex pattern ^[a-z]+$",
        "{'format':'date-time'} | '2026-01-02T03:04:05Z' | ",
        "{'format':'date-time'} | '2026-01-02' | : is not of the format date-time",
        "{'format':'uri'} | 'https://a.example/' | ",
        "{'format':'uri'} | 'a b' | : is not of the format uri",
        "{'format':'uuid'} | 'x' | : is not of the format uuid",
        "{'format':'tel'} | '+49 (30) 12-34 56' | ",
        "{'format':'tel'} | '030 123456' | : is not of the format tel",
        "{'format':'nobody-knows-it'} | 'x' | ",
        "{'format':'email'} | 7 | ",
      })
  void validatesBy2020(String schema, String value, String words) {
    assertEquals(words == null ? "" : words, words(compile(schema).validate(read(value))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b.de",
        "A.b+c@example.com",
        "ü@example.com",
        "a@host",
        "a@svc.internal",
        "someone@brand.newtopleveldomain",
        "x_y'z@a-b.c"
      })
  void takesEmailAddresses(String address) {
    assertEquals(List.of(), compile("{'format':'email'}").validate(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "@",
        "a@",
        "@b.de",
        "a b@c.de",
        " a@b.de",
        "a@b.de ",
        "a@b..de",
        ".a@b.de",
        "a.@b.de",
        "a..b@c.de",
        "a@-b.de",
        "a@b-.de",
        "a@b@c.de",
        "A <a@b.de>",
        "a@b_c.de",
        "a\n@b.de",
        "a@[127.0.0.1]",
        "\"a\"@b.de"
      })
  void refusesWhatIsNoEmailAddress(String text) {
    assertEquals(
        List.of(new Violation("", "is not of the format email")),
        compile("{'format':'email'}").validate(text));
  }

  @Test
  void emailAddressesHaveTheLengthsOfTheirStandard() {
    JsonSchema email = compile("{'format':'email'}");
    assertEquals("", words(email.validate("a".repeat(64) + "@b.de")));
    assertEquals(": is not of the format email", words(email.validate("a".repeat(65) + "@b.de")));
    String host = "b.".repeat(100) + "de";
    assertEquals("", words(email.validate("a".repeat(51) + "@" + host)));
    assertEquals(
        ": is not of the format email", words(email.validate("a".repeat(52) + "@" + host)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{%s,'items':[{'type':'null'}],'additionalItems':false} | [null,1]"
            + " | : index '1' is not defined in the schema and the schema does not allow additional"
            + " items",
        "{%s,'definitions':{'a':{'$id':'#x','type':'null'}},'$ref':'#x'} | 1"
            + " | : integer found, null expected",
        "{%s,'definitions':{'a':{}},'$ref':'#/definitions/a','type':'null'} | 1 | ",
        "{%s,'format':'email'} | 'x' | : is not of the format email",
        "{%s,'dependencies':{'a':['b'],'c':{'required':['d']}}} | {'a':1}"
            + " | : has an error with dependencies {a=[b]}",
      })
  void validatesByDraft07(String schema, String value, String words) {
    JsonSchema compiled = compile(schema.formatted(DRAFT_07));
    assertEquals(words == null ? "" : words, words(compiled.validate(read(value))));
  }

  @Test
  void tellsEverythingThatIsWrong() {
    JsonSchema schema =
        compile("{'properties':{'a':{'type':'string'},'b':{'minimum':3}},'required':['c']}");
    assertEquals(
        "/a: integer found, string expected; /b: must have a minimum value of 3; "
            + ": required property 'c' not found",
        words(schema.validate(read("{'a':1,'b':1}"))));
  }

  /** Each of them would have the library read a file, ask the network or look into the jars. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://a.example/x.json",
        "https://a.example/x.json#/a",
        "file:///etc/hostname",
        "/etc/hostname",
        "other.json",
        "../other.json#/a",
        "classpath:draft-07/schema",
        "https://json-schema.org/draft/2020-12/schema",
        "http://json-schema.org/draft-07/schema#",
        "urn:x:y",
        "//a.example/x",
        "jar:file:/x.jar!/y",
        "resource:draft-07/schema"
      })
  void refusesReferencesOutOfTheDocument(String reference) {
    for (String keyword : List.of("$ref", "$dynamicRef")) {
      SlipwayException fault =
          refused("{'properties':{'a':{'items':{'" + keyword + "':'" + reference + "'}}}}");
      assertEquals(
          "the case: /properties/a/items/"
              + keyword
              + " refers to another document, '"
              + reference
              + "': Slipway fetches no documents; copy the definition into this one and refer to it"
              + " as #/…",
          fault.getMessage());
    }
  }

  /** As above, but on a server that would receive the request. */
  @Test
  void nobodyIsAskedForAReference(@TempDir Path folder) throws Exception {
    var asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("{}".getBytes());
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/schema";
    Path file = Files.writeString(folder.resolve("schema.json"), "{\"type\":\"null\"}");
    try {
      for (String to : List.of(url, file.toUri().toString())) {
        refused("{'$ref':'" + to + "'}");
        refused("{'$dynamicRef':'" + to + "'}");
        refused("{'$schema':'" + to + "'}");
        refused("{'properties':{'a':{'$schema':'" + to + "'}}}");
        refused("{'properties':{'a':{'$id':'" + to + "'}}}");
        refused("{'$ref':'#/x','x':{'$ref':'" + to + "'}}");
        // The document may call itself so; that fetches nothing.
        JsonSchema named = compile("{'$id':'" + to + "','$ref':'#/$defs/a','$defs':{'a':{}}}");
        assertEquals("", words(named.validate(1)));
      }
      assertEquals(0, asked.get());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void propertiesAndDataMayHaveTheNamesOfReferences() {
    JsonSchema schema =
        compile(
            "{'properties':{'$ref':{'type':'string'}},'const':{'$ref':'http://a.example'},"
                + "'examples':[{'$ref':'file:///x'}]}");
    assertEquals("", words(schema.validate(read("{'$ref':'http://a.example'}"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | the case is no JSON Schema: it has to be an object",
        "{'$schema':'http://json-schema.org/draft-04/schema#'}"
            + " | the case: /$schema is \"http://json-schema.org/draft-04/schema#\": take"
            + " http://json-schema.org/draft-07/schema# or"
            + " https://json-schema.org/draft/2020-12/schema",
        "{'type':'strin'} | the case: /type: does not have a value in the enumeration [\"array\","
            + " \"boolean\", \"integer\", \"null\", \"number\", \"object\", \"string\"]",
        "{'type':[null]} | the case: /type/0: does not have a value in the enumeration [\"array\","
            + " \"boolean\", \"integer\", \"null\", \"number\", \"object\", \"string\"]",
        "{'required':'a'} | the case: /required: string found, array expected",
        "{'required':['a','a']} | the case: /required: must have only unique items in the array",
        "{'required':['a',1]} | the case: /required/1: integer found, string expected",
        "{'properties':{'a':[1]}} | the case: /properties/a: array found, [object, boolean] expected",
        "{'properties':{'a':{'minLength':-1}}}"
            + " | the case: /properties/a/minLength: must have a minimum value of 0",
        "{'minLength':1.0} | the case: /minLength has to be a whole number from 0",
        "{'maxItems':99999999999999999999} | the case: /maxItems has to be a whole number from 0",
        "{'anyOf':[]} | the case: /anyOf: must have at least 1 items but found 0",
        "{'multipleOf':0} | the case: /multipleOf: must have an exclusive minimum value of 0",
        "{'enum':1} | the case: /enum: integer found, array expected",
        "{'$ref':'#/x','x':{'minLength':'a'}} | the case: /x/minLength: string found, integer expected",
        "{'items':[{}]} | the case: /items has to be one schema in 2020-12: an array is called"
            + " prefixItems there",
        "{'pattern':'('} | the case: /pattern is no regular expression: Unclosed group",
        "{'patternProperties':{'[':{}}}"
            + " | the case: /patternProperties is no regular expression: Unclosed character class",
        "{'$ref':'#/$defs/a'} | the case: /$ref leads to '#/$defs/a', where there is no schema",
        "{'$ref':'#a'} | the case: /$ref leads to '#a', where there is no schema",
        "{'$ref':'#/%zz'} | the case: /$ref is no reference: '#/%zz'",
        "{'$ref':'#/x','x':{'$ref':'#/y'}} | the case: /x/$ref leads to '#/y', where there is no"
            + " schema",
        "{'$defs':{'a':{'$id':'b'}}} | the case: /$defs/a/$id begins another document inside this one:"
            + " leave it out",
        "{'$defs':{'a':{'$schema':'http://json-schema.org/draft-07/schema#'}}}"
            + " | the case: /$defs/a/$schema is another version of JSON Schema than the document's",
      })
  void refusesWhatIsNoSchema(String schema, String words) {
    assertEquals(words, refused(schema).getMessage());
  }

  /** The library would follow it until the stack overflows, for every value. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'$ref':'#'} | the whole schema",
        "{'allOf':[{'$ref':'#'},{'$ref':'#'}]} | the whole schema",
        "{'anyOf':[{'not':{'$ref':'#'}}]} | the whole schema",
        "{'properties':{'a':{'if':{'$ref':'#/$defs/b'}}},'$defs':{'b':{'oneOf':[true,"
            + "{'$ref':'#/properties/a'}]}}} | /properties/a",
      })
  void refusesASchemaThatAppliesItselfWithoutEnd(String schema, String where) {
    assertEquals(
        "the case: "
            + where
            + " applies itself to the same value again and again: a reference leads back to it",
        refused(schema).getMessage());
  }

  @Test
  void aSchemaMayReferToItselfForAPartOfTheValue() {
    JsonSchema tree = compile("{'properties':{'a':{'$ref':'#'}},'additionalProperties':false}");
    assertEquals("", words(tree.validate(read("{'a':{'a':{'a':{}}}}"))));
    // Nothing applies it.
    compile("{'$defs':{'a':{'$ref':'#/$defs/a'}}}");
    // It ends where the condition does not hold.
    JsonSchema conditional = compile("{'if':{'type':'null'},'then':{'$ref':'#'}}");
    assertEquals("", words(conditional.validate(1)));
    assertEquals(": " + JsonSchema.BEYOND_LIMITS, words(conditional.validate(null)));
  }

  @Test
  void referencesInARowAreFollowedAsFarAsAnEvaluationGoes() {
    JsonSchema schema = compile(references(498, "{'type':'null'}"));
    assertEquals("", words(schema.validate(null)));
    assertEquals(": integer found, null expected", words(schema.validate(1)));
    assertEquals(
        "the case: the whole schema applies 9002 schemas in a row to the same value; at most 500"
            + " can be evaluated",
        refused(references(9_000, "{'type':'null'}")).getMessage());
    // For another part of the value each time; the library's own recursion overflowed the stack.
    var nested = new StringBuilder("{'$ref':'#/$defs/s0','$defs':{'s3000':{'type':'null'}");
    for (int i = 0; i < 3_000; i++) {
      nested.append(",'s" + i + "':{'properties':{'a':{'$ref':'#/$defs/s" + (i + 1) + "'}}}");
    }
    assertEquals("", words(compile(nested + "}}").validate(read("{'a':{'a':1}}"))));
  }

  private static String references(int length, String end) {
    var schema = new StringBuilder("{'$ref':'#/$defs/s0','$defs':{");
    for (int i = 0; i < length; i++) {
      schema.append("'s" + i + "':{'$ref':'#/$defs/s" + (i + 1) + "'},");
    }
    return schema + "'s" + length + "':" + end + "}}";
  }

  /** Java's expressions need exponential time, or a deep stack, for some texts. */
  @Test
  void aPatternThatTakesTooLongIsGivenUp() {
    for (String pattern : List.of("^(([a-z])+.)+[A-Z]([a-z])+$", "^(x|xx|xxx)*?y$", "^(.|x)*$")) {
      JsonSchema schema = compile("{'pattern':'" + pattern + "'}");
      List<Violation> violations =
          assertTimeoutPreemptively(
              Duration.ofSeconds(30), () -> schema.validate("x".repeat(500_000)));
      assertEquals(": " + JsonSchema.BEYOND_LIMITS, words(violations), pattern);
    }
    assertEquals("", words(compile("{'pattern':'x$'}").validate("x".repeat(500_000))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1,2,'1',true,null,[],{},[1],[[1]],{'a':1},{'a':2},{'b':1},[1,2],[2,1],'[]','null'] | true",
        "[{'a':{'b':1}},{'a':{'c':1}},{'a:{':1},['a','b'],['a,b'],['a\\',\\'b']] | true",
        "[1,2,1] | false",
        "[1,1.0] | false",
        "[10,1e1] | false",
        "['a','a'] | false",
        "[null,null] | false",
        "[[1,{'a':2}],[1.0,{'a':2}]] | false",
        "[{'a':1,'b':2},{'b':2,'a':1}] | false",
      })
  void itemsAreDistinctByWhatTheyAreWorth(String value, boolean distinct) {
    assertEquals(
        distinct ? "" : ": must have only unique items in the array",
        words(compile("{'uniqueItems':true}").validate(read(value))));
    assertEquals("", words(compile("{'uniqueItems':false}").validate(read(value))));
  }

  /** All of one hash code: to compare each with each would take minutes. */
  @Test
  void chosenItemsDoNotKeepUniqueItemsBusy() {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < 1 << 16; i++) {
      var text = new StringBuilder();
      for (int bit = 0; bit < 16; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      items.add(text.toString());
    }
    JsonSchema schema = compile("{'uniqueItems':true}");
    assertEquals(
        "", words(assertTimeoutPreemptively(Duration.ofSeconds(30), () -> schema.validate(items))));
  }

  @Test
  void manyViolationsAreTold100At() {
    List<Violation> violations =
        compile("{'items':{'type':'null'}}").validate(Collections.nCopies(1000, 1));
    assertEquals(100, violations.size());
  }

  /** The checks of our own decide as the library's do, where those end. */
  @ParameterizedTest
  @ValueSource(strings = {"uri-template", "json-pointer", "relative-json-pointer", "regex"})
  void formatsOfOurOwnDecideAsTheLibraryDoes(String name) {
    Format format =
        Formats.DEFAULT.stream().filter(each -> each.getName().equals(name)).findFirst().get();
    SchemaContext context =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema("{}")
            .getSchemaContext();
    JsonSchema schema = compile("{'format':'" + name + "'}");
    List<String> pieces =
        List.of(
            "{", "}", "a", "B9", ".", "%4", "1", "%zz", ",", ":", "*", "+", "?", "/", "~", "0", "#",
            "~1", " ", "\"", "ü", "\\", "(", ")", "[", "|", "^");
    long seed = System.nanoTime();
    var random = new Random(seed);
    int valid = 0;
    for (int i = 0; i < 20_000; i++) {
      String text =
          Stream.generate(() -> pieces.get(random.nextInt(pieces.size())))
              .limit(random.nextInt(7))
              .collect(Collectors.joining());
      boolean expected = format.matches(null, context, text);
      valid += expected ? 1 : 0;
      assertEquals(expected, schema.validate(text).isEmpty(), () -> "seed " + seed + ": " + text);
    }
    assertTrue(valid > 100, "valid ones: " + valid);
  }

  @Test
  void formatsEndWithTheLongestTextOfTheirStandard() {
    String label = "a".repeat(63);
    String host = String.join(".", label, label, label, "a".repeat(61));
    JsonSchema hostname = compile("{'format':'hostname'}");
    assertEquals(253, host.length());
    assertEquals("", words(hostname.validate(host)));
    assertEquals(": is not of the format hostname", words(hostname.validate(host + "a")));
  }

  @Test
  void whatAViolationQuotesIsShortened() {
    String schema = "{'additionalProperties':false}";
    Violation violation = compile(schema).validate(Map.of("a".repeat(10_000), 1)).getFirst();
    assertTrue(violation.message().length() < 300, violation.message());
    violation =
        compile("{'additionalProperties':{'type':'null'}}")
            .validate(Map.of("a".repeat(10_000), 1))
            .getFirst();
    assertTrue(violation.pointer().length() < 300, violation.pointer());
  }

  private static SlipwayException refused(String schema) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> compile(schema), schema);
    assertEquals(ExitCode.USAGE, fault.exitCode());
    return fault;
  }

  private static JsonSchema compile(String schema) {
    return JsonSchema.compile(read(schema), "the case");
  }

  private static Object read(String text) {
    return Json.read(text.replace('\'', '"'), "the case");
  }

  private static String words(List<Violation> violations) {
    return violations.stream()
        .map(each -> each.pointer() + ": " + each.message())
        .collect(Collectors.joining("; "));
  }
}
