CREATE TABLE identity_recovery_addresses (
  id text NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  identity_id text NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  value text NOT NULL CHECK (length(value) <= 400),
  via text NOT NULL CHECK (length(via) <= 16),
  created_at text NOT NULL,
  updated_at text NOT NULL,
  CONSTRAINT identity_recovery_addresses_value_key UNIQUE (value, via)
) STRICT;

CREATE INDEX identity_recovery_addresses_identity_idx
ON identity_recovery_addresses (identity_id);
