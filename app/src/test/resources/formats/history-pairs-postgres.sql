CREATE TABLE schema_migrations (version int8, dirty bool)
INSERT INTO schema_migrations VALUES (20240101000050, false)
