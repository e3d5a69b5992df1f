-- Challenges: data, never changed once made.
CREATE TABLE challenges (
  program_id uuid NOT NULL,
  challenge_id uuid NOT NULL,
  event_type smallint NOT NULL CHECK (event_type > 0),
  definition bytea NOT NULL,  -- laurel.gamification.v1.Challenge
  PRIMARY KEY (program_id, challenge_id)
);

-- How far a member is. A challenge with a window keeps what may still be part of one: pairs of
-- (occur_us, amount), 16 bytes each, big-endian, ascending; one without keeps its total.
CREATE TABLE challenge_progress (
  bucket int NOT NULL,
  member_id uuid NOT NULL,
  challenge_id uuid NOT NULL,
  program_id uuid NOT NULL,
  total bigint NOT NULL CHECK (total >= 0),
  contributions bytea NOT NULL
    CHECK (octet_length(contributions) % 16 = 0 AND octet_length(contributions) <= 65536),
  complete_us bigint,
  PRIMARY KEY (bucket, member_id, challenge_id),
  CHECK (complete_us IS NULL OR octet_length(contributions) = 0)
) WITH (fillfactor = 80);

-- Badges that members have, one per challenge.
CREATE TABLE badges (
  bucket int NOT NULL,
  member_id uuid NOT NULL,
  challenge_id uuid NOT NULL,
  program_id uuid NOT NULL,
  code text NOT NULL CHECK (code <> ''),
  award_us bigint NOT NULL,
  PRIMARY KEY (bucket, member_id, challenge_id)
);

-- Points earned in all, per member.
CREATE TABLE scores (
  bucket int NOT NULL,
  member_id uuid NOT NULL,
  program_id uuid NOT NULL,
  score bigint NOT NULL CHECK (score > 0),
  PRIMARY KEY (bucket, member_id)
) WITH (fillfactor = 80);
CREATE INDEX scores_by_rank ON scores (program_id, score DESC, member_id);

GRANT SELECT, INSERT ON challenges, badges TO {app};
GRANT SELECT, INSERT, UPDATE ON challenge_progress, scores TO {app};
