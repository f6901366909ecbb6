package dev.slipway.identity;

import dev.slipway.json.StringFormats;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The identifiers and addresses that a schema derives from the traits of an identity. All are
 * normalized, distinct, and in the order of the schema.
 *
 * @param identifiers by credential type
 * @param codes addresses that one-time codes are sent to
 * @param verifiable addresses whose ownership can be verified
 * @param recovery addresses that can recover an account
 */
record DerivedIdentifiers(
    Map<String, List<String>> identifiers,
    List<Address> codes,
    List<Address> verifiable,
    List<Address> recovery) {
  /**
   * The form in which identifiers are stored and searched: a phone number in its international
   * form, anything else in lower case and without surrounding white space.
   */
  static String normalize(String identifier) {
    return StringFormats.phone(identifier)
        .orElseGet(() -> identifier.strip().toLowerCase(Locale.ROOT));
  }
}
