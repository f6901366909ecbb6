-- The key is what makes an identifier unique within its type; it leads with the identifier, so
-- that it also answers who has one whatever its type.
CREATE TABLE identity_credential_identifiers (
  identifier varchar(512) NOT NULL,
  credential_type varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  identity_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at datetime(6) NOT NULL,
  updated_at datetime(6) NOT NULL,
  PRIMARY KEY (identifier, credential_type),
  KEY identity_credential_identifiers_credential_idx (identity_id, credential_type),
  CONSTRAINT identity_credential_identifiers_credential_fkey
    FOREIGN KEY (identity_id, credential_type)
    REFERENCES identity_credentials (identity_id, credential_type) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
