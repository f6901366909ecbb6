INSERT INTO identity_credential_types (name)
VALUES
  ('password'),
  ('oidc'),
  ('totp'),
  ('lookup_secret'),
  ('webauthn'),
  ('passkey'),
  ('code'),
  ('saml'),
  ('profile'),
  ('link_recovery'),
  ('code_recovery');
