-- Points that a cause (a referral, a completed challenge) owes a member. Written in the transaction
-- that makes them due, carried out after it. `bucket` is that of the cause's owner, so that cause
-- and payouts lie together; payout_id is the request id towards members-svc.
CREATE TABLE payouts (
  bucket int NOT NULL,
  payout_id uuid NOT NULL,
  program_id uuid NOT NULL,
  member_id uuid NOT NULL,
  cause_id uuid NOT NULL,
  wallet_type text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  reason text NOT NULL,
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 3),  -- 1 waiting, 2 paid, 3 refused
  refusal text NOT NULL DEFAULT '',
  tries int NOT NULL DEFAULT 0,
  -- When to try next; moved ahead while somebody tries, so that nobody else does.
  due_us bigint NOT NULL,
  create_us bigint NOT NULL,
  settle_us bigint,
  PRIMARY KEY (bucket, payout_id),
  -- A cause pays a member once.
  UNIQUE (bucket, cause_id, member_id),
  CHECK ((state = 1) = (settle_us IS NULL)),
  CHECK ((state = 3) = (refusal <> ''))
) WITH (fillfactor = 80);
CREATE INDEX payouts_waiting ON payouts (due_us) WHERE state = 1;
GRANT SELECT, INSERT, UPDATE ON payouts TO {app};
