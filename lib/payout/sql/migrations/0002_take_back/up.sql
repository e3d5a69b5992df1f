-- What a cause has paid can be taken back when the cause is undone, and paid again when it is true
-- again: a row takes turns, each under a request id of its own, one after the other.
ALTER TABLE payouts
  -- Whether the cause owes it now; what is on its way otherwise is turned round when it has arrived.
  ADD COLUMN wanted boolean NOT NULL DEFAULT true,
  -- The request id of the present turn; NULL: payout_id.
  ADD COLUMN turn_id uuid,
  -- That of the turn after it, should there be one.
  ADD COLUMN next_id uuid,
  -- The entry that paid it, at members-svc.
  ADD COLUMN entry_id uuid,
  DROP CONSTRAINT payouts_state_check,
  DROP CONSTRAINT payouts_check,
  DROP CONSTRAINT payouts_check1,
  -- 1 waiting to be paid, 2 paid, 3 refused, 4 waiting to be taken back, 5 taken back or never paid,
  -- 6 not taken back: refused.
  ADD CONSTRAINT payouts_state_check CHECK (state BETWEEN 1 AND 6),
  ADD CONSTRAINT payouts_settled_check CHECK ((state IN (1, 4)) = (settle_us IS NULL)),
  ADD CONSTRAINT payouts_refusal_check CHECK ((state IN (3, 6)) = (refusal <> '')),
  ADD CONSTRAINT payouts_entry_check CHECK (state <> 4 OR entry_id IS NOT NULL);
DROP INDEX payouts_waiting;
CREATE INDEX payouts_waiting ON payouts (due_us) WHERE state IN (1, 4);
