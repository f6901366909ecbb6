INSERT INTO customers (id, email, name, code, balance, score, note, level, birth, tags, network, bits, small, amount, fixed, remark)
  SELECT n, 'c' || n, 'name', 'x' || n, n, n, 'note', 1, '2000-01-01', '{a}', '10.0.0.0/8', B'1', 1, 1, 'abcd', 'r' FROM generate_series(1, 200) n;
INSERT INTO orders (customer_id, total, placed) SELECT n, n, '2024-01-01' FROM generate_series(1, 200) n;
INSERT INTO events SELECT n, '2024-06-01' FROM generate_series(1, 200) n;
INSERT INTO events SELECT n, '2025-06-01' FROM generate_series(1, 200) n;
INSERT INTO events_2026 SELECT n, '2026-06-01' FROM generate_series(1, 200) n;
INSERT INTO events_2027 SELECT n, '2027-06-01' FROM generate_series(1, 200) n;
INSERT INTO regions SELECT n, CASE WHEN n % 2 = 0 THEN 'de' ELSE 'xx' END FROM generate_series(1, 400) n;
INSERT INTO cache SELECT n, 'v' FROM generate_series(1, 200) n;
INSERT INTO members SELECT n FROM generate_series(1, 200) n;
INSERT INTO secrets SELECT n FROM generate_series(1, 200) n;
INSERT INTO archive.old_orders SELECT n, 'new' FROM generate_series(1, 200) n;
REFRESH MATERIALIZED VIEW totals;
