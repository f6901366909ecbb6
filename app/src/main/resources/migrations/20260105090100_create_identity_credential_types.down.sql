DROP TABLE identity_credential_types;
