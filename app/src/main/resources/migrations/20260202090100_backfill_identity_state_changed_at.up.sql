-- An identity has had its state since it was made, unless somebody has changed it already.
UPDATE identities
SET state_changed_at = created_at
WHERE state_changed_at IS NULL;
