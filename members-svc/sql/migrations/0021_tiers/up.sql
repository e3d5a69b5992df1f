-- Tier sets by number within the programme; the number stands in the rows of members, for ever.
-- swept_version is the version under which all members have been evaluated; on the way to the newest
-- one, swept_slices says through how many slices of members that is.
CREATE TABLE tier_sets (
  program_id uuid NOT NULL REFERENCES programs,
  set_no smallint NOT NULL CHECK (set_no BETWEEN 1 AND 16),
  code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{0,31}$'),
  version int NOT NULL CHECK (version >= 1),
  swept_version int NOT NULL DEFAULT 0 CHECK (swept_version BETWEEN 0 AND version),
  swept_slices int NOT NULL DEFAULT 0 CHECK (swept_slices BETWEEN 0 AND 1023),
  PRIMARY KEY (program_id, set_no),
  UNIQUE (program_id, code)
);
CREATE INDEX tier_sets_unswept ON tier_sets (program_id) WHERE swept_version < version;
GRANT SELECT, INSERT, UPDATE (version, swept_version, swept_slices) ON tier_sets TO {app};

-- Every version that a tier set ever had, from when it holds, and who made it. content is a serialised
-- laurel.members.v1.TierSet. The first one holds from ever.
CREATE TABLE tier_set_versions (
  program_id uuid NOT NULL,
  set_no smallint NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  start_us bigint CHECK ((start_us IS NULL) = (version = 1)),
  content bytea NOT NULL,
  principal text NOT NULL CHECK (principal <> ''),
  create_us bigint NOT NULL CHECK (create_us > 0),
  PRIMARY KEY (program_id, set_no, version),
  FOREIGN KEY (program_id, set_no) REFERENCES tier_sets
);
GRANT SELECT, INSERT ON tier_set_versions TO {app};

-- Tiers that people gave, from when to when; one at a time per member and tier set (whoever gives or
-- takes one holds the member's row). A clearing and the next one end it early, and say who and why.
CREATE TABLE manual_tiers (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  set_no smallint NOT NULL,
  start_us bigint NOT NULL CHECK (start_us > 0),
  program_id uuid NOT NULL,
  tier text NOT NULL CHECK (tier <> ''),
  end_us bigint CHECK (end_us >= start_us),
  reason text NOT NULL CHECK (reason <> ''),
  actor text NOT NULL CHECK (actor <> ''),
  end_reason text CHECK (end_us IS NOT NULL OR end_reason IS NULL),
  end_actor text CHECK ((end_actor IS NULL) = (end_reason IS NULL)),
  PRIMARY KEY (bucket, member_id, set_no, start_us)
);
GRANT SELECT, INSERT, UPDATE (end_us, end_reason, end_actor) ON manual_tiers TO {app};

-- Where members stood at their last evaluation. The truth is their history (orders, entries, manual
-- tiers) under the tier set's versions; this is what lists, counts and events go by. seen_us is the
-- create time of the newest record that was looked at: whoever has a newer one is evaluated again.
-- newest_version is that of the tier set then, rule_version the one that held. next_look_us is when
-- time alone changes something; warned_us the downgrade that was warned of; told_us the place of the
-- newest event in the outbox. `version` guards every write: of two who evaluate at the same time one
-- tells the change.
CREATE TABLE member_tiers (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  set_no smallint NOT NULL,
  program_id uuid NOT NULL,
  tier text NOT NULL CHECK (tier <> ''),
  since_us bigint NOT NULL,
  value bigint NOT NULL,
  rule_version int NOT NULL CHECK (rule_version BETWEEN 1 AND newest_version),
  newest_version int NOT NULL,
  manual boolean NOT NULL,
  seen_us bigint NOT NULL CHECK (seen_us >= 0),
  next_look_us bigint NOT NULL,
  warned_us bigint NOT NULL,
  told_us bigint NOT NULL CHECK (told_us >= 0),
  version bigint NOT NULL CHECK (version >= 1),
  PRIMARY KEY (bucket, member_id, set_no)
) WITH (fillfactor = 70);
CREATE INDEX member_tiers_of ON member_tiers (program_id, set_no, tier, member_id);
GRANT SELECT, INSERT, UPDATE (tier, since_us, value, rule_version, newest_version, manual, seen_us,
  next_look_us, warned_us, told_us, version) ON member_tiers TO {app};

-- What a member has returned, for its tiers.
CREATE INDEX order_returns_member ON order_returns (bucket, member_id, create_us);
