CREATE TABLE identity_verifiable_addresses (
  id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  identity_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  value varchar(400) NOT NULL,
  via varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  status varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  verified boolean NOT NULL DEFAULT false,
  verified_at datetime(6),
  created_at datetime(6) NOT NULL,
  updated_at datetime(6) NOT NULL,
  UNIQUE KEY identity_verifiable_addresses_value_key (value, via),
  KEY identity_verifiable_addresses_identity_idx (identity_id),
  CONSTRAINT identity_verifiable_addresses_identity_id_fkey
    FOREIGN KEY (identity_id) REFERENCES identities (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
