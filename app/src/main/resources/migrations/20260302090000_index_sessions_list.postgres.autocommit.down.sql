-- CONCURRENTLY waits for readers without stopping new ones, and cannot run in a transaction.
DROP INDEX CONCURRENTLY sessions_list_idx;
