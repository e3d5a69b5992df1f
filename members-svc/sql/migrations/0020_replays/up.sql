-- Replays of past orders against other campaigns. One process drives a replay at a time: `holder`
-- until `until_us` (the machine's clock, as leases of the outbox); `fence` grows with every new one
-- and guards what it writes. A replay that was left begins again. `content` is what was asked for
-- and `result` what came out, serialised (laurel.members.v1.Replay, ReplayResult).
CREATE TABLE replays (
  program_id uuid NOT NULL,
  replay_id uuid NOT NULL,
  state smallint NOT NULL CHECK (state BETWEEN 1 AND 5),
  -- Its place among the programme's two that are waiting or running.
  slot smallint CHECK (slot BETWEEN 1 AND 2),
  content bytea NOT NULL,
  create_us bigint NOT NULL,
  orders_done bigint NOT NULL DEFAULT 0 CHECK (orders_done >= 0),
  orders_total bigint NOT NULL DEFAULT 0,
  finish_us bigint,
  error_reason text,
  result bytea,
  holder uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  fence bigint NOT NULL DEFAULT 0,
  until_us bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (program_id, replay_id),
  CONSTRAINT replays_two_at_once UNIQUE (program_id, slot),
  CHECK ((slot IS NOT NULL) = (state IN (1, 2))),
  CHECK ((finish_us IS NULL) = (state IN (1, 2))),
  CHECK ((result IS NOT NULL) = (state = 3)),
  CHECK ((error_reason IS NOT NULL) = (state = 5)),
  CHECK (orders_done <= orders_total)
);
CREATE INDEX replays_under_way ON replays (until_us) WHERE state IN (1, 2);
GRANT SELECT, INSERT, DELETE,
  UPDATE (state, slot, orders_done, orders_total, finish_us, error_reason, result, holder, fence,
          until_us) ON replays TO {app};
