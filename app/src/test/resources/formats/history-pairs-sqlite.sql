CREATE TABLE schema_migrations (version UINT64, dirty BOOL)
INSERT INTO schema_migrations VALUES (20240101000050, 0)
