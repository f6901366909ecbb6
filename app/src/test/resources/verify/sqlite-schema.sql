CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name VARCHAR(50) NOT NULL DEFAULT 'nobody' COLLATE NOCASE,
  email TEXT UNIQUE,
  status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', "done")),
  balance NUMERIC(10,2) DEFAULT 0,
  length INT GENERATED ALWAYS AS (length(name)) STORED,
  created TEXT DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT not_x CHECK (name <> 'x')
);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  account INT REFERENCES accounts (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  kind TEXT,
  total REAL,
  UNIQUE (account, kind),
  FOREIGN KEY (kind) REFERENCES kinds (name)
);
CREATE TABLE kinds (name TEXT PRIMARY KEY, label ANY) STRICT, WITHOUT ROWID;
CREATE TABLE plain (a INT, b INT, c VARCHAR(10));
CREATE TABLE spare (a INT);
CREATE VIRTUAL TABLE words USING fts5(body);
CREATE INDEX by_kind ON orders (kind) WHERE total > 0;
CREATE UNIQUE INDEX lower_name ON accounts (lower(name), email COLLATE BINARY DESC);
CREATE VIEW names AS SELECT id, name FROM accounts;
CREATE VIEW rich (id) AS SELECT id FROM accounts WHERE balance > 100;
CREATE TRIGGER shout AFTER INSERT ON accounts BEGIN UPDATE accounts SET name = upper(name) WHERE id = NEW.id; SELECT 1; END;
CREATE TRIGGER through INSTEAD OF INSERT ON names BEGIN INSERT INTO accounts (name) VALUES (NEW.name); END;
