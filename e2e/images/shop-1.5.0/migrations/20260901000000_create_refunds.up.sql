CREATE TABLE refunds (id int PRIMARY KEY);
