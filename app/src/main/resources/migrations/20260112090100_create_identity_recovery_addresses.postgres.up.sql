CREATE TABLE identity_recovery_addresses (
  id uuid NOT NULL PRIMARY KEY,
  identity_id uuid NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  value varchar(400) NOT NULL,
  via varchar(16) NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT identity_recovery_addresses_value_key UNIQUE (value, via)
);

CREATE INDEX identity_recovery_addresses_identity_idx
ON identity_recovery_addresses (identity_id);
