-- INSTANT fails where MySQL would otherwise copy the table.
ALTER TABLE identities
  ADD COLUMN external_id varchar(255),
  ADD COLUMN organization_id char(36) CHARACTER SET ascii COLLATE ascii_bin,
  ALGORITHM = INSTANT;
