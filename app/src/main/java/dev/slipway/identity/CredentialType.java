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

  private final String value;

  CredentialType(String value) {
    this.value = value;
  }

  /** All words, for messages. */
  static List<String> allValues() {
    return Arrays.stream(values()).map(CredentialType::value).toList();
  }

  static Optional<CredentialType> fromValue(String value) {
    return Arrays.stream(values()).filter(each -> each.value.equals(value)).findFirst();
  }

  /** Its name in JSON and in the database. */
  String value() {
    return value;
  }
}
