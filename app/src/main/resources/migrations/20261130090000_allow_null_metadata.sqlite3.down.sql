ALTER TABLE identities
ADD COLUMN metadata_public_copy text
CHECK (json_valid(metadata_public_copy));

ALTER TABLE identities
ADD COLUMN metadata_admin_copy text
CHECK (json_valid(metadata_admin_copy));

UPDATE identities
SET metadata_public_copy = metadata_public, metadata_admin_copy = metadata_admin
WHERE metadata_public IS NOT NULL OR metadata_admin IS NOT NULL;

ALTER TABLE identities
DROP COLUMN metadata_public;

ALTER TABLE identities
DROP COLUMN metadata_admin;

ALTER TABLE identities
RENAME COLUMN metadata_public_copy TO metadata_public;

ALTER TABLE identities
RENAME COLUMN metadata_admin_copy TO metadata_admin;
