-- Lists all sessions page by page, newest first. LOCK = NONE fails where writes would have to wait.
CREATE INDEX sessions_list_idx
ON sessions (created_at, id)
ALGORITHM = INPLACE
LOCK = NONE;
