ALTER TABLE customers MODIFY name {varchar(40)|varchar(50)|varchar(60)|varchar(64)|varchar(63)|text|varchar(50) NOT NULL|varchar(50) DEFAULT 'x'|varchar(50) COLLATE utf8mb4_bin|varchar(50) AFTER id|varchar(50) COMMENT 'x'|char(50)}
ALTER TABLE customers MODIFY COLUMN title {varchar(100)|varchar(200)|varchar(90)|varchar(63)|text}
ALTER TABLE customers MODIFY code {varchar(10)|varchar(12)|varchar(200)}
ALTER TABLE customers MODIFY balance {decimal(10,2)|decimal(12,2)|decimal(12,3)|float|int|decimal(10,2) DEFAULT 0}
ALTER TABLE customers MODIFY score {int|bigint|int unsigned|int DEFAULT NULL|int NOT NULL|varchar(20)|int FIRST|integer}
ALTER TABLE customers MODIFY small {smallint|int|tinyint|smallint NOT NULL DEFAULT 0}
ALTER TABLE customers MODIFY mood {enum('ok', 'sad')|enum('ok', 'sad', 'great')|enum('great', 'ok', 'sad')|enum('ok')|varchar(10)} 
ALTER TABLE customers MODIFY flags {set('a', 'b', 'c')|set('a')|set('a','b','c','d','e','f','g','h','i')}
ALTER TABLE customers MODIFY created {datetime|timestamp|datetime(3)|datetime NOT NULL DEFAULT CURRENT_TIMESTAMP}
ALTER TABLE customers MODIFY raw {varbinary(100)|varbinary(200)|varbinary(300)|blob}
ALTER TABLE customers MODIFY note {text|longtext|mediumtext|text NOT NULL}
ALTER TABLE customers MODIFY fixed {char(4)|char(8)}
ALTER TABLE customers MODIFY amount {float|double}
ALTER TABLE customers CHANGE {name name varchar(50)|name label varchar(50)|score score bigint|note note text|title title varchar(150)|email email varchar(60) NOT NULL}
ALTER TABLE orders MODIFY {total decimal(12,2) NOT NULL DEFAULT 0|total decimal(12,2)|status varchar(30) NOT NULL DEFAULT 'new'|status varchar(30) NOT NULL|placed datetime|customer_id bigint|customer_id int}
ALTER TABLE cache ADD {COLUMN w int|COLUMN w int NOT NULL|w int NOT NULL DEFAULT 1|INDEX (v)|CONSTRAINT c CHECK (k > 0)|CONSTRAINT f FOREIGN KEY (k) REFERENCES customers (id)|FULLTEXT (v)}
ALTER TABLE orders ADD {COLUMN w int, ADD INDEX (w)|COLUMN w int AS (customer_id + 1) STORED, ADD INDEX (w)|INDEX a (placed), ADD INDEX b (status)|COLUMN w int NOT NULL|INDEX a (status), ADD FULLTEXT b (status)}
ALTER TABLE cache MODIFY {v varchar(30)|v varchar(70)|v varchar(10)|k bigint|k int AUTO_INCREMENT}
ALTER TABLE customers ADD COLUMN extra {int|text|varchar(20)|datetime|int NOT NULL|int NOT NULL DEFAULT 0|int DEFAULT 5|datetime DEFAULT CURRENT_TIMESTAMP|int UNIQUE|int AUTO_INCREMENT UNIQUE|int AFTER id|int FIRST|int CHECK (extra > 0)|json|char(36) DEFAULT (uuid())|int DEFAULT (rand() * 5)|int DEFAULT (1 + 1)|json DEFAULT (json_array())|int AS (score * 2)|int AS (score * 2) VIRTUAL|int AS (score * 2) STORED|int GENERATED ALWAYS AS (score + 1) STORED|date DEFAULT (curdate())|datetime DEFAULT (now())|bigint REFERENCES orders (id)|int DEFAULT (5)|varchar(20) DEFAULT (concat('a', 'b'))|varchar(300)|enum('x', 'y')|int UNSIGNED NOT NULL DEFAULT 1|timestamp NULL|int COMMENT 'x'|int INVISIBLE}
ALTER TABLE customers ADD {(e1 int, e2 int)|(e1 int NOT NULL, e2 int)|COLUMN e1 int, ADD COLUMN e2 int|COLUMN e1 int, DROP COLUMN note}
ALTER TABLE customers DROP {COLUMN note|note|COLUMN score|INDEX customers_name|COLUMN place|PRIMARY KEY, ADD PRIMARY KEY (email)}
ALTER TABLE cache DROP {PRIMARY KEY|PRIMARY KEY, ADD PRIMARY KEY (k)|COLUMN v}
ALTER TABLE customers RENAME {TO clients|COLUMN name TO label|INDEX customers_name TO x}
ALTER TABLE customers ALTER {name SET DEFAULT 'x'|mood DROP DEFAULT|created DROP DEFAULT|INDEX customers_name INVISIBLE|COLUMN small SET DEFAULT 7}
ALTER TABLE orders ALTER {total DROP DEFAULT|status DROP DEFAULT|status SET DEFAULT 'x'}
ALTER TABLE customers ADD {INDEX x (title)|UNIQUE x (title, id)|FULLTEXT x (note)|FULLTEXT INDEX x (name)|INDEX x ((score + 1))|CONSTRAINT x CHECK (id > 0)|CHECK (id > 0) NOT ENFORCED|CONSTRAINT x FOREIGN KEY (score) REFERENCES customers (id)|KEY x (name, title)|INDEX x (note(10))|INDEX x (name DESC)}
ALTER TABLE loose ADD {PRIMARY KEY (b)|PRIMARY KEY (a)|UNIQUE (a)|COLUMN id int AUTO_INCREMENT PRIMARY KEY|INDEX (a, b)}
ALTER TABLE orders {DROP FOREIGN KEY orders_customer|DROP CONSTRAINT orders_customer|ADD CHECK (total >= 0)|AUTO_INCREMENT = 5000}
ALTER TABLE customers {ENGINE=InnoDB|ENGINE = MyISAM|FORCE|ROW_FORMAT=DYNAMIC|COMMENT='x'|CONVERT TO CHARACTER SET latin1|CONVERT TO CHARACTER SET utf8mb4|DEFAULT CHARACTER SET latin1|STATS_PERSISTENT=1|KEY_BLOCK_SIZE=8|ORDER BY name}
ALTER TABLE {loose|cache} {PARTITION BY HASH (k) PARTITIONS 4|PARTITION BY KEY () PARTITIONS 2}
ALTER TABLE events {DROP PARTITION p2024|TRUNCATE PARTITION p2025|ADD PARTITION (PARTITION p2026 VALUES LESS THAN (2027))|REMOVE PARTITIONING|REORGANIZE PARTITION p2025 INTO (PARTITION a VALUES LESS THAN (2026))|ADD COLUMN x int|ANALYZE PARTITION p2024}
ALTER TABLE customers {ADD extra int, ALGORITHM=INSTANT|MODIFY score bigint, ALGORITHM=COPY|ADD INDEX x (title), ALGORITHM=INPLACE, LOCK=NONE|ADD FULLTEXT x (note), LOCK=SHARED|MODIFY score bigint, ALGORITHM=INPLACE, LOCK=NONE}
CREATE {INDEX|FULLTEXT INDEX} x ON customers {(name)|(title)|(name, title)}
CREATE UNIQUE INDEX x ON customers {(title, email)|(id, name)}
CREATE INDEX x ON {orders (placed)|loose (b)|customers ((lower(name)))}
CREATE SPATIAL INDEX x ON customers (place)
DROP INDEX {customers_name ON customers|customers_score ON customers}
DROP TABLE {cache|IF EXISTS cache|orders|loose}
DROP TABLE cache; CREATE TABLE cache (k int PRIMARY KEY, v varchar(20))
CREATE TABLE fresh (a int); CREATE INDEX x ON fresh (a); ALTER TABLE fresh MODIFY a bigint; DROP TABLE fresh
CREATE TABLE fresh AS SELECT * FROM cache; ALTER TABLE fresh ADD FULLTEXT (v)
CREATE TABLE fresh LIKE customers
CREATE TABLE fresh (k int PRIMARY KEY, v varchar(20)); INSERT INTO fresh SELECT k, v FROM cache; RENAME TABLE cache TO fresh_old, fresh TO cache
RENAME TABLE {cache TO cache2|order_states TO x|loose TO loose2, cache TO cache3}
TRUNCATE {cache|TABLE loose}
DROP {VIEW order_states|VIEW IF EXISTS order_states|FUNCTION twice|PROCEDURE refill}
DROP VIEW order_states; CREATE VIEW order_states AS SELECT id, status, total FROM orders
CREATE OR REPLACE VIEW order_states AS SELECT id, status, total FROM orders
ALTER VIEW order_states AS SELECT id, status, total FROM orders
DROP FUNCTION twice; CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n + n
DROP PROCEDURE IF EXISTS refill; CREATE PROCEDURE refill() UPDATE cache SET v = 'z' WHERE k = 2
REVOKE {INSERT ON orders|INSERT ON customers|INSERT ON cache} FROM app
LOCK TABLES {customers WRITE|cache READ|loose READ, orders WRITE}
FLUSH TABLES {WITH READ LOCK|customers WITH READ LOCK}
UPDATE customers SET score = -id{| WHERE true| WHERE id = 5| WHERE id IN (1, 2, 3)| WHERE score > 190| WHERE 1 = 1| WHERE email = 'c7'| WHERE 1| WHERE (true)| WHERE NOT false| WHERE id BETWEEN 5 AND 7| WHERE false| ORDER BY id LIMIT 50| WHERE id IS NOT NULL}
DELETE FROM {cache|loose}{| WHERE true| WHERE 1 = 1| LIMIT 10| WHERE 2 > 1 LIMIT 5}
DELETE FROM cache WHERE k {= 5|IN (1, 2)|< 20}
DELETE c FROM cache c JOIN customers u ON u.id = c.k{| WHERE u.id = 5}
UPDATE cache JOIN customers c ON c.id = cache.k SET v = c.note{| WHERE c.id = 7| WHERE c.score < 5}
WITH s AS (SELECT id FROM customers LIMIT 5) UPDATE cache SET v = 'q' WHERE k IN (SELECT id FROM s)
WITH s AS (SELECT 1) DELETE FROM cache
INSERT INTO loose SELECT id, id FROM orders
INSERT INTO cache VALUES (2001, 'x')
REPLACE INTO cache VALUES (1, 'x')
CREATE TABLE other (a int, FOREIGN KEY (a) REFERENCES customers (id))
CREATE TRIGGER t BEFORE UPDATE ON customers FOR EACH ROW SET NEW.note = 'x'
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1
ALTER DATABASE CHARACTER SET utf8mb4
ALTER TABLE loose {MODIFY a bigint|MODIFY a int DEFAULT 3|MODIFY b int|MODIFY b int NOT NULL|DROP a|ADD c int DEFAULT 1, DROP b|CHANGE a c int|CHANGE a a int COMMENT 'x'|RENAME COLUMN a TO c|ENGINE=InnoDB, ADD INDEX (a)}
ALTER TABLE orders {DROP status|ADD INDEX (total), DROP INDEX orders_customer|MODIFY placed date NOT NULL|MODIFY placed date COMMENT 'x'|ADD w varchar(10) NOT NULL DEFAULT ''|RENAME INDEX orders_customer TO x}
OPTIMIZE TABLE customers
ANALYZE TABLE customers
SELECT count(*) FROM customers
