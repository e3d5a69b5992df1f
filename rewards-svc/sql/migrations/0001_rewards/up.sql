-- The catalogue: small, seldom written, so that it can be replicated to every node. What changes
-- with every redemption lies in reward_stock.
CREATE TABLE rewards (
  program_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  bucket int NOT NULL,  -- where its stock row lies
  display_name text NOT NULL CHECK (display_name <> ''),
  description text NOT NULL,
  wallet_type text NOT NULL CHECK (wallet_type <> ''),
  price_points bigint NOT NULL CHECK (price_points BETWEEN 1 AND 1000000000000),
  stock_limited boolean NOT NULL,
  start_us bigint,
  end_us bigint,
  create_us bigint NOT NULL,
  PRIMARY KEY (program_id, reward_id),
  CHECK (end_us > start_us)
);

-- How many of a reward are left, for rewards whose stock is counted. Every redemption of a reward
-- updates its one row, as the last thing its transaction does. Where one row is too hot, escrow
-- goes here: a row per (reward, slice of members) with a share of the stock, topped up from a
-- reserve row by a job; the guarded UPDATE stays the same and then touches the member's own bucket.
CREATE TABLE reward_stock (
  bucket int NOT NULL,
  program_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  stock bigint NOT NULL CHECK (stock >= 0),
  PRIMARY KEY (bucket, program_id, reward_id)
) WITH (fillfactor = 50);

-- A redemption and its saga in one row. States are those of RedemptionState in the contract:
-- 1 pending, 2 issued, 3 used, 4 refused, 5 cancelling, 6 cancelled.
-- A redemption's id is made so that it falls into its member's bucket: the id alone leads here.
CREATE TABLE redemptions (
  bucket int NOT NULL,
  redemption_id uuid NOT NULL,
  program_id uuid NOT NULL,
  member_id uuid NOT NULL,
  reward_id uuid NOT NULL,
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 6),
  points bigint NOT NULL CHECK (points BETWEEN 1 AND 1000000000000),
  wallet_type text NOT NULL CHECK (wallet_type <> ''),
  coupon_code text NOT NULL CHECK (coupon_code <> ''),
  reason text NOT NULL,
  -- One unit of counted stock is this redemption's.
  stock_held boolean NOT NULL,
  create_us bigint NOT NULL,
  update_us bigint NOT NULL,
  issue_us bigint,
  -- Position of its newest event in the outbox.
  event_us bigint,
  -- What members-svc knows the spend and the refund by; each made with the step that asks for it.
  spend_request_id uuid NOT NULL,
  spend_entry_id uuid,
  refund_request_id uuid,
  -- The saga. A driver claims the row by raising `attempts`, its fence, and by moving next_try_us
  -- to the end of its lease; a write of a driver whose fence is no longer the row's has no effect.
  -- Until doubt_until_us a call of an earlier driver may still take effect at members-svc.
  attempts bigint NOT NULL CHECK (attempts >= 1),
  next_try_us bigint,
  doubt_until_us bigint NOT NULL,
  -- Key of the command that the saga serves; freed when the command is refused.
  command_key uuid,
  PRIMARY KEY (bucket, redemption_id),
  -- Points are spent exactly for what has been issued.
  CHECK ((state IN (2, 3, 5, 6)) = (spend_entry_id IS NOT NULL)),
  CHECK ((spend_entry_id IS NULL) = (issue_us IS NULL)),
  CHECK ((state IN (5, 6)) = (refund_request_id IS NOT NULL)),
  CHECK ((state IN (1, 5)) = (next_try_us IS NOT NULL)),
  CHECK (NOT stock_held OR state IN (1, 2, 3, 5)),
  CHECK (state <> 4 OR reason <> '')
) WITH (fillfactor = 70);
CREATE INDEX redemptions_of_member ON redemptions (bucket, member_id, redemption_id);
-- Holds only sagas under way: the worker's queue.
CREATE INDEX redemptions_waiting ON redemptions (next_try_us) WHERE next_try_us IS NOT NULL;

-- The directory of coupon codes, by hash: unique in a programme for ever. Codes of refused
-- redemptions stay, so that no code is ever made twice.
CREATE TABLE coupon_codes (
  bucket int NOT NULL,
  code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  program_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  PRIMARY KEY (bucket, code_hash)
);

-- Request ids of the commands that start a saga. Unlike request_keys they name the redemption from
-- the first step on, so that the same request finds a saga under way; the answer is rebuilt from
-- its row. Gone when the command is refused; otherwise kept 30 days.
CREATE TABLE saga_keys (
  bucket int NOT NULL,
  key_id uuid NOT NULL,
  content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
  redemption_id uuid NOT NULL,
  create_us bigint NOT NULL,
  PRIMARY KEY (bucket, key_id)
);
CREATE INDEX saga_keys_by_age ON saga_keys (create_us);

GRANT SELECT, INSERT ON rewards, coupon_codes TO {app};
GRANT SELECT, INSERT, UPDATE (stock) ON reward_stock TO {app};
GRANT SELECT, INSERT,
  UPDATE (state, reason, stock_held, update_us, issue_us, event_us, spend_entry_id,
          refund_request_id, attempts, next_try_us, doubt_until_us, command_key)
  ON redemptions TO {app};
GRANT SELECT, INSERT, DELETE ON saga_keys TO {app};
