DELETE FROM identity_credential_types
WHERE name IN (
  'password',
  'oidc',
  'totp',
  'lookup_secret',
  'webauthn',
  'passkey',
  'code',
  'saml',
  'profile',
  'link_recovery',
  'code_recovery'
);
