CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TYPE pair AS (x int, y text);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN label AS text;
CREATE SCHEMA archive;
CREATE SEQUENCE ticket;
CREATE FUNCTION one_stable() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION one_volatile() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n';
CREATE TABLE customers (
  id int PRIMARY KEY,
  email varchar(100) NOT NULL UNIQUE,
  name varchar(50),
  code varchar(10) CHECK (code <> ''),
  balance numeric(10,2),
  score int,
  note text,
  mood mood DEFAULT 'ok',
  level positive,
  created timestamptz NOT NULL DEFAULT now(),
  birth timestamp(3),
  tags varchar(20)[],
  flag boolean DEFAULT false,
  network cidr,
  bits bit varying(8),
  small smallint,
  amount real,
  fixed char(4),
  remark label
);
CREATE INDEX customers_name ON customers (name);
CREATE INDEX customers_note ON customers (lower(note));
CREATE UNIQUE INDEX customers_score ON customers (score);
CREATE INDEX customers_flag ON customers (id) WHERE flag;
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id int REFERENCES customers (id),
  total numeric(12,2) NOT NULL DEFAULT 0,
  status varchar(20) NOT NULL DEFAULT 'new',
  placed date,
  ticket bigint DEFAULT nextval('ticket')
);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE TABLE events (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 (id int NOT NULL, at date NOT NULL);
CREATE TABLE events_2027 (id int NOT NULL, at date NOT NULL CHECK (at >= '2027-01-01' AND at < '2028-01-01'));
CREATE TABLE regions (id int, code text) PARTITION BY LIST (code);
CREATE TABLE regions_de PARTITION OF regions FOR VALUES IN ('de');
CREATE TABLE regions_rest PARTITION OF regions DEFAULT;
CREATE UNLOGGED TABLE cache (k int PRIMARY KEY, v text);
CREATE TABLE members (id int PRIMARY KEY, owner text NOT NULL DEFAULT 'app');
CREATE POLICY members_all ON members USING (true);
CREATE TABLE secrets (id int PRIMARY KEY, owner text NOT NULL DEFAULT 'app');
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
CREATE POLICY secrets_own ON secrets USING (true);
CREATE TABLE archive.old_orders (id int, status text);
CREATE VIEW order_states AS SELECT id, status FROM orders;
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
