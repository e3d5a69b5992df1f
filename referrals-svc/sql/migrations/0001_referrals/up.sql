-- Referral programmes: data, never changed once made.
CREATE TABLE referral_programs (
  program_id uuid NOT NULL,
  referral_program_id uuid NOT NULL,
  definition bytea NOT NULL,  -- laurel.referrals.v1.ReferralProgram
  PRIMARY KEY (program_id, referral_program_id)
);

-- One row per programme, locked by every registration: two registrations that see each other only
-- half could close a cycle.
CREATE TABLE referral_graphs (program_id uuid PRIMARY KEY);

-- Who a code belongs to; `bucket` is that of the code's hash.
CREATE TABLE referral_codes (
  bucket int NOT NULL,
  program_id uuid NOT NULL,
  code text NOT NULL CHECK (code ~ '^[2-9A-HJKMNP-TV-Z]{8}$'),
  referral_program_id uuid NOT NULL,
  member_id uuid NOT NULL,
  PRIMARY KEY (bucket, program_id, code)
);

-- The code of a member in a referral programme.
CREATE TABLE member_codes (
  bucket int NOT NULL,
  member_id uuid NOT NULL,
  referral_program_id uuid NOT NULL,
  program_id uuid NOT NULL,
  code text NOT NULL,
  create_us bigint NOT NULL,
  PRIMARY KEY (bucket, member_id, referral_program_id)
);

-- One row per referee, who has one referrer for ever. What a qualified referral pays stands in
-- payouts with the referral as its cause; it is paid when all of those are.
CREATE TABLE referrals (
  bucket int NOT NULL,  -- of the referee
  referee_id uuid NOT NULL,
  referral_id uuid NOT NULL,
  program_id uuid NOT NULL,
  referral_program_id uuid NOT NULL,
  referrer_bucket int NOT NULL,
  referrer_id uuid NOT NULL,
  create_us bigint NOT NULL,
  order_id uuid,
  qualify_us bigint,
  PRIMARY KEY (bucket, referee_id),
  CHECK (referrer_id <> referee_id),
  CHECK ((order_id IS NULL) = (qualify_us IS NULL)),
  CHECK (qualify_us >= create_us)
);
CREATE INDEX referrals_by_id ON referrals (referral_id);
CREATE INDEX referrals_by_referrer ON referrals (referrer_bucket, referrer_id, referral_id);

GRANT SELECT, INSERT ON referral_programs, referral_codes, member_codes TO {app};
GRANT SELECT, INSERT, UPDATE ON referral_graphs TO {app};
GRANT SELECT, INSERT, UPDATE (order_id, qualify_us) ON referrals TO {app};
