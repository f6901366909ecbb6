SELECT id, email, name, title, code, balance, score, amount, note, mood, flags, created, raw, fixed, small, place FROM customers
SELECT id FROM customers WHERE mood IN ('ok', 'sad')
SELECT twice(2)
SELECT id, customer_id, total, status, placed FROM orders
SELECT k, v FROM cache
SELECT a, b FROM loose
SELECT id, at FROM events
SELECT id, status FROM order_states
CALL refill()
INSERT INTO customers (id, email) VALUES (1001, 'new')
UPDATE customers SET name = 'x', mood = 'sad', flags = 'b' WHERE id = 2
INSERT INTO orders (customer_id) VALUES (1)
UPDATE orders SET status = 'paid' WHERE id = 2
INSERT INTO cache (k) VALUES (1001)
DELETE FROM cache WHERE k = 1002
SELECT DEFAULT(mood) FROM customers LIMIT 1
SELECT DEFAULT(total), DEFAULT(status) FROM orders LIMIT 1
