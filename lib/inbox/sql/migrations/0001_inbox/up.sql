-- The ids of the events that have taken effect. Kept 30 days.
CREATE TABLE inbox_events (
  event_id uuid PRIMARY KEY,
  create_us bigint NOT NULL
);
-- The newest relay that has delivered, per source and lane.
CREATE TABLE inbox_fences (
  source text NOT NULL,
  lane smallint NOT NULL,
  fence bigint NOT NULL,
  PRIMARY KEY (source, lane)
);
GRANT SELECT, INSERT, DELETE ON inbox_events TO {app};
GRANT SELECT, INSERT, UPDATE ON inbox_fences TO {app};
