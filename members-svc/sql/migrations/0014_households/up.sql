-- Households: members who share the wallets of pooled types. The owner of a pool stands among members
-- as what it is, an owner without a person (state 3): heads, entries and jobs treat it like any other.
ALTER TABLE members
  DROP CONSTRAINT members_state_check,
  ADD CONSTRAINT members_state_check CHECK (state IN (1, 2, 3)),
  ADD CONSTRAINT members_household_check CHECK (state <> 3 OR external_id IS NULL);

-- Who was in which household from when to when; in one at a time. limits is a serialised
-- laurel.members.v1.HouseholdMembership with nothing but limits; end_key is the key of the request
-- that ended it, so that it is answered again.
CREATE TABLE household_members (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  join_us bigint NOT NULL CHECK (join_us > 0),
  program_id uuid NOT NULL,
  household_id uuid NOT NULL CHECK (household_id <> member_id),
  limits bytea NOT NULL,
  end_us bigint CHECK (end_us >= join_us),
  end_key uuid CHECK ((end_key IS NULL) = (end_us IS NULL)),
  PRIMARY KEY (bucket, member_id, join_us)
);
CREATE UNIQUE INDEX household_members_one ON household_members (bucket, member_id) WHERE end_us IS NULL;
CREATE INDEX household_members_of ON household_members (household_id) WHERE end_us IS NULL;
GRANT SELECT, INSERT, UPDATE (limits, end_us, end_key) ON household_members TO {app};
