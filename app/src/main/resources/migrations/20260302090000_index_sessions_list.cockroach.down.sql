DROP INDEX sessions_list_idx;
