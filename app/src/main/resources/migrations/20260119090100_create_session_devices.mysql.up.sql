CREATE TABLE session_devices (
  id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ip_address varchar(50) CHARACTER SET ascii COLLATE ascii_bin,
  user_agent varchar(512),
  location varchar(512),
  created_at datetime(6) NOT NULL,
  updated_at datetime(6) NOT NULL,
  KEY session_devices_session_idx (session_id),
  CONSTRAINT session_devices_session_id_fkey
    FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
