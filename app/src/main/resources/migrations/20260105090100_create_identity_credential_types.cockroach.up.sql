CREATE TABLE identity_credential_types (
  name varchar(32) NOT NULL PRIMARY KEY
);
