CREATE TABLE schema_migrations (version BIGINT, dirty BIT)
INSERT INTO schema_migrations VALUES (20240101000050, 0)
