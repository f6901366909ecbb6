ALTER TABLE customers ALTER name TYPE {varchar(40)|varchar(50)|varchar(60)|varchar|text|char(60)|int USING 1}
ALTER TABLE customers ALTER COLUMN code SET DATA TYPE {varchar(10)|varchar(20)|text|varchar(5)}
ALTER TABLE customers ALTER balance TYPE {numeric(10,2)|numeric(12,2)|numeric(12,3)|numeric(8,2)|numeric|int|real|bigint}
ALTER TABLE customers ALTER score TYPE {int|bigint|smallint|numeric|text|varchar(20)}
ALTER TABLE customers ALTER note TYPE {text|varchar|varchar(500)}
ALTER TABLE customers ALTER email TYPE {varchar(120)|varchar(80)|text|char(100)}
ALTER TABLE customers ALTER created TYPE {timestamptz|timestamp|timestamptz(3)|date}
ALTER TABLE customers ALTER birth TYPE {timestamp(3)|timestamp(6)|timestamp|timestamp(0)|timestamptz|date}
ALTER TABLE customers ALTER network TYPE {cidr|inet|text}
ALTER TABLE customers ALTER bits TYPE {bit varying(16)|bit varying|bit varying(4)}
ALTER TABLE customers ALTER {small|amount} TYPE {int|double precision|numeric(8,2)}
ALTER TABLE customers ALTER fixed TYPE {char(4)|char(8)|text|varchar(4)}
ALTER TABLE customers ALTER tags TYPE {varchar(20)[]|text[]|varchar(40)[]}
ALTER TABLE customers ALTER level TYPE {int|positive}
ALTER TABLE customers ALTER mood TYPE text
ALTER TABLE orders ALTER total TYPE {numeric(14,2)|numeric(14,4)|numeric}
ALTER TABLE orders ALTER status TYPE {varchar(30)|text|varchar(10)}
ALTER TABLE orders ALTER placed TYPE {date|timestamp|timestamptz}
ALTER TABLE orders ALTER customer_id TYPE {int|bigint}
ALTER TABLE customers ADD COLUMN extra {int|text|mood|label|positive|varchar(10)|serial|bigserial}
ALTER TABLE customers ADD extra int {DEFAULT 0|NOT NULL DEFAULT 0|NOT NULL|DEFAULT 1 CHECK (extra > 0)|CHECK (extra > 0)|UNIQUE|DEFAULT one_stable()|DEFAULT one_volatile()|DEFAULT twice(2)|DEFAULT (random() * 5)::int|GENERATED ALWAYS AS (score * 2) STORED|GENERATED ALWAYS AS IDENTITY|REFERENCES orders (id)|DEFAULT 1 REFERENCES customers (id)|DEFAULT nextval('ticket')|DEFAULT NULL|NULL}
ALTER TABLE customers ADD extra {timestamptz|timestamp} NOT NULL DEFAULT {now()|CURRENT_TIMESTAMP|clock_timestamp()|statement_timestamp()}
ALTER TABLE customers ADD extra uuid DEFAULT gen_random_uuid()
ALTER TABLE {customers|orders} DROP COLUMN {id CASCADE|ticket|score}
ALTER TABLE customers ALTER {name|level|email|id} SET NOT NULL
ALTER TABLE customers ALTER {name|level} DROP NOT NULL
ALTER TABLE customers ALTER {mood|created|flag} DROP DEFAULT
ALTER TABLE orders ALTER {total|status|ticket} DROP DEFAULT
ALTER TABLE orders ALTER {total|placed|customer_id} SET DEFAULT NULL
ALTER TABLE customers ALTER score SET DEFAULT 5
ALTER TABLE orders ALTER id DROP IDENTITY
ALTER TABLE customers ALTER score SET {STATISTICS 100|STORAGE PLAIN}
ALTER TABLE customers ADD {CHECK (score > 0)|CHECK (score > 0) NOT VALID|UNIQUE (name, id)|FOREIGN KEY (score) REFERENCES customers (id)|FOREIGN KEY (score) REFERENCES customers (id) NOT VALID|CONSTRAINT x CHECK (balance IS NOT NULL)|EXCLUDE USING btree (id WITH =)}
ALTER TABLE customers ADD CONSTRAINT x CHECK (name IS NOT NULL) NOT VALID; ALTER TABLE customers VALIDATE CONSTRAINT x
ALTER TABLE archive.old_orders ADD PRIMARY KEY (id)
ALTER TABLE events_2026 ADD PRIMARY KEY (id, at)
ALTER TABLE customers ADD UNIQUE USING INDEX customers_score
ALTER TABLE customers {RENAME TO clients|RENAME name TO title|RENAME COLUMN email TO mail|RENAME CONSTRAINT customers_pkey TO pk|SET SCHEMA archive|OWNER TO CURRENT_USER|REPLICA IDENTITY FULL}
ALTER TABLE {customers|cache} SET {LOGGED|UNLOGGED}
ALTER TABLE customers {SET (fillfactor = 80)|SET TABLESPACE pg_default|CLUSTER ON customers_pkey|ENABLE ROW LEVEL SECURITY|DISABLE ROW LEVEL SECURITY|FORCE ROW LEVEL SECURITY|DISABLE TRIGGER USER}
ALTER TABLE {members|secrets} {ENABLE ROW LEVEL SECURITY|DISABLE ROW LEVEL SECURITY}
ALTER TABLE events {DETACH PARTITION events_2024|ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')|ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')}
CREATE TABLE events_2030 PARTITION OF events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')
CREATE TABLE regions_fr PARTITION OF regions FOR VALUES IN ('fr')
ALTER TABLE regions DETACH PARTITION regions_de
DROP TABLE {orders CASCADE|cache|archive.old_orders|events_2024|IF EXISTS nothing_such, cache}
DROP TABLE cache; CREATE TABLE cache (k int PRIMARY KEY, v text)
CREATE TABLE fresh (a int); CREATE INDEX ON fresh (a); ALTER TABLE fresh ADD CHECK (a > 0); ALTER TABLE fresh ALTER a TYPE bigint; DROP TABLE fresh
CREATE TABLE fresh (a int REFERENCES customers (id)); ALTER TABLE fresh RENAME TO fresher; CREATE INDEX ON fresher (a)
CREATE TABLE fresh AS SELECT * FROM customers; CREATE INDEX ON fresh (id); UPDATE fresh SET score = 1
DROP VIEW order_states{| CASCADE}
DROP VIEW order_states; CREATE VIEW order_states AS SELECT id, status, total FROM orders
CREATE OR REPLACE VIEW order_states AS SELECT id, status, total FROM orders
DROP MATERIALIZED VIEW totals
ALTER {VIEW order_states|MATERIALIZED VIEW totals|SEQUENCE ticket|FUNCTION twice(int)|TYPE mood|TYPE pair|DOMAIN label|TABLE cache} {RENAME TO renamed|SET SCHEMA archive}
ALTER VIEW order_states RENAME COLUMN status TO state
ALTER SCHEMA archive RENAME TO attic
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'
ALTER TYPE mood ADD VALUE 'great'
ALTER TYPE pair {RENAME ATTRIBUTE x TO z|DROP ATTRIBUTE y|ADD ATTRIBUTE z int}
ALTER DOMAIN positive {ADD CHECK (VALUE < 1000)|ADD CONSTRAINT c CHECK (VALUE < 1000) NOT VALID|SET NOT NULL|DROP NOT NULL|SET DEFAULT 1}
ALTER DOMAIN label {ADD CHECK (VALUE <> '')|SET NOT NULL}
DROP {TYPE mood CASCADE|TYPE pair|DOMAIN label CASCADE|SEQUENCE ticket CASCADE|FUNCTION twice(int)|FUNCTION one_volatile()|SCHEMA archive CASCADE}
DROP FUNCTION twice(int); CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n + n'
CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n + n'
DROP FUNCTION twice(int); CREATE FUNCTION twice(n int, m int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n + m'
CREATE {INDEX|UNIQUE INDEX} ON {customers (id)|orders (id)|archive.old_orders (id)}
CREATE INDEX ON totals (total)
DROP INDEX {customers_name|orders_customer}
ALTER INDEX customers_name RENAME TO renamed
REINDEX {TABLE customers|INDEX customers_name|TABLE cache}
REFRESH MATERIALIZED VIEW {totals|CONCURRENTLY totals}
CLUSTER {customers USING customers_pkey|orders USING orders_pkey}
LOCK TABLE customers{| IN ACCESS SHARE MODE| IN ROW SHARE MODE| IN ROW EXCLUSIVE MODE| IN SHARE UPDATE EXCLUSIVE MODE| IN SHARE MODE| IN SHARE ROW EXCLUSIVE MODE| IN EXCLUSIVE MODE| IN ACCESS EXCLUSIVE MODE}
TRUNCATE {cache|TABLE ONLY archive.old_orders|customers CASCADE}
REVOKE {ALL ON customers|INSERT ON orders|SELECT ON order_states|USAGE ON SCHEMA archive|ALL ON ALL TABLES IN SCHEMA public} FROM app
CREATE FUNCTION fresh() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION fresh() FROM PUBLIC
GRANT SELECT ON customers TO PUBLIC
CREATE POLICY p ON {members|secrets} AS {PERMISSIVE|RESTRICTIVE} USING (owner = 'x')
DROP POLICY {members_all ON members|secrets_own ON secrets}
UPDATE customers SET score = -id{| WHERE true| WHERE id = 5| WHERE id IN (1, 2, 3)| WHERE score > 190| WHERE 1 = 1| WHERE email = 'c7'| WHERE id IS NOT NULL| WHERE email IS NOT NULL OR id = 3| WHERE (true)| WHERE NOT false| WHERE id BETWEEN 5 AND 7| WHERE false| WHERE id = id}
DELETE FROM {cache|archive.old_orders|members}{| WHERE true| WHERE 1 = 1}
DELETE FROM cache WHERE k {= 5|IN (1, 2)|< 20}
UPDATE orders SET status = c.name FROM customers c WHERE c.id = orders.customer_id{| AND c.id = 7| AND c.score < 5}
MERGE INTO cache USING {customers c ON c.id = cache.k|(VALUES (1, 'x')) AS c (id, note) ON c.id = cache.k} WHEN MATCHED THEN {UPDATE SET v = c.note|DELETE}
MERGE INTO cache USING customers c ON c.id = cache.k WHEN NOT MATCHED THEN INSERT VALUES (c.id, c.note)
WITH d AS (DELETE FROM cache RETURNING *) INSERT INTO archive.old_orders SELECT k, v FROM d
WITH d AS (DELETE FROM cache WHERE k = 3 RETURNING *) INSERT INTO archive.old_orders SELECT k, v FROM d
WITH s AS (SELECT id FROM customers LIMIT 5) UPDATE customers SET note = 'x' WHERE id IN (SELECT id FROM s)
WITH s AS (SELECT 1) UPDATE customers SET note = 'x'
INSERT INTO archive.old_orders SELECT id, status FROM orders
ALTER TABLE customers ADD extra int; UPDATE customers SET extra = 1{| WHERE id = 5| WHERE extra IS NULL| WHERE id IN (1, 2)| WHERE score < 50}
ALTER TABLE customers ADD extra int; {INSERT INTO cache VALUES (1002, 'x')|INSERT INTO archive.old_orders SELECT id, status FROM orders|CREATE TABLE copy AS SELECT * FROM orders|SELECT 1}
ALTER TABLE orders ADD a int; ALTER TABLE orders DROP a
ALTER TABLE orders ADD a int DEFAULT 1; ALTER TABLE orders ALTER a DROP DEFAULT
ALTER TABLE orders ADD a int NOT NULL DEFAULT 1; ALTER TABLE orders ALTER a DROP DEFAULT
DO $$ BEGIN {ALTER TABLE customers DROP COLUMN note|UPDATE cache SET v = 'x'|UPDATE cache SET v = 'x' WHERE k = 1|CREATE INDEX x ON customers (id)|EXECUTE 'DROP VIEW order_states'|EXECUTE format('ALTER TABLE %I ALTER score SET NOT NULL', 'customers')|PERFORM 1|IF true THEN DELETE FROM cache; END IF|CREATE TYPE mood AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL}; END $$
CREATE TRIGGER t BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
COMMENT ON TABLE customers IS 'x'
CREATE STATISTICS s ON id, score FROM customers
ALTER SEQUENCE ticket {INCREMENT BY 2|RESTART|OWNED BY orders.ticket}
INSERT INTO customers (id, email) VALUES (2001, 'x')
SELECT count(*) FROM customers
ANALYZE customers
