-- An identity has at most one credential of a type, so the two are its key.
CREATE TABLE identity_credentials (
  identity_id text NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  credential_type text NOT NULL REFERENCES identity_credential_types (name),
  config text NOT NULL CHECK (json_valid(config)),
  version integer NOT NULL DEFAULT 0,
  created_at text NOT NULL,
  updated_at text NOT NULL,
  PRIMARY KEY (identity_id, credential_type)
) STRICT;

CREATE INDEX identity_credentials_type_idx ON identity_credentials (credential_type);
