SELECT id, email, name, code, score, note, created FROM customers
SELECT id, customer_id, total, status FROM orders
SELECT k, v FROM cache
SELECT a, b FROM loose
SELECT id, status FROM order_states
INSERT INTO customers (id, email) VALUES (1001, 'new') RETURNING id, email, note, created
UPDATE customers SET name = 'x' WHERE id = 2
INSERT INTO orders (customer_id) VALUES (1) RETURNING id, total, status
UPDATE orders SET status = 'paid' WHERE id = 2
INSERT INTO cache (k) VALUES (1001)
DELETE FROM cache WHERE k = 1002
INSERT INTO loose (a) VALUES (1)
