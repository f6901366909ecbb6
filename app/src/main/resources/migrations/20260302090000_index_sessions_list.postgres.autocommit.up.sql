-- Lists all sessions page by page, newest first.
-- CONCURRENTLY lets writes go on while the index is built, and cannot run in a transaction.
CREATE INDEX CONCURRENTLY sessions_list_idx ON sessions (created_at, id);
