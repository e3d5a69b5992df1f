-- How far one person may adjust alone, per wallet type; no row, or 0: without limit.
CREATE TABLE adjustment_limits (
  program_id uuid NOT NULL,
  wallet_no smallint NOT NULL,
  max_delta bigint NOT NULL CHECK (max_delta >= 0),
  PRIMARY KEY (program_id, wallet_no)
);
GRANT SELECT, INSERT, UPDATE ON adjustment_limits TO {app};

-- Proposed adjustments. The ids grow with time. command_id is made when one is approved: it is the
-- request id under which the ledger carries it out, once.
CREATE TABLE adjustments (
  program_id uuid NOT NULL,
  adjustment_id uuid NOT NULL,
  member_id uuid NOT NULL,
  wallet_type text NOT NULL,
  delta bigint NOT NULL CHECK (delta <> 0),
  reason text NOT NULL,
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 3),
  proposer text NOT NULL,
  decider text,
  create_us bigint NOT NULL,
  decide_us bigint,
  command_id uuid,
  entry_id uuid,
  PRIMARY KEY (program_id, adjustment_id),
  CHECK ((state = 1) = (decider IS NULL) AND (state = 1) = (decide_us IS NULL)),
  CHECK ((state = 2) = (command_id IS NOT NULL)),
  CHECK (state = 2 OR entry_id IS NULL),
  CONSTRAINT adjustments_second_person CHECK (state <> 2 OR decider <> proposer)
);
GRANT SELECT, INSERT, UPDATE ON adjustments TO {app};
