-- What campaigns run for beside orders and activities: birthdays, anniversaries, joining, tiers and
-- segments, returns, doing nothing.

-- Each occasion of each member, once: written where it comes about (in the transaction of what it
-- follows from, or by the daily work), then recorded by the ledger (jobs/post_occasions.h), which
-- ends it. `ref` says what and when, such as birthday/2026; it stays, so that none comes twice.
-- `attribute` and `value` are what campaigns may ask of it, such as the tier; empty: nothing. refusal:
-- why the ledger did not record it; empty: it did, or it waits.
CREATE TABLE occasions (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  trigger_key text NOT NULL CHECK (trigger_key <> ''),
  ref text NOT NULL CHECK (octet_length(ref) BETWEEN 1 AND 128),
  program_id uuid NOT NULL,
  occur_us bigint NOT NULL CHECK (occur_us > 0),
  attribute text NOT NULL,
  value text NOT NULL,
  create_us bigint NOT NULL CHECK (create_us > 0),
  end_us bigint,
  refusal text NOT NULL DEFAULT '' CHECK (end_us IS NOT NULL OR refusal = ''),
  PRIMARY KEY (bucket, member_id, trigger_key, ref)
);
CREATE INDEX occasions_waiting ON occasions (create_us, member_id) WHERE end_us IS NULL;
GRANT SELECT, INSERT, UPDATE (end_us, refusal) ON occasions TO {app};

-- A keyed hash of programme, month and day of a member's birthday: the day itself is sealed. Empty:
-- none is known. NULL: not looked at yet; the daily work does (jobs/daily_occasions.h).
ALTER TABLE members ADD COLUMN birthday_hash bytea CHECK (octet_length(birthday_hash) IN (0, 32));
CREATE INDEX members_by_birthday ON members (bucket, program_id, birthday_hash);
CREATE INDEX members_by_join ON members (bucket, program_id, join_us);
GRANT UPDATE (birthday_hash) ON members TO {app};
