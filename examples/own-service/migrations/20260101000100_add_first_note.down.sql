DELETE FROM notes WHERE words = 'written by a migration';
