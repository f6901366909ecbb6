ALTER TABLE identities
ADD COLUMN external_id text CHECK (length(external_id) <= 255);

ALTER TABLE identities
ADD COLUMN organization_id text CHECK (length(organization_id) = 36);
