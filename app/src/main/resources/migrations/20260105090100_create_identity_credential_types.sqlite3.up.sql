CREATE TABLE identity_credential_types (
  name text NOT NULL PRIMARY KEY CHECK (length(name) <= 32)
) STRICT;
