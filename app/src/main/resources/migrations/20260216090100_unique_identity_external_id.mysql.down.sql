DROP INDEX identities_external_id_key ON identities;
