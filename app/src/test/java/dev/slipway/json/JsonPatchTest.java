package dev.slipway.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
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
        "{'a':1} | [] | {'a':1}",
      })
  void applies(String document, String patch, String result) {
    assertEquals(json(result), Json.write(JsonPatch.apply(read(patch), read(document))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'op':'add','path':'/x/y','value':1} | the document has nothing at '/x'",
        "{'op':'add','path':'/a/1','value':1} | the document has nothing at '/a/1'",
        "{'op':'add','path':'/l/3','value':1} | the document has nothing at '/l/3'",
        "{'op':'add','path':'/l/01','value':1}"
            + " | '/l/01' leads into an array, where '01' is no index",
        "{'op':'add','path':'/l/+1','value':1}"
            + " | '/l/+1' leads into an array, where '+1' is no index",
        "{'op':'add','path':'/l/9999999999','value':1}"
            + " | '/l/9999999999' leads into an array, where '9999999999' is no index",
        "{'op':'replace','path':'/l/-','value':1}"
            + " | '/l/-' leads into an array, where '-' is no index",
        "{'op':'remove','path':'/l/id=7'} | '/l/id=7' leads into an array, where 'id=7' is no index",
        "{'op':'remove','path':'/x'} | the document has nothing at '/x'",
        "{'op':'remove','path':'/l/2'} | the document has nothing at '/l/2'",
        "{'op':'remove','path':''} | the whole document cannot be removed",
        "{'op':'replace','path':'/x','value':1} | the document has nothing at '/x'",
        "{'op':'move','from':'/x','path':'/y'} | the document has nothing at '/x'",
        "{'op':'move','from':'/o','path':'/o/p/q'} | /o cannot be moved into itself",
        "{'op':'copy','from':'/x','path':'/y'} | the document has nothing at '/x'",
        "{'op':'test','path':'/a','value':'1'}"
            + " | the value at '/a' is another one than the test asks for",
        "{'op':'test','path':'/n','value':false}"
            + " | the value at '/n' is another one than the test asks for",
        "{'op':'test','path':'/l','value':[2,1]}"
            + " | the value at '/l' is another one than the test asks for",
        "{'op':'add','path':'/b'} | it needs a `value`",
        "{'op':'add','value':1} | it needs `path`, a text",
        "{'op':'add','path':7,'value':1} | it needs `path`, a text",
        "{'op':'move','path':'/b'} | it needs `from`, a text",
        "{'path':'/b','value':1} | it needs `op`, a text",
        "{'op':'Add','path':'/b','value':1}"
            + " | 'Add' is no operation: take add, remove, replace, move, copy or test",
        "{'op':'add','path':'b','value':1} | 'b' is no JSON pointer: it has to start with /",
        "{'op':'add','path':'/b~2','value':1} | '/b~2' is no JSON pointer: ~ stands before 0 or 1 only",
        "{'op':'add','path':'/b~','value':1} | '/b~' is no JSON pointer: ~ stands before 0 or 1 only",
        "7 | it has to be an object",
        "null | it has to be an object",
      })
  void refuses(String operation, String words) {
    Object document = read("{'a':1,'n':null,'l':[1,2],'o':{'p':{}}}");
    Fault fault =
        assertThrows(Fault.class, () -> JsonPatch.apply(read("[" + operation + "]"), document));
    assertEquals("operation /0 of the patch: " + words, fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.code());
  }

  @Test
  void aPatchIsAnArray() {
    Fault fault = assertThrows(Fault.class, () -> JsonPatch.apply(Map.of(), Map.of()));
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
    Fault fault =
        assertThrows(
            Fault.class,
            () ->
                JsonPatch.apply(
                    read("[{'op':'remove','path':'/a'},{'op':'remove','path':'/a'}]"), document));
    assertEquals("operation /1 of the patch: the document has nothing at '/a'", fault.getMessage());
    assertEquals(json("{'a':1}"), Json.write(document));
  }

  @Test
  void copiesOfCopiesHaveAnEnd() {
    List<Object> patch = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      patch.add(read("{'op':'copy','from':'','path':'/c" + i + "'}"));
    }
    Fault fault = assertThrows(Fault.class, () -> JsonPatch.apply(patch, read("{'a':'text'}")));
    assertEquals(
        "the patch puts too much into the document",
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
    Fault fault = assertThrows(Fault.class, () -> JsonPatch.apply(patch, read("{'a':{}}")));
    assertEquals(
        "it nests deeper than 50 levels",
        fault.getMessage().replaceFirst("^operation /\\d+ of the patch: ", ""));
  }

  @Test
  void aPatchHasAThousandOperationsAtMost() {
    Object operation = read("{'op':'add','path':'/a','value':1}");
    JsonPatch.apply(Collections.nCopies(1000, operation), Map.of());
    Fault fault =
        assertThrows(
            Fault.class, () -> JsonPatch.apply(Collections.nCopies(1001, operation), Map.of()));
    assertEquals("the patch has more than 1000 operations", fault.getMessage());
  }

  private static Object read(String text) {
    return Json.read(json(text), "the case");
  }

  private static String json(String text) {
    return text.strip().replace('\'', '"');
  }
}
