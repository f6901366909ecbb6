CREATE TABLE t (id int); SELECT pg_sleep(8);
