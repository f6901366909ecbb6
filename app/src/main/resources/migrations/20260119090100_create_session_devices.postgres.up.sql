CREATE TABLE session_devices (
  id uuid NOT NULL PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  ip_address varchar(50),
  user_agent varchar(512),
  location varchar(512),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE INDEX session_devices_session_idx ON session_devices (session_id);
