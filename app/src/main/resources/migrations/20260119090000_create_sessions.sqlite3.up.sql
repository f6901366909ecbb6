-- The last index also lists one identity's sessions page by page, newest first.
CREATE TABLE sessions (
  id text NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  identity_id text NOT NULL REFERENCES identities (id) ON DELETE CASCADE,
  active integer NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
  token text NOT NULL CHECK (length(token) <= 255),
  logout_token text CHECK (length(logout_token) <= 255),
  aal text NOT NULL DEFAULT 'aal1' CHECK (length(aal) <= 4),
  authentication_methods text NOT NULL CHECK (json_valid(authentication_methods)),
  issued_at text NOT NULL,
  authenticated_at text,
  expires_at text NOT NULL,
  created_at text NOT NULL,
  updated_at text NOT NULL,
  CONSTRAINT sessions_token_key UNIQUE (token),
  CONSTRAINT sessions_logout_token_key UNIQUE (logout_token)
) STRICT;

CREATE INDEX sessions_identity_list_idx ON sessions (identity_id, created_at, id);
