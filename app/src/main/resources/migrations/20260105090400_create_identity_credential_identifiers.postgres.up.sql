-- The key is what makes an identifier unique within its type; it leads with the identifier, so
-- that it also answers who has one whatever its type.
CREATE TABLE identity_credential_identifiers (
  identifier varchar(512) NOT NULL,
  credential_type varchar(32) NOT NULL,
  identity_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (identifier, credential_type),
  FOREIGN KEY (identity_id, credential_type)
    REFERENCES identity_credentials (identity_id, credential_type) ON DELETE CASCADE
);

CREATE INDEX identity_credential_identifiers_credential_idx
ON identity_credential_identifiers (identity_id, credential_type);
