INSERT INTO customers (id, email, name, title, code, balance, score, amount, note, flags, raw, fixed, small) WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 200) SELECT n, concat('c', n), 'name', 't', concat('x', n), n, n, n, 'note', 'a', 'r', 'abcd', 1 FROM s;
INSERT INTO orders (customer_id, total, placed) SELECT id, id, '2024-01-01' FROM customers;
INSERT INTO cache SELECT id, 'v' FROM customers;
INSERT INTO loose SELECT id, id FROM customers;
INSERT INTO events SELECT id, '2024-06-01' FROM customers;
INSERT INTO events SELECT id, '2025-06-01' FROM customers;
