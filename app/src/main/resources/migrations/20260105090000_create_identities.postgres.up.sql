CREATE TABLE identities (
  id uuid NOT NULL PRIMARY KEY,
  schema_id varchar(255) NOT NULL,
  traits jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
