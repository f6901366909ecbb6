UPDATE identities
SET state_changed_at = NULL
WHERE state_changed_at = created_at;
