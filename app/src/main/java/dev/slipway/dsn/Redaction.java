package dev.slipway.dsn;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Removes secrets from the text of a server, a JDBC driver, or a migration. Immutable.
 *
 * <ul>
 *   <li>Where a password is written (in a URL, as a parameter, after {@code PASSWORD} or {@code
 *       IDENTIFIED BY}), every secret is masked.
 *   <li>Elsewhere, a secret of 12 characters or more is masked wherever it stands. A shorter one is
 *       masked only where it is a word of its own, and only if it has 8 characters, or 4 with one
 *       that is no letter: {@code a} or {@code table} as a password must not mask half of a
 *       message.
 *   <li>A secret that is also a name in the DSN, such as {@code postgres}, is masked only where a
 *       password is written. The name is no secret.
 * </ul>
 */
final class Redaction {
  private static final int ANYWHERE_MIN = 12;
  private static final int LETTERS_MIN = 8;
  private static final int MIXED_MIN = 4;

  /** Words that errors of logins contain, whatever the password is. */
  private static final Set<String> WORDS = Set.of("password", "passwort", "database");

  /** What stands before a password; a look-behind has an upper limit. */
  private static final String BEFORE =
      "(?<=(?i:://[^\\s/@:]{0,256}:|(?:pass|pwd|secret|token)\\w{0,20}\\s{0,4}[=:]\\s{0,4}['\"]?"
          + "|password\\s{1,4}['\"]|identified\\s{1,4}by\\s{1,4}['\"]))";

  private final List<Pattern> patterns;

  /**
   * Prepares the removal.
   *
   * @param open text that is printed in any case: the DSN without its secrets
   */
  Redaction(Set<String> secrets, String open) {
    // The longest first: one secret may be a part of another.
    this.patterns =
        secrets.stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(secret -> pattern(secret, open))
            .toList();
  }

  private static Pattern pattern(String secret, String open) {
    String quoted = Pattern.quote(secret);
    String start = wordChar(secret.charAt(0)) ? "(?<![\\p{L}\\p{N}_])" : "";
    String end = wordChar(secret.charAt(secret.length() - 1)) ? "(?![\\p{L}\\p{N}_])" : "";
    String written = BEFORE + quoted + end;
    boolean name =
        contains(open, secret, start, end) || WORDS.contains(secret.toLowerCase(Locale.ROOT));
    if (!name && secret.length() >= ANYWHERE_MIN) {
      return Pattern.compile(quoted);
    }
    boolean distinctive =
        secret.length() >= LETTERS_MIN
            || (secret.length() >= MIXED_MIN && !secret.chars().allMatch(Character::isLetter));
    return Pattern.compile(!name && distinctive ? start + quoted + end + "|" + written : written);
  }

  private static boolean contains(String open, String secret, String start, String end) {
    return Pattern.compile(start + Pattern.quote(secret) + end).matcher(open).find();
  }

  private static boolean wordChar(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /** The text without the secrets. */
  String apply(String text) {
    String redacted = text;
    for (Pattern pattern : patterns) {
      redacted = pattern.matcher(redacted).replaceAll("***");
    }
    return redacted;
  }
}
