package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.http.Problem;
import dev.slipway.json.EvaluationBudget;
import dev.slipway.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What traits are besides traits. A single quote stands for a double one in schemas and values. */
class IdentitySchemaTest {
  private static final String PASSWORD =
      "'ory.sh/kratos':{'credentials':{'password':{'identifier':true}}}";
  private static final String EMAIL = "{'ory.sh/kratos':{'verification':{'via':'email'}}}";
  private static final String SMS = "{'ory.sh/kratos':{'verification':{'via':'sms'}}}";

  @Test
  void everyMarkOfOry() {
    IdentitySchema schema =
        properties(
            "'email':{'format':'email','ory.sh/kratos':{'credentials':{"
                + "'password':{'identifier':true},'webauthn':{'identifier':true},"
                + "'passkey':{'display_name':true},'totp':{'account_name':true},"
                + "'code':{'identifier':true,'via':'email'}},"
                + "'verification':{'via':'email'},'recovery':{'via':'email'},"
                + "'organizations':{'matcher':'email_domain'}}},"
                + "'phone':{'ory.sh/kratos':{"
                + "'credentials':{'code':{'identifier':true,'via':'sms'}},"
                + "'verification':{'via':'sms'},'recovery':{'via':'sms'}}},"
                + "'user':{'ory.sh/kratos':{'credentials':{'password':{'identifier':true},"
                + "'webauthn':{'identifier':false}}}}");
    assertEquals(
        "password=[ada@example.com, ada l] webauthn=[ada@example.com]"
            + " code=[ada@example.com, +4930123456]"
            + " verifiable=[email ada@example.com, sms +4930123456]"
            + " recovery=[email ada@example.com, sms +4930123456]",
        derived(schema, "{'user':' Ada L ','phone':'+49 (30) 123-456','email':'Ada@Example.com'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'Ada' | ada",
        "' Ada@B.de ' | ada@b.de",
        "'+49 30 123456' | +4930123456",
        "'030 123456' | 030 123456",
        "'ÄDA' | äda",
      })
  void identifiersAreStoredInTheirNormalForm(String value, String identifier) {
    assertEquals(
        "password=[" + identifier + "]",
        derived(properties("'a':{" + PASSWORD + "}"), "{'a':" + value + "}"));
  }

  @Test
  void nothingIsTwiceAndWhatIsEmptyIsNothing() {
    IdentitySchema schema = properties("'a':{'items':{" + PASSWORD + "}},'b':{" + PASSWORD + "}");
    assertEquals("password=[x, y]", derived(schema, "{'a':['X','x ','y','',null,'  '],'b':' Y '}"));
    assertEquals("", derived(schema, "{'b':null}"));
    assertEquals("", derived(schema, "{}"));
  }

  /** A mark counts where its schema holds for the value, wherever in the document it stands. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'properties':{'a':{'properties':{'b':{%s}}}} | {'a':{'b':'x'}} | password=[x]",
        "'properties':{'a':{'items':{'properties':{'b':{%s}}}}} | {'a':[{'b':'x'},{},{'b':'y'}]}"
            + " | password=[x, y]",
        "'properties':{'a':{'prefixItems':[{},{%s}]}} | {'a':['x','y','z']} | password=[y]",
        "'properties':{'a':{'prefixItems':[{}],'items':{%s}}} | {'a':['x','y','z']} | password=[y, z]",
        "'patternProperties':{'^a':{%s}} | {'a1':'x','b':'y','a2':'z'} | password=[x, z]",
        "'properties':{'a':{}},'patternProperties':{'^b':{}},'additionalProperties':{%s}"
            + " | {'a':'x','b':'y','c':'z'} | password=[z]",
        "'allOf':[{'properties':{'a':{%s}}}] | {'a':'x'} | password=[x]",
        "'properties':{'a':{'$ref':'#/$defs/m'}} | {'a':'x'} | password=[x]",
        "'properties':{'a':{'$ref':'#named'}} | {'a':'x'} | password=[x]",
        "'properties':{'a':{'$ref':'#/$defs/l','type':'object'}} | {'a':{'v':'x','n':{'v':'y'}}}"
            + " | password=[x, y]",
        "'dependentSchemas':{'b':{'properties':{'a':{%s}}}} | {'a':'x'} | ",
        "'dependentSchemas':{'b':{'properties':{'a':{%s}}}} | {'a':'x','b':1} | password=[x]",
        "'oneOf':[{'properties':{'k':{'const':1},'a':{%s}}},{'properties':{'k':{'const':2}}}]"
            + " | {'k':1,'a':'x'} | password=[x]",
        "'oneOf':[{'properties':{'k':{'const':1},'a':{%s}}},{'properties':{'k':{'const':2}}}]"
            + " | {'k':2,'a':'x'} | ",
        "'anyOf':[{'properties':{'k':{'const':1},'a':{%s}}},{'properties':{'b':{%s}}}]"
            + " | {'k':1,'a':'x','b':'y'} | password=[x, y]",
        "'anyOf':[{'properties':{'k':{'const':1},'a':{%s}}},{'properties':{'b':{%s}}}]"
            + " | {'k':2,'a':'x','b':'y'} | password=[y]",
        "'if':{'properties':{'k':{'const':1}}},'then':{'properties':{'a':{%s}}},"
            + "'else':{'properties':{'b':{%s}}} | {'k':1,'a':'x','b':'y'} | password=[x]",
        "'if':{'properties':{'k':{'const':1}}},'then':{'properties':{'a':{%s}}},"
            + "'else':{'properties':{'b':{%s}}} | {'k':2,'a':'x','b':'y'} | password=[y]",
        // A reference is evaluated once: in a branch that fails, then in one that does not.
        "'anyOf':[{'properties':{'k':{'const':1},'a':{'$ref':'#/$defs/m'}}},"
            + "{'properties':{'a':{'$ref':'#/$defs/m'}}}] | {'k':2,'a':'x'} | password=[x]",
        "'anyOf':[{'properties':{'k':{'const':1},'a':{'$ref':'#/$defs/m'}}},true]"
            + " | {'k':2,'a':'x'} | ",
        "'anyOf':[{'properties':{'a':{'$ref':'#/$defs/m'},'k':{'const':1}}},"
            + "{'allOf':[{'anyOf':[{'properties':{'k':{'const':3},'a':{'$ref':'#/$defs/m'}}},true]}]}]"
            + " | {'k':2,'a':'x'} | ",
        "'not':{'properties':{'a':{'$ref':'#/$defs/m'},'k':{'const':1}}} | {'k':2,'a':'x'} | ",
        "'not':{'not':{'properties':{'a':{'$ref':'#/$defs/m'}}}},'properties':{'a':{}} | {'a':'x'} | ",
        "'properties':{'a':{'contains':{'$ref':'#/$defs/m'}}} | {'a':['x']} | ",
        "'propertyNames':{'$ref':'#/$defs/m'} | {'a':'x'} | ",
        "'properties':{'a':{%s}},'unevaluatedProperties':{'type':'string'} | {'a':'x','b':'y'}"
            + " | password=[x]",
      })
  void marksAreFoundWhereTheyApply(String traits, String value, String derived) {
    String schema =
        "{'properties':{'traits':{"
            + traits.replace("%s", PASSWORD)
            + "}},'$defs':{"
            + "'m':{'$anchor':'named',"
            + PASSWORD
            + "},"
            + "'l':{'properties':{'v':{"
            + PASSWORD
            + "},'n':{'$ref':'#/$defs/l'}}}}}";
    assertEquals(derived == null ? "" : derived, derived(schema(schema), value));
  }

  /** Each level has two branches; a search of every branch would take 2^40 steps. */
  @Test
  void marksAreFoundInTraitsThatTheirSchemaRefersToTwice() {
    IdentitySchema schema =
        schema(
            "{'properties':{'traits':{'$ref':'#/$defs/n'}},'$defs':{'n':{'properties':{'v':{"
                + PASSWORD
                + "},'n':{'anyOf':[{'$ref':'#/$defs/n'},{'$ref':'#/$defs/n'}]}}}}}");
    String traits = "{'v':'x40'}";
    for (int level = 39; level > 0; level--) {
      traits = "{'v':'x" + level + "','n':" + traits + "}";
    }
    String derived = derived(schema, traits);
    assertTrue(derived.startsWith("password=[x1, x2, ") && derived.endsWith(", x40]"), derived);
  }

  @Test
  void oneTraitMayBeAnEmailAddressOrAPhoneNumber() {
    IdentitySchema schema =
        properties(
            "'contact':{'oneOf':[{'format':'email','allOf':["
                + EMAIL
                + "]},{'format':'tel',"
                + "'allOf':["
                + SMS
                + "]}]}");
    assertEquals("verifiable=[email a@b.de]", derived(schema, "{'contact':'A@b.de'}"));
    assertEquals("verifiable=[sms +4930123456]", derived(schema, "{'contact':'+4930123456'}"));
    assertEquals(
        "the traits do not fit the schema test: /traits/contact: must be valid to one and only one"
            + " schema, but 0 are valid; /traits/contact: is not of the format email;"
            + " /traits/contact: is not of the format tel",
        refused(schema, "{'contact':'x'}"));
  }

  @Test
  void inDraft07WhatIsBesideAReferenceIsIgnored() {
    String schema =
        "{'$schema':'http://json-schema.org/draft-07/schema#','definitions':{'m':{}},'properties':"
            + "{'traits':{'properties':{'a':{'$ref':'#/definitions/m',"
            + PASSWORD
            + "}}}}}";
    assertEquals("", derived(schema(schema), "{'a':'x'}"));
    assertEquals(
        "password=[x]",
        derived(
            schema(
                schema.replace(
                    "http://json-schema.org/draft-07/schema#",
                    "https://json-schema.org/draft/2020-12/schema")),
            "{'a':'x'}"));
  }

  @Test
  void inDraft07ItemsMayBeAList() {
    String schema =
        "{'$schema':'http://json-schema.org/draft-07/schema#','properties':{'traits':{"
            + "'properties':{'a':{'items':[{},{"
            + PASSWORD
            + "}],'additionalItems':{"
            + PASSWORD
            + "}}}}}}";
    assertEquals("password=[y, z]", derived(schema(schema), "{'a':['x','y','z']}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "verification | email | 'x' | is no e-mail address",
        "recovery | email | 'a@b@c' | is no e-mail address",
        "verification | sms | '030 123456'"
            + " | is no phone number in its international form, as +49 30 123456",
        "recovery | sms | '+1' | is no phone number in its international form, as +49 30 123456",
        "verification | email | 7 | has to be a text, as it is an identifier or an address",
        "verification | email | ['a@b.de'] | has to be a text, as it is an identifier or an address",
      })
  void refusesWhatIsNoAddress(String use, String via, String value, String words) {
    IdentitySchema schema =
        properties("'a':{'ory.sh/kratos':{'" + use + "':{'via':'" + via + "'}}}");
    assertEquals(
        "the traits do not fit the schema test: /traits/a: " + words,
        refused(schema, "{'a':" + value + "}"));
  }

  @Test
  void aFormatOfItsOwnMakesAnyTextAnAddress() {
    IdentitySchema schema =
        properties("'a':{'format':'noformat','ory.sh/kratos':{'verification':{'via':'email'}}}");
    assertEquals("verifiable=[email some where]", derived(schema, "{'a':' Some where'}"));
  }

  @Test
  void identifiersAndAddressesFitTheirColumns() {
    IdentitySchema schema =
        properties(
            "'a':{"
                + PASSWORD
                + "},'b':{'format':'noformat','ory.sh/kratos':{'recovery':"
                + "{'via':'email'}}}");
    assertTrue(derived(schema, "{'a':'" + "😀".repeat(512) + "'}").startsWith("password=[😀"));
    assertEquals(
        "the traits do not fit the schema test: /traits/a: is longer than an identifier may be,"
            + " 512 characters; /traits/b: is longer than an address may be, 400 characters",
        refused(schema, "{'a':'" + "x".repeat(513) + "','b':'" + "x".repeat(401) + "'}"));
  }

  @Test
  void tenThingsAreTold() {
    IdentitySchema schema = properties("'a':{'items':{'type':'null'}}");
    String reason = refused(schema, "{'a':[1,2,3,4,5,6,7,8,9,10,11,12]}");
    assertTrue(reason.endsWith("/traits/a/9: integer found, null expected; and 2 more"), reason);
  }

  @Test
  void traitsAreAnObject() {
    assertEquals("/traits must be an object", refused(properties("'a':{}"), "[]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'credential':{}} | has no member 'credential'; did you mean credentials?",
        "{'credentials':{'pasword':{'identifier':true}}}"
            + " | /credentials has no member 'pasword'; did you mean password?",
        "{'credentials':{'password':{'identifer':true}}}"
            + " | /credentials/password has no member 'identifer'; did you mean identifier?",
        "{'credentials':{'password':{'identifier':'true'}}}"
            + " | /credentials/password/identifier has to be true or false",
        "{'credentials':{'password':true}} | /credentials/password has to be an object",
        "{'credentials':{'code':{'identifier':true}}}"
            + " | /credentials/code needs `via`, which is email or sms",
        "{'verification':{'via':'mail'}} | /verification/via has to be email or sms",
        "{'recovery':{'by':'email'}} | /recovery has no member 'by'",
        "true | has to be an object",
      })
  void refusesAKeywordThatOryDoesNotHave(String keyword, String words) {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class, () -> properties("'a':{'ory.sh/kratos':" + keyword + "}"));
    assertEquals(
        "the case: /properties/traits/properties/a/ory.sh~1kratos"
            + (words.startsWith("/") ? "" : " ")
            + words,
        fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.exitCode());
  }

  @Test
  void refusesAMarkThatWouldNeverBeRead() {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class, () -> properties("'a':{'contains':{" + PASSWORD + "}}"));
    assertEquals(
        "the case: /properties/traits/properties/a/contains/ory.sh~1kratos has no effect here",
        fault.getMessage());
  }

  /** The library ignores the keyword around it, as the version does not have it. */
  @Test
  void refusesAMarkBelowAKeywordThatTheVersionDoesNotHave() {
    String schema =
        "{%s'properties':{'traits':{'dependentSchemas':{'a':{'properties':{'a':{"
            + PASSWORD
            + "}}}}}}}";
    assertEquals("password=[x]", derived(schema(schema.formatted("")), "{'a':'x'}"));
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> schema(schema.formatted("'$schema':'http://json-schema.org/draft-07/schema#',")));
    assertEquals(
        "the case: /properties/traits/dependentSchemas/a/properties/a/ory.sh~1kratos has no effect"
            + " here",
        fault.getMessage());
  }

