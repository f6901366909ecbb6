CREATE TABLE session_devices (
  id text NOT NULL PRIMARY KEY CHECK (length(id) = 36),
  session_id text NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  ip_address text CHECK (length(ip_address) <= 50),
  user_agent text CHECK (length(user_agent) <= 512),
  location text CHECK (length(location) <= 512),
  created_at text NOT NULL,
  updated_at text NOT NULL
) STRICT;

CREATE INDEX session_devices_session_idx ON session_devices (session_id);
