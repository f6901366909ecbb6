package dev.slipway.identity;

/** The types of credentials in the database schema. */
enum CredentialType implements ApiValue {
  PASSWORD,
  OIDC,
  SAML,
  TOTP,
  LOOKUP_SECRET,
  WEBAUTHN,
  PASSKEY,
  CODE,
  PROFILE,
  LINK_RECOVERY,
  CODE_RECOVERY
}
