-- CASCADE because the index is also a constraint to CockroachDB; nothing refers to it.
DROP INDEX identities_external_id_key CASCADE;
