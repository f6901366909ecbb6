-- The last index also lists one identity's sessions page by page, newest first.
CREATE TABLE sessions (
  id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  identity_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  active boolean NOT NULL DEFAULT false,
  token varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  logout_token varchar(255) CHARACTER SET ascii COLLATE ascii_bin,
  aal varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'aal1',
  authentication_methods json NOT NULL,
  issued_at datetime(6) NOT NULL,
  authenticated_at datetime(6),
  expires_at datetime(6) NOT NULL,
  created_at datetime(6) NOT NULL,
  updated_at datetime(6) NOT NULL,
  UNIQUE KEY sessions_token_key (token),
  UNIQUE KEY sessions_logout_token_key (logout_token),
  KEY sessions_identity_list_idx (identity_id, created_at, id),
  CONSTRAINT sessions_identity_id_fkey
    FOREIGN KEY (identity_id) REFERENCES identities (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
