package dev.slipway.identity;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The types of credentials that the schema of the database knows. */
enum CredentialType {
  PASSWORD("password"),
  OIDC("oidc"),
  SAML("saml"),
  TOTP("totp"),
  LOOKUP_SECRET("lookup_secret"),
  WEBAUTHN("webauthn"),
  PASSKEY("passkey"),
  CODE("code"),
  PROFILE("profile"),
  LINK_RECOVERY("link_recovery"),
  CODE_RECOVERY("code_recovery");

  private final String word;

  CredentialType(String word) {
    this.word = word;
  }

  /** All words, for messages. */
  static List<String> words() {
    return Arrays.stream(values()).map(CredentialType::word).toList();
  }

  static Optional<CredentialType> named(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  /** Its name in JSON and in the database. */
  String word() {
    return word;
  }
}
