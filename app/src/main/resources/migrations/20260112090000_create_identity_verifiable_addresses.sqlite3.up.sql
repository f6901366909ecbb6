CREATE TABLE identity_verifiable_addresses (
  id text NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  identity_id text NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  value text NOT NULL CHECK (length(value) <= 400),
  via text NOT NULL CHECK (length(via) <= 16),
  status text NOT NULL CHECK (length(status) <= 16),
  verified integer NOT NULL DEFAULT 0 CHECK (verified IN (0, 1)),
  verified_at text,
  created_at text NOT NULL,
  updated_at text NOT NULL,
  CONSTRAINT identity_verifiable_addresses_value_key UNIQUE (value, via)
) STRICT;

CREATE INDEX identity_verifiable_addresses_identity_idx
ON identity_verifiable_addresses (identity_id);
