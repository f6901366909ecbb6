-- CONCURRENTLY waits for readers without stopping new ones, and cannot run in a transaction.
DROP INDEX CONCURRENTLY identities_external_id_key;
