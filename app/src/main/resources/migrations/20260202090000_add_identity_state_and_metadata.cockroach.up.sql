-- A release that does not know these columns can go on inserting: each has a default or is empty.
ALTER TABLE identities
  ADD COLUMN state varchar(16) NOT NULL DEFAULT 'active',
  ADD COLUMN state_changed_at timestamptz,
  ADD COLUMN metadata_public jsonb,
  ADD COLUMN metadata_admin jsonb;
