CREATE TABLE notes (words text NOT NULL);
INSERT INTO notes (words) VALUES ('written by a migration');
