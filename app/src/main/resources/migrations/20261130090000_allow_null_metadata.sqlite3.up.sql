-- Before SQLite 3.45, json_valid(NULL) is 0, not NULL: these versions rejected rows without
-- metadata when they wrote them, restored a dump, or checked the file. A CHECK can only change
-- with its column.
-- slipway:allow dialect-missing only SQLite's json_valid differs between versions
ALTER TABLE identities
ADD COLUMN metadata_public_copy text
CHECK (metadata_public_copy IS NULL OR json_valid(metadata_public_copy));

ALTER TABLE identities
ADD COLUMN metadata_admin_copy text
CHECK (metadata_admin_copy IS NULL OR json_valid(metadata_admin_copy));

UPDATE identities
SET metadata_public_copy = metadata_public, metadata_admin_copy = metadata_admin
WHERE metadata_public IS NOT NULL OR metadata_admin IS NOT NULL;

-- slipway:allow drop a column of the same name replaces it in this transaction
ALTER TABLE identities
DROP COLUMN metadata_public;

-- slipway:allow drop a column of the same name replaces it in this transaction
ALTER TABLE identities
DROP COLUMN metadata_admin;

ALTER TABLE identities
RENAME COLUMN metadata_public_copy TO metadata_public;

ALTER TABLE identities
RENAME COLUMN metadata_admin_copy TO metadata_admin;
