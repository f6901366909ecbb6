-- CONCURRENTLY lets writes go on while the index is built, and cannot run in a transaction.
CREATE UNIQUE INDEX CONCURRENTLY identities_external_id_key
ON identities (external_id)
WHERE external_id IS NOT NULL;
