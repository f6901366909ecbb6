CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT,
  code TEXT CHECK (code <> ''),
  score INTEGER,
  note TEXT DEFAULT 'none',
  created TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX customers_name ON customers (name);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total REAL NOT NULL DEFAULT 0, status TEXT NOT NULL DEFAULT 'new');
CREATE TABLE cache (k INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE loose (a INT, b INT);
CREATE VIEW order_states AS SELECT id, status FROM orders;
CREATE TRIGGER touched AFTER UPDATE ON cache BEGIN SELECT 1; END;
