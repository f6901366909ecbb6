package dev.slipway.identity;

import dev.slipway.config.Suggestions;
import dev.slipway.error.SlipwayException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Ory's keyword {@code ory.sh/kratos}: what a trait is besides a trait. What Ory knows and nothing
 * here depends on (a passkey's display name, an authenticator's account name, the organization's
 * domain) is accepted.
 *
 * @param identifiers the types of credentials that it is an identifier of, but for codes
 * @param code how a code to sign in with is sent to it
 * @param verification how it can be verified
 * @param recovery how an account is recovered with it
 * @param checked whether a text has to be of the form that its way asks for; somebody who sets
 *     another {@code format} beside the keyword takes the responsibility
 */
record KratosExtension(
    List<String> identifiers,
    Optional<Via> code,
    Optional<Via> verification,
    Optional<Via> recovery,
    boolean checked) {
  static final String KEYWORD = "ory.sh/kratos";

  /** The types of credentials whose identifiers come from traits and from nowhere else. */
  static final List<String> TYPES = List.of("password", "webauthn", "code");

  /** How a message reaches somebody. */
  enum Via {
    EMAIL,
    SMS;

    String value() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Via> fromValue(Object value) {
      return Arrays.stream(values()).filter(each -> each.value().equals(value)).findFirst();
    }
  }

  /** What a part of the keyword has to be. */
  private sealed interface Shape {
    record Members(Map<String, Shape> byName) implements Shape {}

    record Leaf(String expected, Predicate<Object> fits) implements Shape {}
  }

  private static final Shape FLAG =
      new Shape.Leaf("true or false", value -> value instanceof Boolean);
  private static final Shape VIA =
      new Shape.Leaf("email or sms", value -> Via.fromValue(value).isPresent());
  private static final Shape TEXT = new Shape.Leaf("a text", value -> value instanceof String);
  private static final Shape SHAPE =
      members(
          Map.of(
              "credentials",
              members(
                  Map.of(
                      "password", members(Map.of("identifier", FLAG)),
                      "webauthn", members(Map.of("identifier", FLAG)),
                      "passkey", members(Map.of("display_name", FLAG)),
                      "totp", members(Map.of("account_name", FLAG)),
                      "code", members(Map.of("identifier", FLAG, "via", VIA)))),
              "verification",
              members(Map.of("via", VIA)),
              "recovery",
              members(Map.of("via", VIA)),
              "organizations",
              members(Map.of("matcher", TEXT))));

  /**
   * Reads the keyword.
   *
   * @param schema the schema that has it
   * @param where the keyword in words, for messages
   * @throws SlipwayException (usage) when it is not as Ory has it
   */
  static KratosExtension read(Map<?, ?> schema, String where) {
    Object value = schema.get(KEYWORD);
    check(value, SHAPE, where);
    Object format = schema.get("format");
    boolean code = Boolean.TRUE.equals(at(value, "credentials", "code", "identifier"));
    Optional<Via> via = Via.fromValue(at(value, "credentials", "code", "via"));
    if (code && via.isEmpty()) {
      throw SlipwayException.usageError(
          where + "/credentials/code needs `via`, which is email or sms");
    }
    var identifiers = new ArrayList<String>();
    for (String type : List.of("password", "webauthn")) {
      if (Boolean.TRUE.equals(at(value, "credentials", type, "identifier"))) {
        identifiers.add(type);
      }
    }
    return new KratosExtension(
        List.copyOf(identifiers),
        via.filter(any -> code),
        Via.fromValue(at(value, "verification", "via")),
        Via.fromValue(at(value, "recovery", "via")),
        format == null || format.equals("email") || format.equals("tel"));
  }

  private static Object at(Object value, String... names) {
    Object at = value;
    for (String name : names) {
      at = at instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return at;
  }

  private static void check(Object value, Shape shape, String where) {
    if (shape instanceof Shape.Leaf leaf && !leaf.fits().test(value)) {
      throw SlipwayException.usageError(where + " has to be " + leaf.expected());
    }
    if (shape instanceof Shape.Members members) {
      if (!(value instanceof Map<?, ?> map)) {
        throw SlipwayException.usageError(where + " has to be an object");
      }
      map.forEach(
          (name, each) -> {
            Shape known = members.byName().get(name);
            if (known == null) {
              throw SlipwayException.usageError(
                  where
                      + " has no member '"
                      + name
                      + "'"
                      + Suggestions.didYouMean((String) name, members.byName().keySet()));
            }
            check(each, known, where + "/" + name);
          });
    }
  }

  /** In the order of their names, so that a message is the same each time. */
  private static Shape members(Map<String, Shape> byName) {
    return new Shape.Members(new TreeMap<>(byName));
  }
}
