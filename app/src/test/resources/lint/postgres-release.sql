SELECT 'sad'::mood
SELECT id, email, name, code, balance, score, note, mood, level, created, birth, tags, flag, network, bits, small, amount, fixed, remark FROM customers
SELECT id FROM customers WHERE mood = 'sad' OR mood = 'ok'
SELECT ROW(1, 'a')::pair
SELECT (ROW(1, 'a')::pair).x, (ROW(1, 'a')::pair).y
SELECT 1::positive, 'a'::label
SELECT nextval('ticket')
SELECT one_stable(), one_volatile(), twice(2)
SELECT id, customer_id, total, status, placed, ticket FROM orders
SELECT id, at FROM events
SELECT id, at FROM events_2024
SELECT id, code FROM regions
SELECT k, v FROM cache
SELECT id, owner FROM members
SELECT id, owner FROM secrets
SELECT id, status FROM archive.old_orders
SELECT id, status FROM order_states
SELECT customer_id, total FROM totals
INSERT INTO customers (id, email) VALUES (1001, 'new') RETURNING id, email, mood, created, flag
INSERT INTO customers (id, email, score) VALUES (1001, 'new', 1001) ON CONFLICT (score) DO UPDATE SET note = 'again' RETURNING id
INSERT INTO customers (id, email) VALUES (1, 'c1') ON CONFLICT (id) DO NOTHING
UPDATE customers SET name = 'x', mood = 'sad' WHERE id = 2
DELETE FROM customers WHERE id = 1002
INSERT INTO orders (customer_id) VALUES (1) RETURNING id, total, status, ticket
UPDATE orders SET status = 'paid' WHERE id = 2
INSERT INTO events VALUES (1001, '2024-02-02') RETURNING id
INSERT INTO regions VALUES (1001, 'zz') RETURNING id
INSERT INTO cache VALUES (1001, 'v') RETURNING k
INSERT INTO members (id) VALUES (1001) RETURNING id, owner
INSERT INTO secrets (id) VALUES (1001) RETURNING id, owner
INSERT INTO archive.old_orders VALUES (1001, 'x') RETURNING id
