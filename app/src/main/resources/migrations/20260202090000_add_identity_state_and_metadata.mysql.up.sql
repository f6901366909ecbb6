-- A release that does not know these columns can go on inserting: each has a default or is empty.
-- INSTANT fails where MySQL would otherwise copy the table.
ALTER TABLE identities
  ADD COLUMN state varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'active',
  ADD COLUMN state_changed_at datetime(6),
  ADD COLUMN metadata_public json,
  ADD COLUMN metadata_admin json,
  ALGORITHM = INSTANT;
