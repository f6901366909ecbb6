CREATE TABLE customers (
  id int PRIMARY KEY,
  email varchar(60) NOT NULL UNIQUE,
  name varchar(50),
  title varchar(100),
  code varchar(10) CHECK (code <> ''),
  balance decimal(10,2),
  score int,
  amount float,
  note text,
  mood enum('ok', 'sad') DEFAULT 'ok',
  flags set('a', 'b'),
  created datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  raw varbinary(100),
  fixed char(4),
  small smallint,
  place point
);
CREATE INDEX customers_name ON customers (name);
CREATE UNIQUE INDEX customers_score ON customers (score);
CREATE TABLE orders (
  id bigint AUTO_INCREMENT PRIMARY KEY,
  customer_id int,
  total decimal(12,2) NOT NULL DEFAULT 0,
  status varchar(20) NOT NULL DEFAULT 'new',
  placed date,
  CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE TABLE cache (k int PRIMARY KEY, v varchar(20));
CREATE TABLE loose (a int, b int NOT NULL);
CREATE TABLE events (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (YEAR(at)) (PARTITION p2024 VALUES LESS THAN (2025), PARTITION p2025 VALUES LESS THAN (2026));
CREATE VIEW order_states AS SELECT id, status FROM orders;
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN 2 * n;
CREATE PROCEDURE refill() UPDATE cache SET v = 'y' WHERE k = 150;
