INSERT INTO customers (id, email, name, code, score) WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 200) SELECT n, 'c' || n, 'name', 'x' || n, n FROM s;
INSERT INTO orders (id, customer_id) SELECT id, id FROM customers;
INSERT INTO cache SELECT id, 'v' FROM customers;
INSERT INTO loose SELECT id, id FROM customers;
