-- Activities: what members do beside buying.

-- Kinds of activities. content is a serialised laurel.members.v1.ActivityType; a kind is sensitive in
-- all its versions or in none.
CREATE TABLE activity_types (
  program_id uuid NOT NULL REFERENCES programs,
  code text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{0,63}$'),
  version int NOT NULL CHECK (version >= 1),
  sensitive boolean NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (program_id, code)
);
GRANT SELECT, INSERT, UPDATE (version, content) ON activity_types TO {app};

-- Every version that a kind ever had, and who made it.
CREATE TABLE activity_type_versions (
  program_id uuid NOT NULL,
  code text NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  content bytea NOT NULL,
  principal text NOT NULL CHECK (principal <> ''),
  create_us bigint NOT NULL CHECK (create_us > 0),
  PRIMARY KEY (program_id, code, version),
  FOREIGN KEY (program_id, code) REFERENCES activity_types
);
GRANT SELECT, INSERT ON activity_type_versions TO {app};

-- Where members check in. content is a serialised laurel.members.v1.Place without its QR code, which
-- follows from the code, its version and the index key.
CREATE TABLE places (
  program_id uuid NOT NULL REFERENCES programs,
  code text NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
  qr_version int NOT NULL CHECK (qr_version >= 1),
  content bytea NOT NULL,
  PRIMARY KEY (program_id, code)
);
GRANT SELECT, INSERT, UPDATE (qr_version, content) ON places TO {app};

-- Consents of members to sensitive kinds, from when to when; one at a time per member and kind.
CREATE TABLE consents (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  member_id uuid NOT NULL,
  activity_type text NOT NULL CHECK (activity_type <> ''),
  grant_us bigint NOT NULL CHECK (grant_us > 0),
  program_id uuid NOT NULL,
  grant_actor text NOT NULL CHECK (grant_actor <> ''),
  wording text NOT NULL CHECK (char_length(wording) <= 200),
  withdraw_us bigint CHECK (withdraw_us >= grant_us),
  withdraw_actor text CHECK ((withdraw_actor IS NULL) = (withdraw_us IS NULL)),
  PRIMARY KEY (bucket, member_id, activity_type, grant_us)
);
CREATE UNIQUE INDEX consents_in_force ON consents (bucket, member_id, activity_type)
  WHERE withdraw_us IS NULL;
GRANT SELECT, INSERT, UPDATE (withdraw_us, withdraw_actor) ON consents TO {app};

-- What happened to members beside orders, each thing once: activities, and occasions such as a
-- birthday. occurrence_key is a hash of programme, member, trigger and reference, so that two who
-- record the same thing meet there, also where it earns nothing. content is a serialised
-- laurel.members.v1.Activity; of a sensitive kind its attributes are in `sealed` only, under the
-- member's own key. Keys are kept for ever.
CREATE TABLE occurrences (
  bucket int NOT NULL CHECK (bucket BETWEEN 0 AND 6665),
  occurrence_key uuid NOT NULL,
  occurrence_id uuid NOT NULL,
  program_id uuid NOT NULL,
  member_id uuid NOT NULL,
  trigger_key text NOT NULL CHECK (char_length(trigger_key) BETWEEN 1 AND 128),
  ref text NOT NULL CHECK (char_length(ref) BETWEEN 1 AND 128),
  create_us bigint NOT NULL CHECK (create_us > 0),
  occur_us bigint NOT NULL CHECK (occur_us > 0),
  request_key uuid NOT NULL,
  content_hash bytea NOT NULL CHECK (content_hash <> ''),
  content bytea NOT NULL,
  sealed bytea CHECK (sealed <> ''),
  PRIMARY KEY (bucket, occurrence_key)
);
CREATE UNIQUE INDEX occurrences_request ON occurrences (bucket, request_key);
CREATE INDEX occurrences_member ON occurrences (bucket, member_id, occurrence_id);
GRANT SELECT, INSERT ON occurrences TO {app};
