DROP INDEX sessions_list_idx ON sessions;
