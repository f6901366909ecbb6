-- An identity has at most one credential of a type, so the two are its key.
CREATE TABLE identity_credentials (
  identity_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  credential_type varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  config json NOT NULL,
  version int NOT NULL DEFAULT 0,
  created_at datetime(6) NOT NULL,
  updated_at datetime(6) NOT NULL,
  PRIMARY KEY (identity_id, credential_type),
  KEY identity_credentials_type_idx (credential_type),
  CONSTRAINT identity_credentials_identity_id_fkey
    FOREIGN KEY (identity_id) REFERENCES identities (id) ON DELETE CASCADE,
  CONSTRAINT identity_credentials_credential_type_fkey
    FOREIGN KEY (credential_type) REFERENCES identity_credential_types (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
