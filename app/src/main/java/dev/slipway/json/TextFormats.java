package dev.slipway.json;

import java.util.Optional;
import java.util.regex.Pattern;

/** The formats of texts that are addresses of people. Thread-safe. */
public final class TextFormats {
  private static final int EMAIL_MAX = 254;
  private static final int LOCAL_MAX = 64;

  // The groups never take the same character, so that no text makes them try again.
  private static final String ATOM = "[^\\p{Cntrl}\\s@<>()\\[\\],;:\\\\\".]++";
  private static final String LABEL = "(?!-)[A-Za-z0-9-]{1,63}+(?<!-)";
  private static final Pattern EMAIL =
      Pattern.compile(
          "(" + ATOM + "(?:\\." + ATOM + ")*+)@" + LABEL + "(?:\\." + LABEL + ")*+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern PHONE = Pattern.compile("\\+[1-9][0-9]{6,14}");

  private TextFormats() {}

  /**
   * Whether a text is an e-mail address: dots and any characters that need no quotes before the @,
   * a host's name behind it. No list of top-level domains is asked, since it would age.
   */
  public static boolean email(String text) {
    return text.length() <= EMAIL_MAX
        && text.lastIndexOf('@') <= LOCAL_MAX
        && EMAIL.matcher(text).matches();
  }

  /**
   * The international form (E.164) of a phone number, + and 7 to 15 digits, if the text is one;
   * spaces, dots, hyphens, slashes and parentheses between them are left out. Which numbers a
   * country has is not asked.
   */
  public static Optional<String> phone(String text) {
    String digits = text.length() > 64 ? "" : text.replaceAll("[ ./()-]", "");
    return Optional.of(digits).filter(PHONE.asMatchPredicate());
  }
}
