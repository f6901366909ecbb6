ALTER TABLE identities
  ADD COLUMN external_id varchar(255),
  ADD COLUMN organization_id uuid;
