package dev.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Written by the cases of RFC 6902 and its appendix; ' stands for " in them. */
class JsonPatchTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // add
        "{'a':1} | [{'op':'add','path':'/b','value':[null]}] | {'a':1,'b':[null]}",
        "{'a':1} | [{'op':'add','path':'/a','value':2}] | {'a':2}",
        "{'a':[1,3]} | [{'op':'add','path':'/a/1','value':2}] | {'a':[1,2,3]}",
        "{'a':[1]} | [{'op':'add','path':'/a/1','value':2}] | {'a':[1,2]}",
        "{'a':[1]} | [{'op':'add','path':'/a/-','value':[2,3]}] | {'a':[1,[2,3]]}",
        "{} | [{'op':'add','path':'/','value':1}] | {'':1}",
        "{} | [{'op':'add','path':'/-','value':1},{'op':'add','path':'/0','value':2}] | {'-':1,'0':2}",
        "{'a':1} | [{'op':'add','path':'','value':[1]}] | [1]",
        "{'a':{}} | [{'op':'add','path':'/a/b~1c~0d~01','value':1}] | {'a':{'b/c~d~1':1}}",
        "{'a':null} | [{'op':'add','path':'/b','value':null,'more':'ignored'}] | {'a':null,'b':null}",
        // remove
        "{'a':1,'b':null} | [{'op':'remove','path':'/b'}] | {'a':1}",
        "{'a':[1,2,3]} | [{'op':'remove','path':'/a/1'}] | {'a':[1,3]}",
        // replace
        "{'a':1,'b':2} | [{'op':'replace','path':'/a','value':{'c':3}}] | {'a':{'c':3},'b':2}",
        "[1,2,3] | [{'op':'replace','path':'/1','value':9}] | [1,9,3]",
        "{'a':1} | [{'op':'replace','path':'','value':true}] | true",
        "{'a=b':1,'key=value':[{'key':'value'}]} | [{'op':'replace','path':'/a=b','value':2}]"
            + " | {'a=b':2,'key=value':[{'key':'value'}]}",
        // move
        "{'a':{'b':1},'c':{}} | [{'op':'move','from':'/a/b','path':'/c/d'}] | {'a':{},'c':{'d':1}}",
        "[1,2,3,4] | [{'op':'move','from':'/1','path':'/3'}] | [1,3,4,2]",
        "[1,2] | [{'op':'move','from':'/0','path':'/-'}] | [2,1]",
        "{'a':1} | [{'op':'move','from':'/a','path':'/a'}] | {'a':1}",
        "{'a':{'b':1}} | [{'op':'move','from':'/a/b','path':'/a'}] | {'a':1}",
        // copy
        "{'a':[1]} | [{'op':'copy','from':'/a','path':'/b'},{'op':'add','path':'/b/-','value':2}]"
            + " | {'a':[1],'b':[1,2]}",
        "{'a':[1]} | [{'op':'copy','from':'','path':'/b'}] | {'a':[1],'b':{'a':[1]}}",
        // test
        "{'a':1} | [{'op':'test','path':'/a','value':1.0}] | {'a':1}",
        "{'a':[1,{'b':'c','d':null}]}"
            + " | [{'op':'test','path':'','value':{'a':[1.00,{'d':null,'b':'c'}]}}]"
            + " | {'a':[1,{'b':'c','d':null}]}",
        "{'a':[0.10,-0.0]} | [{'op':'test','path':'/a','value':[1e-1,0]}] | {'a':[0.10,0.0]}",
        "{'a':{'0':1,'01':2}} | [{'op':'remove','path':'/a/01'}] | {'a':{'0':1}}",
        "{'a':1,'b':2,'c':3} | [{'op':'replace','path':'/b','value':null}] | {'a':1,'b':null,'c':3}",
        "{'a':1} | [] | {'a':1}",
        "{} | [{'op':'add','path':'/a/b/c','value':1}] | {'a':{'b':{'c':1}}}",
        "{'a':null} | [{'op':'add','path':'/a/b','value':1}] | {'a':{'b':1}}",
        "{} | [{'op':'add','path':'/a/-','value':1}] | {'a':[1]}",
        "{} | [{'op':'add','path':'/a/0/b','value':1}] | {'a':[{'b':1}]}",
        "{} | [{'op':'replace','path':'/a/b','value':1}] | {'a':{'b':1}}",
        "{} | [{'op':'add','path':'/a/b','value':1},{'op':'add','path':'/c/d','value':2}]"
            + " | {'a':{'b':1},'c':{'d':2}}",
      })
  void applies(String document, String patch, String result) {
    assertEquals(json(result), Json.write(JsonPatch.apply(read(patch), read(document))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'op':'add','path':'/a/1','value':1} | the document has nothing at '/a/1'",
        "{'op':'add','path':'/l/3','value':1} | the document has nothing at '/l/3'",
        "{'op':'add','path':'/l/01','value':1} | the document has nothing at '/l/01'",
        "{'op':'add','path':'/l/+1','value':1} | the document has nothing at '/l/+1'",
        "{'op':'add','path':'/l/9999999999','value':1} | the document has nothing at '/l/9999999999'",
        "{'op':'replace','path':'/l/-','value':1} | the document has nothing at '/l/-'",
        "{'op':'remove','path':'/l/id=7'} | the document has nothing at '/l/id=7'",
        "{'op':'remove','path':'/x'} | the document has nothing at '/x'",
        "{'op':'remove','path':'/l/2'} | the document has nothing at '/l/2'",
        "{'op':'remove','path':''} | the whole document cannot be removed",
        "{'op':'replace','path':'/l/7','value':1} | the document has nothing at '/l/7'",
        "{'op':'add','path':'/x/7','value':1} | the document has nothing at '/x/7'",
        "{'op':'move','from':'/x','path':'/y'} | the document has nothing at '/x'",
        "{'op':'move','from':'/o','path':'/o/p/q'} | '/o' cannot be moved into itself",
        "{'op':'copy','from':'/x','path':'/y'} | the document has nothing at '/x'",
        "{'op':'test','path':'/a','value':'1'}" + " | the value at '/a' does not equal the test's",
        "{'op':'test','path':'/n','value':false}"
            + " | the value at '/n' does not equal the test's",
        "{'op':'test','path':'/l','value':[2,1]}"
            + " | the value at '/l' does not equal the test's",
        "{'op':'add','path':'/b'} | it needs a `value`",
        "{'op':'add','value':1} | it needs `path`, a string",
        "{'op':'add','path':7,'value':1} | it needs `path`, a string",
        "{'op':'move','path':'/b'} | it needs `from`, a string",
        "{'path':'/b','value':1} | it needs `op`, a string",
        "{'op':'Add','path':'/b','value':1}"
            + " | 'Add' is not an operation: use add, remove, replace, move, copy, or test",
        "{'op':'add','path':'b','value':1} | 'b' is not a JSON Pointer: it has to start with /",
        "{'op':'add','path':'/b~2','value':1}"
            + " | '/b~2' is not a JSON Pointer: ~ stands before 0 or 1 only",
        "{'op':'add','path':'/b~','value':1}"
            + " | '/b~' is not a JSON Pointer: ~ stands before 0 or 1 only",
        "7 | it has to be an object",
        "null | it has to be an object",
      })
  void refuses(String operation, String words) {
    Object document = read("{'a':1,'n':null,'l':[1,2],'o':{'p':{}}}");
    SlipwayException fault =
        assertThrows(
            SlipwayException.class, () -> JsonPatch.apply(read("[" + operation + "]"), document));
    assertEquals("operation /0 of the patch: " + words, fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.exitCode());
  }

  @Test
  void aPatchIsAnArray() {
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> JsonPatch.apply(Map.of(), Map.of()));
    assertEquals("a JSON patch is an array of operations", fault.getMessage());
  }

  @Test
  void changesNeitherThePatchNorTheDocument() {
    Object document = read("{'a':{'b':[1,2]}}");
    Object patch =
        read(
            "[{'op':'add','path':'/c','value':{'d':[]}},{'op':'add','path':'/c/d/-','value':1},"
                + "{'op':'remove','path':'/a/b/0'},{'op':'move','from':'/a','path':'/c/e'}]");
    String before = Json.write(patch);
    assertEquals(
        "{\"c\":{\"d\":[1],\"e\":{\"b\":[2]}}}", Json.write(JsonPatch.apply(patch, document)));
    assertEquals(json("{'a':{'b':[1,2]}}"), Json.write(document));
    assertEquals(before, Json.write(patch));
  }

  @Test
  void aPatchThatFailsAtItsEndChangesNothing() {
    Object document = read("{'a':1}");
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () ->
                JsonPatch.apply(
                    read("[{'op':'remove','path':'/a'},{'op':'remove','path':'/a'}]"), document));
    assertEquals("operation /1 of the patch: the document has nothing at '/a'", fault.getMessage());
    assertEquals(json("{'a':1}"), Json.write(document));
  }

  @Test
  void whatOneBodyHoldsIsNotTooMuch() {
    String numbers = "1,".repeat(190_000) + "1";
    String text = "x".repeat(600_000);
    Object patch =
        read(
            "[{'op':'add','path':'/n','value':["
                + numbers
                + "]},"
                + "{'op':'add','path':'/t','value':'"
                + text
                + "'}]");
    JsonPatch.apply(patch, read("{}"));
  }

  @Test
  void copiesOfCopiesHaveAnEnd() {
    List<Object> patch = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      patch.add(read("{'op':'copy','from':'','path':'/c" + i + "'}"));
    }
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> JsonPatch.apply(patch, read("{'a':'text'}")));
    assertEquals(
        "the patch adds too much to the document",
        fault.getMessage().replaceFirst("^operation /\\d+ of the patch: ", ""));
  }

  @Test
  void movesAndCopiesDoNotNestDeeperThanABodyMay() {
    List<Object> patch = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      patch.add(read("{'op':'move','from':'/a','path':'/b'}"));
      patch.add(read("{'op':'add','path':'/a','value':{}}"));
      patch.add(read("{'op':'move','from':'/b','path':'/a/b'}"));
    }
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> JsonPatch.apply(patch, read("{'a':{}}")));
    assertEquals(
        "it nests deeper than 50 levels",
        fault.getMessage().replaceFirst("^operation /\\d+ of the patch: ", ""));
  }

  @ParameterizedTest
  @CsvSource({"/a,10000", "/a,300000", "/~1,200000", "/,500000", "/1,100000"})
  void aPointerLeadsNoDeeperThanADocumentNests(String segment, int times) {
    String pointer = segment.repeat(times);
    for (String operation :
        List.of(
            "{'op':'test','value':1,'path':'" + pointer + "'}",
            "{'op':'move','path':'/b','from':'" + pointer + "'}")) {
      SlipwayException fault =
          assertThrows(
              SlipwayException.class,
              () -> JsonPatch.apply(read("[" + operation + "]"), read("{'a':1}")));
      assertEquals(
          "operation /0 of the patch: '"
              + pointer.substring(0, 120)
              + "… ("
              + pointer.length()
              + " characters)' leads deeper than a document may nest, 100 levels",
          fault.getMessage());
    }
  }

  @Test
  void noMessageGrowsWithThePatch() {
    String name = "a".repeat(100_000);
    for (String operation :
        List.of(
            "{'op':'" + name + "','path':''}",
            "{'op':'test','path':'/" + name + "','value':1}",
            "{'op':'test','path':'" + name + "','value':1}",
            "{'op':'test','path':'/" + name + "~','value':1}")) {
      SlipwayException fault =
          assertThrows(
              SlipwayException.class,
              () -> JsonPatch.apply(read("[" + operation + "]"), read("{'a':1}")));
      assertTrue(fault.getMessage().length() < 400, fault.getMessage());
    }
  }

  @Test
  void aPatchHasAThousandOperationsAtMost() {
    Object operation = read("{'op':'add','path':'/a','value':1}");
    JsonPatch.apply(Collections.nCopies(1000, operation), Map.of());
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> JsonPatch.apply(Collections.nCopies(1001, operation), Map.of()));
    assertEquals("the patch has more than 1000 operations", fault.getMessage());
  }

  private static Object read(String text) {
    return Json.read(json(text), "the case");
  }

  private static String json(String text) {
    return text.strip().replace('\'', '"');
  }
}
