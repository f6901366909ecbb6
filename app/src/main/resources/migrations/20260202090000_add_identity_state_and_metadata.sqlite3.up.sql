-- A release that does not know these columns can go on inserting: each has a default or is empty.
ALTER TABLE identities
ADD COLUMN state text NOT NULL DEFAULT 'active' CHECK (length(state) <= 16);

ALTER TABLE identities
ADD COLUMN state_changed_at text;

ALTER TABLE identities
ADD COLUMN metadata_public text CHECK (json_valid(metadata_public));

ALTER TABLE identities
ADD COLUMN metadata_admin text CHECK (json_valid(metadata_admin));
