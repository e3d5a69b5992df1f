-- Programmes that have segments, or say how their members are scored. settings is a serialised
-- laurel.members.v1.SegmentSettings; bounds a laurel.members.v1.RfmBounds, the quintiles that were
-- computed last. version grows with every change by which members have to be looked at again;
-- swept_version is the one under which all have been, and on the way to the newest one swept_slices
-- says through how many slices of members that is.
CREATE TABLE segment_programs (
  program_id uuid PRIMARY KEY REFERENCES programs,
  version int NOT NULL CHECK (version >= 1),
  swept_version int NOT NULL DEFAULT 0 CHECK (swept_version BETWEEN 0 AND version),
  swept_slices int NOT NULL DEFAULT 0 CHECK (swept_slices BETWEEN 0 AND 1023),
  settings bytea NOT NULL,
  bounds bytea
);
CREATE INDEX segment_programs_unswept ON segment_programs (program_id) WHERE swept_version < version;
GRANT SELECT, INSERT, UPDATE (version, swept_version, swept_slices, settings, bounds)
  ON segment_programs TO {app};

-- A segment as it stands; content is a serialised laurel.members.v1.Segment.
CREATE TABLE segments (
  program_id uuid NOT NULL REFERENCES segment_programs,
  segment_id uuid NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  content bytea NOT NULL,
  PRIMARY KEY (program_id, segment_id)
);
GRANT SELECT, INSERT, UPDATE (version, content) ON segments TO {app};

-- Every version that a segment ever had, and who made it.
CREATE TABLE segment_versions (
  program_id uuid NOT NULL,
  segment_id uuid NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  content bytea NOT NULL,
  principal text NOT NULL CHECK (principal <> ''),
  create_us bigint NOT NULL CHECK (create_us > 0),
  PRIMARY KEY (program_id, segment_id, version),
  FOREIGN KEY (program_id, segment_id) REFERENCES segments
);
GRANT SELECT, INSERT ON segment_versions TO {app};

-- What was looked at when a member's segments were last evaluated; segment_members says what came of
-- it. The truth is the member's history under the segments; whoever has something newer than this is
-- evaluated again: rules_version is that of segment_programs (0: never evaluated), seen_us the create
-- time of the newest order or return, tier_mark and attribute_mark sums that change with every tier
-- and attribute. next_look_us is when time alone changes something. The last order's day, number and
-- money of the orders of the scores' window are what quintiles are made from. told_us is the place of
-- the newest event in the outbox. `version` guards every write, those of segment_members included: of
-- two who evaluate at the same time one tells the change.
CREATE TABLE segment_looks (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  program_id uuid NOT NULL,
  rules_version int NOT NULL CHECK (rules_version >= 0),
  seen_us bigint NOT NULL CHECK (seen_us >= 0),
  tier_mark bigint NOT NULL,
  attribute_mark bigint NOT NULL,
  next_look_us bigint NOT NULL,
  stage smallint NOT NULL CHECK (stage BETWEEN 0 AND 5),
  last_day int,
  orders bigint NOT NULL CHECK ((orders > 0) = (last_day IS NOT NULL)),
  minor_units bigint NOT NULL,
  told_us bigint NOT NULL CHECK (told_us >= 0),
  version bigint NOT NULL CHECK (version >= 1),
  PRIMARY KEY (bucket, member_id)
) WITH (fillfactor = 70);
CREATE INDEX segment_looks_of ON segment_looks (program_id, stage);
GRANT SELECT, INSERT, UPDATE (rules_version, seen_us, tier_mark, attribute_mark, next_look_us, stage,
  last_day, orders, minor_units, told_us, version) ON segment_looks TO {app};
