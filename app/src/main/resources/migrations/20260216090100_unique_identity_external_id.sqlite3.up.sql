CREATE UNIQUE INDEX identities_external_id_key
ON identities (external_id)
WHERE external_id IS NOT NULL;
