CREATE TABLE notes (words text NOT NULL);
-- Long enough for what the tests do in the middle of it.
DO sleep(4);
INSERT INTO notes (words) VALUES ('written by a migration');
