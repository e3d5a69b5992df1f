-- Bulk work: a list of rows, carried out once each through the ledger. One process drives a job at a
-- time: `holder` until `until_us` (the machine's clock, as leases of the outbox), `fence` grows with
-- every new one and guards what it writes. Rows before `chunk_end` that wait are under way: they are
-- carried out under request ids of the time `chunk_us`, which is written before the first of them,
-- so that whoever comes after a crash asks the ledger with the same ids.
CREATE TABLE jobs (
  program_id uuid NOT NULL,
  job_id uuid NOT NULL,
  kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
  wallet_type text NOT NULL,
  reason text NOT NULL,
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 5),
  creator text NOT NULL,
  starter text,
  -- Its total is above the limit of one person.
  two_people boolean NOT NULL DEFAULT false,
  row_count int NOT NULL CHECK (row_count > 0),
  done_count int NOT NULL DEFAULT 0 CHECK (done_count >= 0),
  failed_count int NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
  points_moved bigint NOT NULL DEFAULT 0 CHECK (points_moved >= 0),
  total_amount bigint NOT NULL CHECK (total_amount >= 0),
  create_us bigint NOT NULL,
  start_us bigint,
  end_us bigint,
  holder uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  fence bigint NOT NULL DEFAULT 0,
  until_us bigint NOT NULL DEFAULT 0,
  chunk_us bigint,
  chunk_end int,
  PRIMARY KEY (program_id, job_id),
  CHECK (done_count + failed_count <= row_count),
  CHECK (state <> 4 OR done_count + failed_count = row_count),
  CHECK ((starter IS NULL) = (start_us IS NULL)),
  CHECK (state NOT IN (2, 3, 4) OR starter IS NOT NULL),
  CHECK ((state IN (4, 5)) = (end_us IS NOT NULL)),
  CHECK ((chunk_us IS NULL) = (chunk_end IS NULL)),
  CONSTRAINT jobs_second_person CHECK (NOT two_people OR starter <> creator)
);
CREATE INDEX jobs_under_way ON jobs (until_us) WHERE state = 2 OR chunk_us IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON jobs TO {app};

CREATE TABLE job_rows (
  program_id uuid NOT NULL,
  job_id uuid NOT NULL,
  row_no int NOT NULL CHECK (row_no >= 0),
  member_id uuid NOT NULL,
  accrual_id uuid,
  amount bigint NOT NULL,
  reason text NOT NULL,
  state smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
  entry_id uuid,
  points bigint NOT NULL DEFAULT 0 CHECK (points >= 0),
  error_reason text,
  error_message text,
  PRIMARY KEY (program_id, job_id, row_no),
  FOREIGN KEY (program_id, job_id) REFERENCES jobs,
  CHECK ((state = 2) = (entry_id IS NOT NULL)),
  CHECK ((state = 3) = (error_reason IS NOT NULL))
);
GRANT SELECT, INSERT, UPDATE (state, entry_id, points, error_reason, error_message) ON job_rows TO {app};
