ALTER TABLE {customers|orders|cache|loose} ADD COLUMN extra {INT|TEXT|INT NOT NULL|INT NOT NULL DEFAULT 0|TEXT DEFAULT 'x'|TEXT DEFAULT CURRENT_TIMESTAMP|INT DEFAULT (1 + 1)|INT UNIQUE|INTEGER PRIMARY KEY|INT CHECK (extra > 0)|INT REFERENCES cache (k)|INT AS (1) STORED|INT AS (1) VIRTUAL|INT DEFAULT -5|INT DEFAULT (5)|TEXT COLLATE NOCASE|INT DEFAULT NULL|INT NOT NULL DEFAULT NULL|REAL DEFAULT 1.5|BLOB DEFAULT x'00'}
ALTER TABLE {customers|orders|cache|loose} {RENAME TO other|ADD x INT, ADD y INT|ALTER COLUMN id TYPE TEXT|ADD CONSTRAINT c CHECK (1)|ADD UNIQUE (id)|ADD PRIMARY KEY (id)|ADD FOREIGN KEY (id) REFERENCES cache (k)}
ALTER TABLE customers {DROP COLUMN note|DROP name|DROP COLUMN id|DROP COLUMN email|DROP COLUMN code|RENAME COLUMN name TO label|RENAME note TO remark|DROP CONSTRAINT x|DROP PRIMARY KEY}
ALTER TABLE orders {DROP COLUMN status|DROP COLUMN total|RENAME COLUMN status TO state|RENAME total TO sum}
ALTER TABLE {customers|orders|cache|loose} {ADD CHECK (1)|ADD CONSTRAINT u UNIQUE (id)|ALTER COLUMN id SET DEFAULT 5|ADD COLUMN extra INT, DROP COLUMN id}
ALTER TABLE customers ALTER {score SET NOT NULL|name SET NOT NULL|note SET NOT NULL|email DROP NOT NULL|email SET NOT NULL|score SET DEFAULT 1|note DROP DEFAULT|score TYPE TEXT}
ALTER TABLE loose {DROP COLUMN a|DROP b|RENAME a TO c}
DROP TABLE {customers|orders|cache|loose|IF EXISTS cache|IF EXISTS main.cache}
DROP TABLE {cache|loose}; CREATE TABLE {cache|loose} (k INTEGER PRIMARY KEY, v TEXT)
DROP VIEW {order_states|IF EXISTS order_states}
DROP VIEW order_states; CREATE VIEW order_states AS SELECT id, status, total FROM orders
DROP {INDEX customers_name|INDEX IF EXISTS customers_name|TRIGGER touched|INDEX IF EXISTS missing}
CREATE TABLE fresh (k INTEGER PRIMARY KEY, v TEXT); INSERT INTO fresh {SELECT k, v FROM cache|(k, v) SELECT k, v FROM cache|SELECT * FROM cache}; DROP TABLE cache; ALTER TABLE fresh RENAME TO cache
CREATE TABLE fresh (k INTEGER PRIMARY KEY, v TEXT{, w INT|, w INT DEFAULT 5|, w INT NOT NULL DEFAULT 5}); INSERT INTO fresh (k, v) SELECT k, v FROM cache; DROP TABLE cache; ALTER TABLE fresh RENAME TO cache
CREATE TABLE fresh (k INTEGER PRIMARY KEY); INSERT INTO fresh SELECT k FROM cache; DROP TABLE cache; ALTER TABLE fresh RENAME TO cache
CREATE TABLE fresh (k INTEGER PRIMARY KEY, v TEXT); DROP TABLE cache; ALTER TABLE fresh RENAME TO cache
ALTER TABLE cache RENAME TO cache_old; CREATE TABLE cache (k INTEGER PRIMARY KEY, v {TEXT|VARCHAR(20)|BLOB}); INSERT INTO cache SELECT k, v FROM cache_old; DROP TABLE cache_old
ALTER TABLE cache RENAME TO cache_old; CREATE TABLE cache (k INTEGER PRIMARY KEY); INSERT INTO cache SELECT k FROM cache_old; DROP TABLE cache_old
ALTER TABLE loose RENAME TO loose_old; CREATE TABLE loose (a INT, b INT NOT NULL DEFAULT 0); INSERT INTO loose SELECT a, b FROM loose_old; DROP TABLE loose_old
CREATE TABLE fresh AS SELECT * FROM loose; DROP TABLE loose; ALTER TABLE fresh RENAME TO loose
CREATE TABLE fresh (a int){|; CREATE INDEX x ON fresh (a)|; DROP TABLE fresh|; ALTER TABLE fresh RENAME TO fresher|; ALTER TABLE fresh ADD b INT NOT NULL DEFAULT 1|; ALTER TABLE fresh RENAME a TO b|; INSERT INTO fresh VALUES (1)|; CREATE VIEW v AS SELECT a FROM fresh; DROP VIEW v|; UPDATE fresh SET a = 1|; ALTER TABLE fresh DROP COLUMN a}
DROP TABLE {fresh|IF EXISTS fresh|IF EXISTS fresh; CREATE TABLE fresh (a int)}
CREATE TABLE fresh (a int); INSERT INTO fresh SELECT {id FROM customers|k FROM cache|a FROM loose}; DROP TABLE {fresh|loose}
CREATE TEMP TABLE scratch (a int); INSERT INTO scratch SELECT k FROM cache; DROP TABLE scratch
CREATE UNIQUE INDEX x ON {customers (score)|customers (email, name)|orders (id, status)|cache (k, v)}
CREATE INDEX x ON {customers (score)|orders (customer_id)|cache (v)|loose (a, b)|customers (lower(email))|customers (name) WHERE score > 5|cache (k DESC)}
CREATE VIEW v AS SELECT * FROM {customers|orders|cache|loose}
CREATE TRIGGER t {BEFORE|AFTER} {INSERT|UPDATE|DELETE} ON {customers|orders|cache} BEGIN SELECT 1; END
CREATE TABLE IF NOT EXISTS {cache|loose|fresh} (k INTEGER PRIMARY KEY)
UPDATE customers SET score = 1{| WHERE true| WHERE id = 5| WHERE id IN (1, 2)| WHERE score > 190}
UPDATE {orders SET total = 5|cache SET v = 'x'|loose SET b = 5|customers SET name = upper(name)}{| WHERE 1| WHERE rowid = 5}
INSERT INTO {cache VALUES (2001, 'x')|loose VALUES (5, 5)|loose SELECT k, k FROM cache|customers (id, email) VALUES (2001, 'y')}
INSERT OR {IGNORE|REPLACE} INTO cache VALUES ({1|2001}, 'x')
DELETE FROM cache WHERE k {= 5|IN (1, 2)|< 20}
WITH s AS (SELECT 1 AS k) {UPDATE cache SET v = 'z' WHERE k IN (SELECT k FROM s)|INSERT INTO loose SELECT k, k FROM s|DELETE FROM cache WHERE k IN (SELECT k FROM s)}
REINDEX{| customers| customers_name}
DROP TABLE {orders|loose}; CREATE TABLE {other|more} (a INT)
ALTER TABLE loose ADD COLUMN c TEXT {COLLATE NOCASE DEFAULT 'x'|GENERATED ALWAYS AS (a + b) VIRTUAL|GENERATED ALWAYS AS (a + b) STORED}
ANALYZE{| customers| cache}
SELECT {count(*) FROM customers|max(id) FROM orders|1}
ALTER TABLE {fresh ADD x INT|order_states RENAME TO v}
UPDATE {customers|orders|loose} SET rowid = rowid
DROP TABLE {customers; CREATE TABLE customers (id INTEGER PRIMARY KEY)|IF EXISTS orders; CREATE TABLE orders (id INTEGER PRIMARY KEY)}
ALTER TABLE customers ADD COLUMN {a TEXT; ALTER TABLE customers ADD COLUMN b TEXT|a TEXT; ALTER TABLE customers DROP COLUMN a|a TEXT; ALTER TABLE customers RENAME COLUMN a TO b|a TEXT; UPDATE customers SET a = name|a INT DEFAULT 0; CREATE INDEX x ON customers (a)|a INT DEFAULT 0 CHECK (a >= 0)|a INT DEFAULT TRUE|a DATE|a TEXT DEFAULT (lower('X'))|a TEXT NOT NULL DEFAULT ''}
PRAGMA {user_version = 5|table_info(customers)|foreign_key_check}
