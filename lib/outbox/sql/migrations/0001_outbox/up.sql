-- Events on their way. A row goes when every subscriber has acknowledged it.
CREATE TABLE outbox (
  lane smallint NOT NULL,
  position_us bigint NOT NULL,
  outbox_id uuid NOT NULL,
  acked text[] NOT NULL DEFAULT '{}',
  events bytea NOT NULL,
  PRIMARY KEY (lane, position_us, outbox_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
ALTER TABLE outbox ALTER COLUMN events SET STORAGE EXTERNAL;

-- Which process delivers a lane to a subscriber, and until when.
CREATE TABLE outbox_leases (
  lane smallint NOT NULL,
  subscriber text NOT NULL,
  holder uuid NOT NULL,
  fence bigint NOT NULL,
  until_us bigint NOT NULL,
  PRIMARY KEY (lane, subscriber)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, outbox_leases TO {app};
