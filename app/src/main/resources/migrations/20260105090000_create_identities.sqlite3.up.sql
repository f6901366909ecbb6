-- Times are text, UTC, as 2026-01-05T09:00:00.000000Z: their order as text is their order in time.
-- SQLite has no bounded text, so CHECK keeps what the other databases would refuse.
CREATE TABLE identities (
  id text NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  schema_id text NOT NULL CHECK (length(schema_id) <= 255),
  traits text NOT NULL CHECK (json_valid(traits)),
  created_at text NOT NULL,
  updated_at text NOT NULL
) STRICT;
