package dev.slipway.identity;

import dev.slipway.config.Suggestions;
import dev.slipway.error.SlipwayException;
import dev.slipway.identity.Address.Via;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Ory's schema keyword {@code ory.sh/kratos}, which gives a trait further roles. Members that have
 * no effect here (a passkey's display name, an authenticator's account name, the organization's
 * domain) are accepted.
 *
 * @param identifiers the credential types whose identifier the trait is, except for codes
 * @param code the channel for one-time codes to sign in with
 * @param verification the channel to verify the address
 * @param recovery the channel to recover an account
 * @param checked whether the value has to have the format of its channel; a schema with another
 *     {@code format} checks the value itself
 */
record KratosExtension(
    List<String> identifiers,
    Optional<Via> code,
    Optional<Via> verification,
    Optional<Via> recovery,
    boolean checked) {
  static final String KEYWORD = "ory.sh/kratos";

  /** The credential types whose identifiers come from traits only. */
  static final Set<String> TYPES = Set.of("password", "webauthn", "code");

  /** The type of a member that is not an object. */
  private enum Leaf {
    BOOL("true or false", value -> value instanceof Boolean),
    VIA("email or sms", value -> ApiValue.parse(Via.class, value).isPresent()),
    STRING("a text", value -> value instanceof String);

    private final String expected;
    private final Predicate<@Nullable Object> matches;

    Leaf(String expected, Predicate<@Nullable Object> matches) {
      this.expected = expected;
      this.matches = matches;
    }
  }

  private static final Map<String, Leaf> LEAVES =
      Map.of(
          "/credentials/password/identifier", Leaf.BOOL,
          "/credentials/webauthn/identifier", Leaf.BOOL,
          "/credentials/passkey/display_name", Leaf.BOOL,
          "/credentials/totp/account_name", Leaf.BOOL,
          "/credentials/code/identifier", Leaf.BOOL,
          "/credentials/code/via", Leaf.VIA,
          "/verification/via", Leaf.VIA,
          "/recovery/via", Leaf.VIA,
          "/organizations/matcher", Leaf.STRING);

  /**
   * Reads the keyword.
   *
   * @param schema the schema that contains it
   * @param where the location of the keyword, for messages
   * @throws SlipwayException (usage) if it is not a value that Ory accepts
   */
  static KratosExtension read(Map<?, ?> schema, String where) {
    Object value = schema.get(KEYWORD);
    check(value, "", where);
    Object format = schema.get("format");
    boolean code = at(value, "/credentials/code/identifier").equals(Optional.of(true));
    Optional<Via> via = via(value, "/credentials/code/via");
    if (code && via.isEmpty()) {
      throw SlipwayException.usageError(
          where + "/credentials/code needs `via`, which is email or sms");
    }
    return new KratosExtension(
        Stream.of("password", "webauthn")
            .filter(
                type -> at(value, "/credentials/" + type + "/identifier").equals(Optional.of(true)))
            .toList(),
        via.filter(any -> code),
        via(value, "/verification/via"),
        via(value, "/recovery/via"),
        format == null || format.equals("email") || format.equals("tel"));
  }

  private static Optional<Via> via(@Nullable Object value, String path) {
    return at(value, path).flatMap(via -> ApiValue.parse(Via.class, via));
  }

  private static Optional<Object> at(@Nullable Object value, String path) {
    Optional<Object> found = Optional.ofNullable(value);
    for (String name : path.substring(1).split("/")) {
      found = found.map(each -> each instanceof Map<?, ?> map ? map.get(name) : null);
    }
    return found;
  }

  private static void check(@Nullable Object value, String path, String where) {
    Leaf leaf = LEAVES.get(path);
    if (leaf != null) {
      if (!leaf.matches.test(value)) {
        throw SlipwayException.usageError(where + path + " has to be " + leaf.expected);
      }
      return;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw SlipwayException.usageError(where + path + " has to be an object");
    }
    // Sorted, so that a message is the same each time.
    Set<String> known =
        LEAVES.keySet().stream()
            .filter(each -> each.startsWith(path + "/"))
            .map(each -> each.substring(path.length() + 1).split("/")[0])
            .collect(Collectors.toCollection(TreeSet::new));
    map.forEach(
        (name, each) -> {
          if (!known.contains(name)) {
            throw SlipwayException.usageError(
                "%s has no member '%s'%s"
                    .formatted(where + path, name, Suggestions.didYouMean((String) name, known)));
          }
          check(each, path + "/" + name, where);
        });
  }
}
