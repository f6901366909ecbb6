INSERT INTO notes (words) VALUES ('written by a migration');
