-- Text compares byte by byte, as it does on the other databases: letters' case, accents and
-- trailing spaces count. Keys and names of ours are ASCII, a quarter of the index in memory.
-- Times are UTC, written by the application: MySQL's datetime knows no zone.
CREATE TABLE identities (
  id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  schema_id varchar(255) NOT NULL,
  traits json NOT NULL,
  created_at datetime(6) NOT NULL,
  updated_at datetime(6) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin;
