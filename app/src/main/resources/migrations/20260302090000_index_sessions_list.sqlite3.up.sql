-- Lists all sessions page by page, newest first.
CREATE INDEX sessions_list_idx ON sessions (created_at, id);
