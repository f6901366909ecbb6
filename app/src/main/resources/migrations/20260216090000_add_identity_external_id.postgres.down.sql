ALTER TABLE identities
  DROP COLUMN organization_id,
  DROP COLUMN external_id;
