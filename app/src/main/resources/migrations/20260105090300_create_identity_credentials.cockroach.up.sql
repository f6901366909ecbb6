-- An identity has at most one credential of a type, so the two are its key.
-- Two statements are two steps here, not one transaction: each may be repeated.
CREATE TABLE IF NOT EXISTS identity_credentials (
  identity_id uuid NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  credential_type varchar(32) NOT NULL REFERENCES identity_credential_types (name),
  config jsonb NOT NULL,
  version integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (identity_id, credential_type)
);

CREATE INDEX IF NOT EXISTS identity_credentials_type_idx
ON identity_credentials (credential_type);