  private static IdentitySchema properties(String properties) {
    return schema("{'properties':{'traits':{'properties':{" + properties + "}}}}");
  }

  private static IdentitySchema schema(String text) {
    return new IdentitySchema("test", read(text), "the case");
  }

  private static String refused(IdentitySchema schema, String traits) {
    Problem problem =
        assertThrows(
            Problem.class, () -> schema.check(read(traits), new EvaluationBudget()), traits);
    assertEquals(400, problem.status());
    return problem.getMessage();
  }

  private static String derived(IdentitySchema schema, String traits) {
    DerivedIdentifiers derived = schema.check(read(traits), new EvaluationBudget());
    var words = new StringBuilder();
    derived.identifiers().forEach((type, each) -> words.append(type + "=" + each + " "));
    if (!derived.verifiable().isEmpty()) {
      words.append("verifiable=").append(addresses(derived.verifiable())).append(' ');
    }
    if (!derived.recovery().isEmpty()) {
      words.append("recovery=").append(addresses(derived.recovery()));
    }
    return words.toString().strip();
  }

  private static String addresses(List<Address> addresses) {
    return addresses.stream().map(each -> each.via() + " " + each.value()).toList().toString();
  }

  private static Object read(String text) {
    return Json.read(text.replace('\'', '"'), "the case");
  }
}
