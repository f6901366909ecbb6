-- The last index also lists one identity's sessions page by page, newest first.
CREATE TABLE sessions (
  id uuid NOT NULL PRIMARY KEY,
  identity_id uuid NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  active boolean NOT NULL DEFAULT false,
  token varchar(255) NOT NULL,
  logout_token varchar(255),
  aal varchar(4) NOT NULL DEFAULT 'aal1',
  authentication_methods jsonb NOT NULL,
  issued_at timestamptz NOT NULL,
  authenticated_at timestamptz,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT sessions_token_key UNIQUE (token),
  CONSTRAINT sessions_logout_token_key UNIQUE (logout_token)
);

CREATE INDEX sessions_identity_list_idx ON sessions (identity_id, created_at, id);
