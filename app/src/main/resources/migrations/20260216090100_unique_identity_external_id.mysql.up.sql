-- Empty external ids do not count as equal. LOCK = NONE fails where writes would have to wait.
CREATE UNIQUE INDEX identities_external_id_key
ON identities (external_id)
ALGORITHM = INPLACE
LOCK = NONE;
