-- The daily work, a row per programme and day (days since 1970 of its own time zone). phase: 1 settle,
-- 2 re-evaluate, 3 notify, 4 done; `slice` is how many slices of members the phase is through.
-- prev_day is the day whose work was begun before this one: from its notices on, this one tells.
-- One process drives a day at a time: `holder` until `until_us` (the machine's clock), and `fence`
-- guards what it writes.
CREATE TABLE daily_runs (
  program_id uuid NOT NULL,
  day int NOT NULL,
  prev_day int CHECK (prev_day < day),
  phase smallint NOT NULL DEFAULT 1 CHECK (phase BETWEEN 1 AND 4),
  slice int NOT NULL DEFAULT 0 CHECK (slice BETWEEN 0 AND 1024),
  settled_count bigint NOT NULL DEFAULT 0 CHECK (settled_count >= 0),
  notified_count bigint NOT NULL DEFAULT 0 CHECK (notified_count >= 0),
  begin_us bigint NOT NULL,
  end_us bigint,
  holder uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  fence bigint NOT NULL DEFAULT 0,
  until_us bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (program_id, day),
  CHECK ((phase = 4) = (end_us IS NOT NULL))
);
CREATE INDEX daily_runs_under_way ON daily_runs (until_us) WHERE phase < 4;
GRANT SELECT, INSERT, UPDATE ON daily_runs TO {app};
