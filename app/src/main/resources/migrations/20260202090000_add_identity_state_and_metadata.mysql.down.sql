ALTER TABLE identities
  DROP COLUMN metadata_admin,
  DROP COLUMN metadata_public,
  DROP COLUMN state_changed_at,
  DROP COLUMN state;
