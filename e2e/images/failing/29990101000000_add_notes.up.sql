CREATE TABLE notes (words text NOT NULL);
INSERT INTO notes (wrods) VALUES ('written by a migration');
