ALTER TABLE identities
DROP COLUMN organization_id;

ALTER TABLE identities
DROP COLUMN external_id;
