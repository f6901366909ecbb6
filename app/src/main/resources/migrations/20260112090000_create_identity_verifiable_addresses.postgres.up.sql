CREATE TABLE identity_verifiable_addresses (
  id uuid NOT NULL PRIMARY KEY,
  identity_id uuid NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  value varchar(400) NOT NULL,
  via varchar(16) NOT NULL,
  status varchar(16) NOT NULL,
  verified boolean NOT NULL DEFAULT false,
  verified_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT identity_verifiable_addresses_value_key UNIQUE (value, via)
);

CREATE INDEX identity_verifiable_addresses_identity_idx
ON identity_verifiable_addresses (identity_id);
