-- Corrections: what was taken back or cancelled, and what adjustments and transfers brought, stand in
-- the head beside what was earned, spent and expired.
ALTER TABLE wallets
  ADD COLUMN lifetime_reversed bigint NOT NULL DEFAULT 0,
  ADD COLUMN lifetime_adjusted bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT wallets_check,
  ADD CONSTRAINT wallets_reversed_check CHECK (lifetime_reversed >= 0),
  ADD CONSTRAINT wallets_sum_check CHECK (active + pending + reserved = lifetime_earned
    - lifetime_spent - lifetime_expired - lifetime_reversed + lifetime_adjusted);

-- What has been done since about an accrual (how much of it was taken back, whether its pending
-- points were activated or cancelled, and when they then expire) or an expiry (reinstated). Guarded
-- by the head: whatever writes here writes an entry of the same wallet.
CREATE TABLE entry_marks (
  bucket int NOT NULL,
  owner_id uuid NOT NULL,
  wallet_no smallint NOT NULL,
  seq bigint NOT NULL,
  program_id uuid NOT NULL,
  undone bigint NOT NULL CHECK (undone >= 0),
  pending_end smallint NOT NULL CHECK (pending_end BETWEEN 0 AND 2),
  expire_us bigint,
  PRIMARY KEY (bucket, owner_id, wallet_no, seq)
);
GRANT SELECT, INSERT, UPDATE ON entry_marks TO {app};
