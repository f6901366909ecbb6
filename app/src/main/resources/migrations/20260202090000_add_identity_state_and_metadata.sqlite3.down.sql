ALTER TABLE identities
DROP COLUMN metadata_admin;

ALTER TABLE identities
DROP COLUMN metadata_public;

ALTER TABLE identities
DROP COLUMN state_changed_at;

ALTER TABLE identities
DROP COLUMN state;
