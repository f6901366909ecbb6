package dev.slipway.identity;

import dev.slipway.json.StringFormats;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the traits of an identity are besides traits, as its schema marks them. All texts are in
 * their normal form, none is there twice, and all are in the order of the schema.
 *
 * @param identifiers by the type of the credential that they sign in with
 * @param codes addresses that codes to sign in with are sent to
 * @param verifiable addresses whose ownership can be proved
 * @param recovery addresses that a lost account can be recovered with
 */
record DerivedIdentifiers(
    Map<String, List<String>> identifiers,
    List<Address> codes,
    List<Address> verifiable,
    List<Address> recovery) {
  /**
   * Where somebody can be reached.
   *
   * @param via email or sms
   */
  record Address(String via, String value) {}

  /**
   * The form in which identifiers are stored and looked for: a phone number in its international
   * form, everything else in lower case and without space around it.
   */
  static String normalize(String identifier) {
    return StringFormats.phone(identifier)
        .orElseGet(() -> identifier.strip().toLowerCase(Locale.ROOT));
  }
}
