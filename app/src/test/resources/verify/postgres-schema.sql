-- The schema that each line of postgres-changes.txt changes. It needs version 14 and a superuser.
CREATE SCHEMA shop;
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE TYPE loose AS (a int, b text);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE DOMAIN amount AS numeric(10, 2) DEFAULT 0 CONSTRAINT positive CHECK (VALUE >= 0);
CREATE DOMAIN code AS varchar(8) NOT NULL;
CREATE COLLATION plain (provider = libc, locale = 'C');
CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION nearly(a int, b int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs(a - b) < 2';
CREATE FUNCTION mood_of(n int) RETURNS mood LANGUAGE sql IMMUTABLE AS $$ SELECT 'ok'::mood $$;
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE PROCEDURE clean(days int DEFAULT 7) LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE OPERATOR ~~~ (LEFTARG = int, RIGHTARG = int, FUNCTION = nearly);
CREATE OPERATOR FAMILY numbers USING btree;
CREATE OPERATOR CLASS reversed FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =,
  OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int);
CREATE CAST (int AS mood) WITH FUNCTION mood_of(int);

CREATE SEQUENCE counter INCREMENT BY 10;
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mail text NOT NULL,
  name varchar(40) DEFAULT 'nobody',
  balance amount,
  feeling mood DEFAULT 'ok',
  born date,
  both_of pair,
  extra jsonb,
  CONSTRAINT one_mail UNIQUE (mail) DEFERRABLE,
  CONSTRAINT born_late CHECK (born > '1900-01-01'));
COMMENT ON TABLE customers IS 'who buys';
COMMENT ON COLUMN customers.name IS 'as on the bill';
CREATE TABLE orders (
  id serial PRIMARY KEY,
  customer bigint NOT NULL CONSTRAINT buyer REFERENCES customers ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT now(),
  price numeric,
  with_tax numeric GENERATED ALWAYS AS (price * 1.2) STORED,
  room int,
  during tsrange);
CREATE INDEX orders_at ON orders (at DESC, customer);
CREATE INDEX orders_cheap ON orders (lower(price::text)) WHERE price < 10;
CREATE UNIQUE INDEX orders_once ON orders (customer, at);
CREATE STATISTICS orders_stat ON customer, at FROM orders;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE RULE keep AS ON DELETE TO orders WHERE old.price > 100 DO INSTEAD NOTHING;
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customers FOR SELECT USING (mail = current_user);
CREATE TABLE events (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01 00:00+02') TO ('2027-01-01');
CREATE TABLE events_2 (at timestamptz NOT NULL, what text);
CREATE TABLE parent (id int, note text);
CREATE TABLE child (more int) INHERITS (parent);
CREATE UNLOGGED TABLE cache (id int, v text);
CREATE TABLE typed OF pair;
CREATE VIEW cheap WITH (security_barrier = true) AS SELECT id, price FROM orders WHERE price < 10;
CREATE VIEW moods AS SELECT id, feeling FROM customers;
CREATE MATERIALIZED VIEW sums AS SELECT customer, sum(price) AS s FROM orders GROUP BY customer;
CREATE UNIQUE INDEX sums_key ON sums (customer);

CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION search (COPY = simple);
CREATE TEXT SEARCH PARSER letters (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
  LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE plain_words (INIT = dsimple_init, LEXIZE = dsimple_lexize);

CREATE FOREIGN DATA WRAPPER remote;
CREATE SERVER other FOREIGN DATA WRAPPER remote OPTIONS (host 'a.example', password 'old-secret');
CREATE USER MAPPING FOR pg_monitor SERVER other OPTIONS (user 'u', password 'old-secret');
CREATE FOREIGN TABLE far (id int) SERVER other OPTIONS (place 'x');
CREATE EVENT TRIGGER watched ON ddl_command_end EXECUTE FUNCTION watch();
CREATE PUBLICATION feed FOR TABLE orders WITH (publish = 'insert, update');
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO pg_monitor;
GRANT SELECT ON customers TO pg_monitor WITH GRANT OPTION;
GRANT UPDATE (name) ON customers TO pg_monitor;
